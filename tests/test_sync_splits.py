"""Where a ritual goes on in a new series from a day on, what people did with its dates stays on the right side."""

from __future__ import annotations

from datetime import UTC, date, datetime

from planner.canonical import read_canon
from planner.compiler import compile_series
from planner.content import read_component
from planner.document import parse_document
from planner.reading import read_agreement
from planner.sync.looking import look
from planner.sync.plan import make_plan
from planner.sync.run import carry_out
from planner.sync.state import read_state, state_text
from planner.sync.wanted import wanted
from planner.sync.wording import step_line
from tests.memory import MemoryCalendar
from tests.servers.phone import with_moved

ID = "two-hands-a1b2"
NOW = datetime(2027, 1, 1, tzinfo=UTC)
FROM = date(2027, 3, 1)


def series(at: str, title: str = "Clay"):
    text = f"""
[agreement]
id = "{ID}"
title = "T"
starts = 2027-01-04
timezone = "Europe/Berlin"
[people.ana]
name = "Ana"
[people.ben]
name = "Ben"
[rituals.clay]
title = "{title}"
on = "wednesday"
at = "{at}"
"""
    agreement, findings = read_agreement(parse_document(text.encode(), "x.toml").values)
    assert agreement is not None, findings
    (one,) = compile_series(agreement, "ana")
    return one


def split(at: str):
    """The old terms until the end of February, and these from March on."""
    old, new = series("18:30-21:00"), series(at)
    agreement, audience, identity, _, part = new.key
    return [
        old._replace(last=date(2027, 2, 24)),
        new._replace(key=(agreement, audience, identity, "2027-03-01", part), first=date(2027, 3, 3)),
    ]


class Calendar:
    def __init__(self) -> None:
        self.store = MemoryCalendar()
        self.state = None

    def sync(self, series):
        state = read_state(self.state, ID, "memory:/")
        wants = wanted(series)
        plan = make_plan(wants, state, look(self.store, state, wants, {}), {})

        def save(state):
            self.state = state_text(state)

        return carry_out(plan, self.store, wants, {}, now=NOW, save=save)

    def canons(self):
        found = [read_canon(read_component(text)) for _, text in self.store.objects.values()]
        return sorted(found, key=lambda c: c.face.start)

    def phone(self):
        """Ana moves two evenings and cancels two, one of each on either side of the day."""
        ((place, (_, text)),) = self.store.objects.items()
        text = with_moved(text, "20270113", "20270114T190000", "20270114T210000", SUMMARY="Clay (late)")
        text = with_moved(text, "20270317", "20270318T170000", "20270318T190000")
        gone = "".join(f"EXDATE;TZID=Europe/Berlin:{day}T183000\r\n" for day in ("20270120", "20270324"))
        self.store.put(place, text.replace("SUMMARY:Clay\r\n", f"{gone}SUMMARY:Clay\r\n", 1))


def test_what_people_did_stays_on_its_side_of_the_day():
    calendar = Calendar()
    calendar.sync([series("18:30-21:00")])
    calendar.phone()
    outcome, plan = calendar.sync(split("19:00-21:30"))
    assert [s.kind for s in outcome.done] == ["create", "update"]  # the new one first
    old, new = calendar.canons()
    assert (old.gone, list(old.differing)) == (("2027-01-20",), ["2027-01-13"])
    assert old.face.rule.endswith("UNTIL=20270224T173000Z")
    assert (new.gone, list(new.differing)) == (("2027-03-24",), ["2027-03-17"])
    assert new.differing["2027-03-17"].start == "20270318T170000"
    texts = "".join(text for _, text in calendar.store.objects.values())
    assert "RECURRENCE-ID;TZID=Europe/Berlin:20270317T190000" in texts
    told = sorted((d.what, d.day) for _, d in plan.drift)
    assert told == [
        ("cancelled", "2027-01-20"),
        ("cancelled", "2027-03-24"),
        ("moved", "2027-01-13"),
        ("moved", "2027-03-17"),
    ]


def test_the_plan_says_from_which_day_a_new_series_goes():
    calendar = Calendar()
    calendar.sync([series("18:30-21:00")])
    outcome, _ = calendar.sync(split("19:00-21:30"))
    assert [step_line(s, "Europe/Berlin") for s in outcome.done] == [
        "Clay: new from Wednesday 3 March 2027 on, every Wednesday, 19:00–21:30",
        "Clay: every Wednesday, 18:30–21:00 → every Wednesday until Wednesday 24 February 2027, 18:30–21:00",
    ]
    outcome, _ = Calendar().sync([series("18:30-21:00")])
    assert [step_line(s) for s in outcome.done] == ["Clay: new, every Wednesday, 18:30–21:00"]


def test_a_second_sync_tells_the_same_and_writes_nothing():
    calendar = Calendar()
    calendar.sync([series("18:30-21:00")])
    calendar.phone()
    _, first = calendar.sync(split("19:00-21:30"))
    writes = calendar.store.writes
    for _ in range(2):
        _, again = calendar.sync(split("19:00-21:30"))
        assert sorted((d.what, d.day) for _, d in again.drift) == sorted((d.what, d.day) for _, d in first.drift)
    assert calendar.store.writes == writes


def test_a_title_that_follows_the_series_follows_the_new_one():
    calendar = Calendar()
    calendar.sync([series("18:30-21:00")])
    calendar.phone()
    pieces = split("19:00-21:30")
    pieces = [p._replace(look=p.look._replace(summary="Pots")) for p in pieces]
    calendar.sync(pieces)
    old, new = calendar.canons()
    assert new.differing["2027-03-17"].summary == "Pots"
    assert old.differing["2027-01-13"].summary == "Clay (late)"  # a name of its own


def test_where_nothing_of_the_old_is_left_it_goes_and_what_people_did_goes_on():
    calendar = Calendar()
    calendar.sync([series("18:30-21:00")])
    calendar.phone()
    outcome, _ = calendar.sync(split("19:00-21:30")[1:])
    assert [s.kind for s in outcome.done] == ["create", "delete"]
    (new,) = calendar.canons()
    assert (new.gone, list(new.differing)) == (("2027-03-24",), ["2027-03-17"])


def test_a_run_that_broke_off_between_the_two_is_finished_by_the_next():
    calendar = Calendar()
    calendar.sync([series("18:30-21:00")])
    calendar.phone()
    before = dict(calendar.store.objects)
    state = calendar.state
    calendar.sync(split("19:00-21:30"))
    (old,) = before
    calendar.store.objects[old] = before[old]  # the new one was written, the old one was not capped
    calendar.state = state
    calendar.sync(split("19:00-21:30"))
    old, new = calendar.canons()
    assert (old.gone, list(old.differing)) == (("2027-01-20",), ["2027-01-13"])
    assert (new.gone, list(new.differing)) == (("2027-03-24",), ["2027-03-17"])
