"""A calendar that a person's phone shares with the planner, in memory, and edits to its texts as apps make them.

Apple Calendar, Google's CalDAV, Thunderbird, Outlook behind a bridge, DAVx5 and Etar, Evolution, KOrganizer, Nextcloud:
an edit is a function from the stored text to what the app stores instead.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from planner.agreement import History
from planner.compiler import compile_series
from planner.document import parse_document
from planner.reading import read_agreement
from planner.sync.looking import look
from planner.sync.plan import make_plan
from planner.sync.pulling import proposals
from planner.sync.run import carry_out
from planner.sync.state import read_state, state_text
from planner.sync.wanted import wanted
from planner.sync.wording import drift_line, step_line
from tests.engines import expand_recurring_ical_events
from tests.memory import MemoryCalendar
from tests.servers.phone import with_moved

ID = "two-hands-a1b2"
NOW = datetime(2027, 1, 1, tzinfo=UTC)
AGREEMENT = f"""\
[agreement]
id = "{ID}"
title = "T"
starts = 2027-01-04
timezone = "Europe/Berlin"

[people.ana]
name = "Ana"
[people.ben]
name = "Ben"

"""
HOME = "Europe/Berlin"
CLAY = """\
[rituals.clay]
title = "Clay"
on = "wednesday"
at = "18:30-21:00"
where = "Atelier Nord"
remind = "1h"
"""
ON = 'on = "wednesday"'


class World:
    """One calendar that Ana's machine and her phone share, and the file."""

    def __init__(self, ritual: str = CLAY) -> None:
        self.text = AGREEMENT + ritual
        self.store = MemoryCalendar()
        self.state: str | None = None
        self.sync()

    @property
    def agreement(self):
        agreement, findings = read_agreement(parse_document(self.text.encode(), "x.toml").values)
        assert agreement is not None, findings
        return agreement

    def plan(self, said=None):
        state = read_state(self.state, ID, "memory:/")
        wants = wanted(compile_series(self.agreement, "ana"))
        return make_plan(wants, state, look(self.store, state, wants, said or {}), said or {}), wants

    def sync(self, **said: str) -> list[str]:
        """One sync; what it says: its steps, then what differs and stays."""
        said = {key.replace("__", "."): word for key, word in said.items()}
        plan, wants = self.plan(said)

        def save(state):
            self.state = state_text(state)

        lines = [step_line(s, HOME) for s in plan.steps] + [drift_line(s, d, HOME) for s, d in plan.drift]
        outcome, _ = carry_out(plan, self.store, wants, said, now=NOW, save=save)
        assert not outcome.changed
        assert outcome.trouble is None
        return lines

    def rests(self) -> list[str]:
        """What a sync says that has nothing to do: it writes nothing, twice."""
        writes = self.store.writes
        first, second = self.sync(), self.sync()
        assert (self.store.writes, second) == (writes, first)
        return first

    def pull(self) -> list[str]:
        """What pull offers; all that is possible is taken into the file, and a sync finds none of it again."""
        plan, _ = self.plan()
        found = proposals(plan, History(self.agreement), "ana")
        document = parse_document(self.text.encode(), "x.toml")
        for one in found:
            if one.make is not None:
                agreement, _ = read_agreement(document.values)
                document = one.make(document, History(agreement)).document
        self.text = document.encode().decode()
        return [("" if p.make else "· ") + p.sentence for p in found]

    def change(self, old: str, new: str) -> None:
        assert self.text.count(old) == 1, (old, self.text)
        self.text = self.text.replace(old, new)

    @property
    def stored(self) -> str:
        """The text of the one object."""
        ((_, text),) = self.store.objects.values()
        return text

    @property
    def unfolded(self) -> str:
        return re.sub(r"\r?\n[ \t]", "", self.stored)

    def put(self, text: str) -> None:
        (place,) = self.store.objects
        self.store.put(place, text)

    def edit(self, *pairs: tuple[str, str]) -> None:
        """The phone's edit: each of these replaced once."""
        text = self.stored
        for old, new in pairs:
            assert old in text, (old, text)
            text = text.replace(old, new, 1)
        self.put(text)

    def instances(self, start: str = "2027-01-01", end: str = "2027-03-01") -> list[tuple[str, str]]:
        """What an engine shows: start and end on the clock of Berlin, and title."""
        with warnings.catch_warnings():  # of a zone's name with a prefix
            warnings.simplefilter("ignore")
            shown = expand_recurring_ical_events(self.stored, date.fromisoformat(start), date.fromisoformat(end))
        berlin = ZoneInfo("Europe/Berlin")

        def clock(moment):
            return f"{moment.astimezone(berlin):%m-%d %H:%M}" if isinstance(moment, datetime) else f"{moment:%m-%d}"

        return [(f"{clock(i.start)}–{clock(i.end)[-5:]}", i.summary) for i in shown]


# ── edits, as apps make them ─────────────────────────────────────────

START, END, RULE = "DTSTART;TZID=Europe/Berlin", "DTEND;TZID=Europe/Berlin", "RRULE:FREQ=WEEKLY;BYDAY=WE"
FIRST, LAST = f"{START}:20270106T183000", f"{END}:20270106T210000"
WINDOWS_ZONE = """\
BEGIN:VTIMEZONE
TZID:{}
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
"""


def single(day: str = "20270113", start: str = "", end: str = "", **more: str) -> Callable[[str], str]:
    """One occurrence as an event of its own; without a start, at its usual time."""
    return lambda text: with_moved(text, day, start or f"{day}T183000", end or f"{day}T210000", **more)


MOVED = single(start="20270114T190000", end="20270114T210000")


def replaced(*pairs: tuple[str, str]) -> Callable[[str], str]:
    def edit(text: str) -> str:
        for old, new in pairs:
            assert old in text, (old, text)
            text = text.replace(old, new, 1)
        return text

    return edit


def then(*edits: Callable[[str], str]) -> Callable[[str], str]:
    def edit(text: str) -> str:
        for one in edits:
            text = one(text)
        return text

    return edit


def in_single(lines: str) -> Callable[[str], str]:
    """These lines in the last event."""

    def edit(text: str) -> str:
        before, summary, after = text.rpartition("SUMMARY:")
        return before + lines.replace("\n", "\r\n") + summary + after

    return edit


def without_last(line: str) -> Callable[[str], str]:
    return lambda text: "".join(text.rpartition(line)[::2])


def in_series(lines: str) -> Callable[[str], str]:
    return replaced((RULE, RULE + "\r\n" + lines.rstrip("\n").replace("\n", "\r\n")))


def in_zone(tzid: str, parameter: str = "", definition: str = WINDOWS_ZONE) -> Callable[[str], str]:
    """The same under a zone that goes by another name."""

    def edit(text: str) -> str:
        text = re.sub(r"BEGIN:VTIMEZONE.*END:VTIMEZONE\r\n", "", text, flags=re.DOTALL)
        text = text.replace("TZID=Europe/Berlin", f"TZID={parameter or tzid}")
        return text.replace("BEGIN:VEVENT", definition.format(tzid).replace("\n", "\r\n") + "BEGIN:VEVENT", 1)

    return edit


def folded_anew(text: str) -> str:
    """Folded every 20 octets, in the middle of characters too, as some programs do; here between them at best."""
    lines = re.sub(r"\r\n[ \t]", "", text).splitlines()
    return "".join("\r\n\t".join(line[n : n + 20] for n in range(0, len(line), 20)) + "\r\n" for line in lines)


def single_first(text: str) -> str:
    """The event of the single date before the series."""
    head, *events = re.split(r"(?=BEGIN:VEVENT)", text)
    *events, last = events
    event, end = last.split("END:VCALENDAR")
    return head + event + "".join(events) + "END:VCALENDAR" + end
