"""Two people's machines, both syncing one calendar, and everything that can come between them.

A Hypothesis state machine: the files change on either side, people edit on their phones, states and ETags get lost.
After every sync: strangers are untouched, what is not drift is as the file says, and a second sync writes nothing.
"""

from __future__ import annotations

import contextlib
import re
from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from planner.canonical import LOUD, read_canon
from planner.compiler import compile_series
from planner.content import read_component
from planner.document import parse_document
from planner.reading import read_agreement
from planner.series import EVERYONE
from planner.sync.looking import look
from planner.sync.plan import make_plan
from planner.sync.run import carry_out
from planner.sync.state import read_state, state_text
from planner.sync.troubles import ServerTrouble
from planner.sync.wanted import wanted
from tests.memory import MemoryCalendar

ID = "two-hands-a1b2"
STRANGERS = {
    "memory:/dentist.ics": (
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:d\r\nDTSTART:20270105T080000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    ),
    "memory:/broken.ics": "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:x",
    "memory:/bus.ics": (
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:b\r\nDTSTART:20270105T080000Z\r\n"
        f"RELATED-TO:planner-{ID}-{'a' * 26}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    ),
}
NOW = datetime(2027, 1, 1, tzinfo=UTC)

DAYS = st.sampled_from(["monday", "wednesday", "friday"])
CLOCKS = st.sampled_from(["18:30-21:00", "19:00-21:30", "07:00-07:50"])
TITLES = st.sampled_from(["Clay", "Walk", "Cook, then talk", "Über; all"])
KEYS = st.sampled_from(["one", "two", "three"])
WEEKS = st.integers(0, 5)


class Machine:
    """One person's machine: their copy of the file, and what they remember of the calendar."""

    def __init__(self) -> None:
        self.rituals: dict[str, dict[str, object]] = {}
        self.state: str | None = None


def toml(rituals: dict[str, dict[str, object]]) -> str:
    lines = [f'[agreement]\nid = "{ID}"\ntitle = "T"\nstarts = 2027-01-04\ntimezone = "Europe/Berlin"']
    lines += ['[people.ana]\nname = "Ana"\n[people.ben]\nname = "Ben"']
    for key, ritual in rituals.items():
        lines.append(f'[rituals.{key}]\ntitle = "{ritual["title"]}"\non = "{ritual["on"]}"\nat = "{ritual["at"]}"')
        if ritual.get("remind"):
            lines.append(f'remind = "{ritual["remind"]}"')
        if ritual.get("skip"):
            lines.append(f"skip = [{', '.join(map(str, ritual['skip']))}]")
    return "\n".join(lines) + "\n"


def wants_of(rituals: dict[str, dict[str, object]]):
    document = parse_document(toml(rituals).encode(), "x.toml")
    agreement, findings = read_agreement(document.values)
    assert agreement is not None, findings
    return wanted(compile_series(agreement, EVERYONE))


WEEKDAY = {"monday": 0, "wednesday": 2, "friday": 4}


def date_of(on: str, week: int) -> date:
    return date(2027, 1, 4) + timedelta(days=WEEKDAY[on] + 7 * week)


def instance(canon, week: int) -> date:
    """The rule's instance so many weeks after the first."""
    start = canon.face.start
    return date(int(start[:4]), int(start[4:6]), int(start[6:8])) + timedelta(days=7 * week)


class TwoMachines(RuleBasedStateMachine):
    @initialize()
    def begin(self):
        self.calendar = MemoryCalendar()
        for place, text in STRANGERS.items():
            self.calendar.put(place, text)
        self.machines = {"ana": Machine(), "ben": Machine()}

    machines_names = st.sampled_from(["ana", "ben"])

    # what people write in their files

    @rule(who=machines_names, key=KEYS, title=TITLES, on=DAYS, at=CLOCKS)
    def write(self, who, key, title, on, at):
        self.machines[who].rituals[key] = {"title": title, "on": on, "at": at}

    @rule(who=machines_names, key=KEYS, title=TITLES)
    def retitle(self, who, key, title):
        if key in self.machines[who].rituals:
            self.machines[who].rituals[key] = {**self.machines[who].rituals[key], "title": title}

    @rule(who=machines_names, key=KEYS, at=CLOCKS, remind=st.sampled_from([None, "1h", "2h"]))
    def retime(self, who, key, at, remind):
        if key in self.machines[who].rituals:
            self.machines[who].rituals[key] = {**self.machines[who].rituals[key], "at": at, "remind": remind}

    @rule(who=machines_names, key=KEYS, week=WEEKS)
    def skip(self, who, key, week):
        ritual = self.machines[who].rituals.get(key)
        if ritual:
            day = date_of(ritual["on"], week)
            skip = {d for d in ritual.get("skip", ()) if d.weekday() == WEEKDAY[ritual["on"]]} ^ {day}
            self.machines[who].rituals[key] = {**ritual, "skip": sorted(skip)}

    @rule(who=machines_names, key=KEYS)
    def let_go(self, who, key):
        self.machines[who].rituals.pop(key, None)

    @rule(giver=machines_names)
    def give_the_file(self, giver):
        """One sends the other the file."""
        other = "ben" if giver == "ana" else "ana"
        self.machines[other].rituals = {k: dict(v) for k, v in self.machines[giver].rituals.items()}

    # what people do on their phones

    def ours(self):
        objects = self.calendar.objects.items()
        return sorted(p for p, (_, t) in objects if f"UID:planner-{ID}-" in t.replace("\r\n ", ""))

    def one(self, n):
        """The place and text of one of ours, ("", "") where there is none."""
        places = self.ours()
        return (places[n % len(places)], self.calendar.objects[places[n % len(places)]][1]) if places else ("", "")

    @rule(n=st.integers(0, 9), week=WEEKS, hour=st.integers(8, 20))
    def move_one(self, n, week, hour):
        place, text = self.one(n)
        if not place:
            return
        canon = read_canon(read_component(text))
        on = instance(canon, week)
        if f"{on:%Y-%m-%d}" in canon.days():
            return
        clock = canon.face.start[8:]
        to = on + timedelta(days=1)
        override = (
            f"BEGIN:VEVENT\r\nUID:{place[8:-4]}\r\nDTSTAMP:20270101T000000Z\r\nSUMMARY:{escape(canon.face.summary)}\r\n"
            f"RECURRENCE-ID;TZID=Europe/Berlin:{on:%Y%m%d}{clock}\r\n"
            f"DTSTART;TZID=Europe/Berlin:{to:%Y%m%d}T{hour:02d}0000\r\n"
            f"DTEND;TZID=Europe/Berlin:{to:%Y%m%d}T{hour + 1:02d}0000\r\n"
            "ATTACH:https://example.org/mine\r\nEND:VEVENT\r\nEND:VCALENDAR"
        )
        self.calendar.put(place, text.replace("END:VCALENDAR", override))

    @rule(n=st.integers(0, 9), week=WEEKS)
    def cancel_one(self, n, week):
        if not (places := self.ours()):
            return
        place = places[n % len(places)]
        text = self.calendar.objects[place][1]
        canon = read_canon(read_component(text))
        day = date(*map(int, (canon.face.start[:4], canon.face.start[4:6], canon.face.start[6:8]))) + timedelta(
            7 * week
        )
        if f"{day:%Y-%m-%d}" not in canon.days():
            line = f"EXDATE;TZID=Europe/Berlin:{day:%Y%m%d}{canon.face.start[8:]}\r\nSUMMARY:"
            self.calendar.put(place, text.replace("SUMMARY:", line, 1))

    @rule(n=st.integers(0, 9), title=TITLES)
    def retitle_on_the_phone(self, n, title):
        place, text = self.one(n)
        if place:
            self.calendar.put(place, re.sub(r"SUMMARY:[^\r]*", lambda _: f"SUMMARY:{escape(title)}", text, count=1))

    @rule(n=st.integers(0, 9))
    def ring_of_their_own(self, n):
        place, text = self.one(n)
        if place:
            alarm = "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT7M\r\nEND:VALARM\r\nEND:VEVENT"
            if "-PT7M" not in text:
                self.calendar.put(place, text.replace("END:VEVENT", alarm, 1))

    @rule(n=st.integers(0, 9))
    def delete_on_the_phone(self, n):
        if places := self.ours():
            del self.calendar.objects[places[n % len(places)]]

    # what gets lost

    @rule(who=machines_names)
    def lose_state(self, who):
        self.machines[who].state = None

    @rule()
    def lose_etags(self):
        self.calendar.gives_etags = not self.calendar.gives_etags

    @rule(n=st.integers(0, 9))
    def rewrite_by_the_server(self, n):
        """The server stores the same in other bytes."""
        if places := self.ours():
            place = places[n % len(places)]
            text = re.sub(
                r"(PRODID|DTSTAMP|SEQUENCE|LAST-MODIFIED|COLOR|X-[A-Z-]+):[^\r]*\r\n",
                "",
                self.calendar.objects[place][1],
            )
            self.calendar.put(place, text)

    # sync

    def plan(self, who, said):
        machine = self.machines[who]
        wants = wants_of(machine.rituals)
        state = read_state(machine.state, ID, "memory:/")
        return make_plan(wants, state, look(self.calendar, state, wants, said), said), wants

    def carry_out(self, who, said):
        machine = self.machines[who]
        plan, wants = self.plan(who, said)

        def save(state):
            machine.state = state_text(state)

        return carry_out(plan, self.calendar, wants, said, now=NOW, save=save)

    @rule(who=machines_names, at=st.integers(1, 8), loses_answers=st.booleans())
    def sync_that_breaks_off(self, who, at, loses_answers):
        self.calendar.breaks_at, self.calendar.loses_answers = at, loses_answers
        with contextlib.suppress(ServerTrouble):
            self.carry_out(who, {})
        self.calendar.breaks_at = None

    @rule(who=machines_names, said=st.sampled_from(["", "", "restore", "keep"]), key=KEYS)
    def sync(self, who, said, key):
        held = {p: read_canon(read_component(t)) for p, (_, t) in self.calendar.objects.items() if p in self.ours()}
        outcome, _ = self.carry_out(who, {f"rituals.{key}": said} if said else {})
        assert outcome.trouble is None
        assert outcome.changed == ()
        self.own_alarms_and_files_stay(held, outcome)

        writes = self.calendar.writes
        again, plan = self.carry_out(who, {})
        assert self.calendar.writes == writes, "a second sync writes nothing"
        assert again.done == ()
        settled = self.machines[who].state
        self.carry_out(who, {})
        assert self.machines[who].state == settled, "a third one learns nothing"

        drifting = {s.uid for s, _ in plan.drift}
        for want in wants_of(self.machines[who].rituals):
            if want.uid in drifting:
                continue
            place = f"memory:/{want.uid}.ics"
            if place not in self.calendar.objects:
                kept = self.settled(who, want.uid)
                assert kept, "what is wanted, and no drift, is there"
                continue
            now = read_canon(read_component(self.calendar.objects[place][1]))
            if not self.settled(who, want.uid, now):
                assert now.face.differs(want.canon.face, LOUD) == ()
                assert now.days() == want.canon.days()

    def settled(self, who, uid, now=None) -> bool:
        """Whether a person said that it may stay otherwise."""
        record = read_state(self.machines[who].state, ID, "memory:/").records.get(uid)
        if record is None:
            return False
        return record.applied.settled or (now is not None and record.applied.stored != record.applied.wrote)

    def own_alarms_and_files_stay(self, before, outcome):
        gone = {s.uid for s in outcome.done if s.kind == "delete"}
        for place, canon in before.items():
            if "-7" in canon.face.alarms and place[8:-4] not in gone:
                now = read_canon(read_component(self.calendar.objects[place][1]))
                assert "-7" in now.face.alarms

    @invariant()
    def strangers_are_untouched(self):
        if hasattr(self, "calendar"):
            assert {p: self.calendar.objects[p][1] for p in STRANGERS} == STRANGERS

    @invariant()
    def no_identity_is_there_twice(self):
        if hasattr(self, "calendar"):
            uids = [
                m for p in self.ours() for m in {*re.findall(r"UID:(planner-[^\r]*)\r", self.calendar.objects[p][1])}
            ]
            assert len(uids) == len(set(uids))


def escape(text: str) -> str:
    return text.replace(";", "\\;").replace(",", "\\,")


TestTwoMachines = TwoMachines.TestCase
