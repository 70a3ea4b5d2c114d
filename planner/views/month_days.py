"""What a grid, a list and a legend of a month are made from: its days with what happens, and how that is marked.

In: an `Agreement`, the occurrences of one audience, a month. Out: `MonthDays`. Titles come from the occurrences alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from rich.cells import cell_len

from planner.agreement import Agreement, Pause, Ritual
from planner.looks import say_turn, titled
from planner.recurrence import ONE_DAY, month_length
from planner.saying import last_day, month_name, say_date, say_span, weekday_name
from planner.series import of_ritual
from planner.timeline import Occurrence
from planner.views.agenda import city, clock
from planner.views.cells import fits
from planner.views.people import Color, color_of, letters

NARROWEST_GRID, WIDEST_GRID = 80, 120
LINES_OF_TITLE, LINES_OF_TURN = 3, 2
"""On how many lines of a cell a title stands, and whose turn it is."""
MOVED, IF_NEEDED, ELSEWHERE, GOES_ON = "→", "?", "*", "…"


class Shown(NamedTuple):
    """An occurrence on one of its days."""

    occurrence: Occurrence
    begins: bool


class MonthDays:
    """What a grid, a list and a legend are made from: the occurrences by day, letters and colours."""

    def __init__(
        self,
        agreement: Agreement,
        found: list[Occurrence],
        year: int,
        month: int,
        today: date | None,
        width: int,
        holidays: Mapping[date, str],
        zones: Sequence[str],
    ) -> None:
        self.agreement = agreement
        self.first = date(year, month, 1)
        self.today = today
        self.zones = zones
        self.width = width
        self.is_grid = width >= NARROWEST_GRID
        self.text_width = min(width, WIDEST_GRID)
        self.column = (self.text_width + 1) // 7 - 1
        self.days = month_weeks(agreement, year, month)
        self.letters = letters(agreement)
        self.by_day: dict[date, list[Shown]] = {day: [] for day in self.days}
        for o in found:
            for n in range((last_day(o) - o.day).days + 1):
                if (day := o.day + n * ONE_DAY) in self.by_day:
                    self.by_day[day].append(Shown(o, begins=n == 0))
        self.lead = max((cell_len(self.marker(o.who)) for o in found), default=1)
        seen = {o.ritual for o in found}
        self.pauses = [p for p in agreement.rests if self._is_open(p, seen)]
        self.holidays = {day: name for day, name in holidays.items() if day in self.by_day}

    def _is_open(self, pause: Pause, seen: set[str]) -> bool:
        """Whether a pause may show: not where all that it stops is private and unseen here."""
        named = [self.agreement.rituals.get(path) for path in pause.only]
        return not named or any(r is None or r.share != "private" or r.path in seen for r in named)

    def is_inside(self, day: date) -> bool:
        """Whether a day is one of the month's own."""
        return (day.year, day.month) == (self.first.year, self.first.month)

    def marker(self, who: tuple[str, ...]) -> str:
        """The letters of those who take part, "&" for everyone, "+" for more than can stand before a time."""
        if set(who) == set(self.agreement.people):
            return "&"
        letters = "".join(self.letters[p] for p in self.agreement.people if p in who)
        return letters if 0 < cell_len(letters) <= 3 else "+"

    def color(self, o: Occurrence) -> Color:
        """Its colour in this agreement."""
        return color_of(self.agreement, o)

    def title(self, o: Occurrence, room: int = 99) -> tuple[str, str]:
        """The title as the audience sees it, and apart from it whose turn it is: a name alone where room is short."""
        ritual = self.ritual(o)
        if ritual and ritual.follows and o.look.summary.startswith(f"{ritual.title} ("):
            names = o.look.summary[len(ritual.title) + 2 : -1]
            return ritual.title, names
        if ritual and ritual.turns and o.ritual == ritual.path and "{turn}" not in ritual.title:
            for key, person in self.agreement.people.items():
                if titled(self.agreement, ritual, key) == o.look.summary:
                    turn = say_turn(self.agreement, ritual, person.name)
                    return ritual.title, turn if fits(turn, room, LINES_OF_TURN) else person.name
        return o.look.summary, ""

    def ritual(self, o: Occurrence) -> Ritual | None:
        """The ritual it belongs to; None where that is not there."""
        return self.agreement.rituals.get(of_ritual(o.ritual))

    def is_away(self, o: Occurrence) -> bool:
        """Whether its time is by other clocks than the agreement's."""
        return isinstance(o.start, datetime) and o.timezone != self.agreement.timezone

    def marks(self, o: Occurrence) -> str:
        """The marks that stand after its time, explained in the legend."""
        marks = ((ELSEWHERE, self.is_away(o)), (IF_NEEDED, o.look.tentative), (MOVED, o.moved))
        return "".join(mark for mark, there in marks if there)

    def pause_word(self, day: date) -> str:
        """What rests on a day: "pause" where everything does, with letters where it is for some; "" for nothing."""
        going = [p for p in self.pauses if p.starts <= day <= p.until]
        if not going or any(not p.who and not p.only for p in going):
            return "pause" if going else ""
        if any(p.only for p in going):
            return "part pause"
        return f"pause {self.marker(tuple({person: None for p in going for person in p.who}))}"

    def elsewhere(self, o: Occurrence, *, brief: bool) -> Iterator[str]:
        """When it is by the clocks of the other zones."""
        for zone in self.zones if isinstance(o.start, datetime) else ():
            if zone != o.timezone:
                said = clock(o, zone, o.day)
                yield f"{said.partition('–')[0]} {short_city(zone)}" if brief else f"{said} {city(zone)}"

    def pause_notes(self) -> Iterator[str]:
        """What rests in these weeks, in sentences."""
        for pause in self.pauses:
            if pause.starts <= self.days[-1] and pause.until >= self.days[0]:
                whose = f" for {self.agreement.names(pause.who)}" if pause.who else ""
                part = " from some of it" if pause.only else ""
                yield f"A pause{part}{whose}{',' if part or whose else ''} {say_span(pause.starts, pause.until)}."

    def nothing(self) -> str:
        """A kind word for a month without anything."""
        until = self.agreement.until
        if self.first.replace(day=month_length(self.first.year, self.first.month)) < self.agreement.starts:
            return f"Nothing yet: the agreement begins on {say_date(self.agreement.starts)}."
        if until and until < self.first:
            return f"The agreement goes to {say_date(until)}. These days are your own."
        if all(self.pause_word(day) == "pause" for day in self.days if self.is_inside(day)):
            return "A month of rest."
        return f"Nothing is planned in {month_name(self.first.month)} {self.first.year}. Free time is a plan too."


def month_weeks(agreement: Agreement, year: int, month: int) -> list[date]:
    """The days of the month, and those that make its weeks whole."""
    first, last = date(year, month, 1), date(year, month, month_length(year, month))
    first -= timedelta(days=(first.weekday() - agreement.week_starts) % 7)
    last += timedelta(days=(agreement.week_starts - 1 - last.weekday()) % 7)
    return [first + n * ONE_DAY for n in range((last - first).days + 1)]


def short_city(zone: str) -> str:
    """A city in three letters at most: "Ber", "NY"."""
    words = city(zone).split()
    return "".join(word[0] for word in words[:3]) if len(words) > 1 else words[0][:3]


def short_day(day: date) -> str:
    """The weekday and the number of a day."""
    return f"{weekday_name(day.weekday())} {day.day}"
