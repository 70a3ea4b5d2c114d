"""The agreement, in the couple's words, as frozen values; nothing is expanded here.

In: nothing but the values of `words`. Out: the types that every later stage reads. No text of the file, no position,
no clock and no calendar format enters. `reading` makes these; defaults are filled in, references are known to hold.
"""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from planner.words import Days, Every, Time, Timed

TABLES = {
    "me_blocks": "me_block",
    "shared_evenings": "shared_evening",
    "check_ins": "check_in",
    "host_nights": "host_night",
    "reviews": "review",
    "rituals": "ritual",
}
"""The tables that hold rituals, and the kind of a ritual in each."""

QUIET = ("full-weeks", "time-together", "own-time", "night-hours", "closing-review")
"""The quiet words of `check`, some of `balance` too, that a couple can do without, by what they write in `quiet`."""

YEARS_AHEAD = 15
LEAP = 4
"""What ends or begins on 29 February has its first days in a year that has one: so many years back at most."""
_LEAP_DAY = (2, 29)
"""So many years from the agreement's first on, yearly pauses and holidays are known: a rule has no end, dates have."""

FIRST_YEAR, LAST_YEAR = 1970, 2199
"""The years that dates in an agreement may have."""


class Person(NamedTuple):
    """Someone who is a party to the agreement. `timezone` is their own, or the agreement's."""

    key: str
    name: str
    timezone: str
    color: str | None = None
    busy: tuple[str, ...] = ()


class Slot(NamedTuple):
    """Some of a ritual's days, and the time of day on them."""

    days: Days
    time: Time


class Change(NamedTuple):
    """One occurrence that differs. `on` is its date by the rule; None means: as the rule has it.

    `start` is in minutes after midnight, `length` in wall-clock minutes (whole days for an all-day ritual). One that
    does not count uses up no turn where turns wait.
    """

    on: date
    moved_to: date | None = None
    start: int | None = None
    length: int | None = None
    turn: str | None = None
    where: str | None = None
    note: str | None = None
    counts: bool = True


class OpenTime(NamedTuple):
    """Time whose day is not fixed: so many `times` in each frame, the ritual's `every`.

    `length` is that of each in wall-clock minutes; 0 where a ladder says how long.
    """

    times: int
    length: int

    @property
    def is_all_day(self) -> bool:
        """Whether each of them takes whole days, and no time of day."""
        return self.length > 0 and self.length % 1440 == 0


class Placed(NamedTuple):
    """One occurrence of open time with its day; `start` in minutes after midnight, None where it goes on all day.

    `length` is in minutes, None for the ritual's own. Calendars know it by the day it `was` placed on first, and
    by its `number` of that day, None for the next that is free.
    """

    on: date
    start: int | None = None
    length: int | None = None
    where: str | None = None
    note: str | None = None
    was: date | None = None
    number: int | None = None


class CheckIn(NamedTuple):
    """A short check-in inside a me-block: `after` its start or `before_end`, in minutes; it lasts `length` minutes."""

    after: int | None
    before_end: int | None
    by: str
    length: int

    def within(self, block: Timed) -> Timed:
        """The check-in's own time within `block`; its start may lie past midnight (1,440 and more)."""
        start = (
            block.start + self.after if self.after is not None else block.start + block.length - (self.before_end or 0)
        )
        return Timed(start, self.length)


class Ladder(NamedTuple):
    """Time that grows in small steps. `steps` in minutes; each lasts `each_days` days or `each_months` months.

    With `by_date` the steps follow the calendar; else `step` (from 1) holds until a review changes it.
    """

    steps: tuple[int, ...]
    each_days: int
    each_months: int
    by_date: bool
    step: int


class Season(NamedTuple):
    """A stretch of the year with a name: its spans of days in order, first and last day included.

    One that comes `yearly` has a span for each year, as far as anybody plans.
    """

    key: str
    title: str
    spans: tuple[tuple[date, date], ...]
    yearly: bool = False

    @property
    def parts(self) -> tuple[tuple[str, date, date], ...]:
        """The spans, each with a name that stays when its days are moved within the year."""
        names = names_by_year(self.key, [first for first, _ in self.spans])
        return tuple((name, *span) for name, span in zip(names, self.spans, strict=True))


def names_by_year(word: str, firsts: list[date]) -> list[str]:
    """A name for each of some stretches in order, from the year it begins in: "summer:2027", "summer:2027-2"."""
    years = [first.year for first in firsts]
    counts = [years[:n].count(year) for n, year in enumerate(years)]
    return [f"{word}:{year}{f'-{n + 1}' if n else ''}" for year, n in zip(years, counts, strict=True)]


class InSeason(NamedTuple):
    """What differs of a ritual in a season; `start` and `length` as in a `Change`."""

    season: Season
    start: int | None
    length: int | None


class Stay(NamedTuple):
    """Some days that people spend elsewhere, by the clocks of `timezone`; `until` is the last of them."""

    starts: date
    until: date
    who: tuple[str, ...]
    timezone: str
    note: str | None = None


class Ritual(NamedTuple):
    """One ritual of any table, defaults filled in.

    `who` are the keys of all who may take part; with `who_is_turn` only the one whose turn it is does. `turns` are the
    people who take turns, in order (`hosting` tells hosts from turns). `until` is the last day by the ritual, its trial
    and the agreement, or None. `remind` is in minutes before the start. `share` is the level others see.
    `drawn` are the prompts of the collection that `prompts_from` names, the couple's own first. One that `follows`
    another has its days and turns, and (`who_is_not_turn`) is for those whose turn it is not; `alone` is what it says
    itself. With `turn_waits` a night that does not happen uses up no turn. Open time has no slots; its occurrences are
    those that are `placed`, in the order of the file.
    """

    path: str
    kind: str
    title: str
    who: tuple[str, ...]
    slots: tuple[Slot, ...]
    every: Every
    starts: date
    until: date | None
    timezone: str
    share: str
    who_is_turn: bool = False
    host: str | None = None
    turns: tuple[str, ...] = ()
    hosting: bool = False
    count_from: date | None = None
    trial: date | None = None
    where: str | None = None
    notes: str | None = None
    prompts: tuple[str, ...] = ()
    gist: str | None = None
    tags: tuple[str, ...] = ()
    remind: tuple[int, ...] = ()
    skip: tuple[date, ...] = ()
    changes: tuple[Change, ...] = ()
    check_ins: tuple[CheckIn, ...] = ()
    ladder: Ladder | None = None
    yes: tuple[str, ...] = ()
    cover: str | None = None
    may_overlap: tuple[str, ...] = ()
    if_needed: bool = False
    by: str | None = None
    on_holidays: str | None = None
    was: str | None = None
    prompts_from: str | None = None
    drawn: tuple[str, ...] = ()
    not_in: tuple[Season, ...] = ()
    only_in: tuple[Season, ...] = ()
    in_season: tuple[InSeason, ...] = ()
    stays: tuple[Stay, ...] = ()
    follows: str | None = None
    who_is_not_turn: bool = False
    alone: Ritual | None = None
    open_time: OpenTime | None = None
    placed: tuple[Placed, ...] = ()
    turn_waits: bool = False

    @property
    def identity(self) -> str:
        """The dotted key that this ritual's identity in calendars is made from."""
        return self.was or self.path

    @property
    def table(self) -> str:
        """The table it stands in, such as "me_blocks"."""
        return self.path.partition(".")[0]

    @property
    def program(self) -> str:
        """The programme whose session it is, such as "programs.first-month"; "" for a ritual of its own."""
        return self.path.rpartition(".")[0] if self.path.startswith("programs.") else ""

    @property
    def is_timed(self) -> bool:
        """Whether it has a time of day, on any of its days."""
        if self.open_time:
            return not self.open_time.is_all_day
        return any(isinstance(slot.time, Timed) for slot in self.slots)

    @property
    def fills_time(self) -> bool:
        """Whether it takes up the time of those who take part."""
        return not self.if_needed and (self.kind != "check_in" or self.by == "in person")


class Pause(NamedTuple):
    """A stretch without some rituals; `until` is its last day. Empty `who` or `only` mean everyone and everything.

    One that comes `yearly` has the days of its first year here.
    """

    starts: date
    until: date
    who: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    note: str | None = None
    yearly: bool = False

    def each(self) -> tuple[Pause, ...]:
        """The pause itself, or (yearly) that of each year, as far as anybody plans."""
        if not self.yearly:
            return (self,)
        spans = each_year(self.starts, self.until)
        return tuple(self._replace(starts=starts, until=until, yearly=False) for starts, until in spans)

    def stops(self, ritual: Ritual, people: tuple[str, ...]) -> bool:
        """Whether an occurrence of `ritual` in which `people` take part rests while this pause lasts."""
        named = not self.only or any(key in self.only for key in (ritual.path, ritual.table, ritual.program))
        return named and (not self.who or any(p in self.who for p in people))


def each_year(starts: date, until: date) -> tuple[tuple[date, date], ...]:
    """The span of the first year, and that of each year after it, as far as anybody plans."""
    ahead = YEARS_AHEAD + (LEAP if _LEAP_DAY in (starts.timetuple()[1:3], until.timetuple()[1:3]) else 0)
    return tuple((_years_on(starts, n), _years_on(until, n)) for n in range(ahead + 1))


def _years_on(day: date, years: int) -> date:
    """The same day so many years later; the last of February where there is no 29th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 2, 28)


class Pair(NamedTuple):
    """What belongs together, a give and take."""

    these: tuple[str, ...]
    note: str | None = None


class Hope(NamedTuple):
    """A hope of the couple's own: so much of something in a week or a month.

    `least` and `most` are minutes, or with `in_times` a number of times.
    """

    key: str
    who: tuple[str, ...]
    of: str
    per: str
    in_times: bool
    least: int | None
    most: int | None
    words: str | None


class Program(NamedTuple):
    """A dated programme: its template, first day, and what differs by session.

    `who` take part, `until` is its last day where that is said, `skip` names what is left out. `sessions` are the paths
    of the rituals that it consists of; the last of them by its rule is on `last`. `course` is what
    its template says, as values.
    """

    key: str
    template: str
    starts: date
    changes: dict[str, dict[str, object]]
    title: str = ""
    who: tuple[str, ...] = ()
    until: date | None = None
    skip: tuple[str, ...] = ()
    sessions: tuple[str, ...] = ()
    last: date | None = None
    course: Any = None


class Agreed(NamedTuple):
    """The header of an agreed version: the day it takes effect, who said yes, a note, the day on which they did.

    `replaces` are the names of later versions that hold no longer because of this one ("2027-04-01"). `waited` are the
    dates before `said`, by ritual, on which a turn did.
    """

    on: date
    yes: tuple[str, ...]
    note: str | None
    said: date | None = None
    replaces: tuple[str, ...] = ()
    waited: tuple[tuple[str, tuple[date, ...]], ...] = ()


class Agreement(NamedTuple):
    """A whole agreement. Dictionaries keep the order of the file. `own_prompts` are `prompts.OwnPrompts`."""

    id: str
    title: str
    starts: date
    until: date | None
    timezone: str
    purpose: str | None
    week_starts: int
    people: dict[str, Person]
    helpers: dict[str, str]
    rituals: dict[str, Ritual]
    colors: dict[str, str]
    pauses: tuple[Pause, ...] = ()
    pairs: tuple[Pair, ...] = ()
    hopes: tuple[Hope, ...] = ()
    programs: tuple[Program, ...] = ()
    holidays: tuple[str, str | None] | None = None
    language: str = "en"
    agreed: Agreed | None = None
    own_prompts: tuple[Any, ...] = ()
    quiet: tuple[str, ...] = ()
    seasons: tuple[Season, ...] = ()
    stays: tuple[Stay, ...] = ()

    @property
    def rests(self) -> tuple[Pause, ...]:
        """The pauses, those that come every year one by one."""
        return tuple(one for pause in self.pauses for one in pause.each())

    def name(self, key: str) -> str:
        """The name of the person or helper with this key."""
        return self.people[key].name if key in self.people else self.helpers[key]

    def names(self, keys: tuple[str, ...]) -> str:
        """Several names in a sentence: "Ana", "Ana and Ben", "Ana, Ben and Cleo"."""
        names = [self.name(k) for k in keys]
        return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


class Version(NamedTuple):
    """What was agreed from a day on: the `number`-th agreement for that day."""

    on: date
    number: int
    agreement: Agreement

    @property
    def name(self) -> str:
        """The name of its file, without the ending."""
        return version_name(self.on, self.number)


def version_name(on: date, number: int) -> str:
    """The name of a version's file, without the ending: "2027-03-01", then "2027-03-01.2"."""
    return on.isoformat() if number == 1 else f"{on}.{number}"


class History(NamedTuple):
    """The file as it stands, and the agreed versions that hold, each from its day to the next, in order.

    Without a version the file simply holds. With some, the file is a draft as to terms; words, sharing and single
    dates are taken from it at once. `own` are the me-blocks of one person's own file, for that person's calendar and
    eyes alone: they need nobody's agreement, and stand beside all of it.
    """

    current: Agreement
    versions: tuple[Version, ...] = ()
    own: dict[str, Ritual] = {}  # noqa: RUF012  (never changed)

    @property
    def alone(self) -> Agreement:
        """The file as it stands, with the own me-blocks."""
        return self.current._replace(rituals={**self.current.rituals, **self.own}) if self.own else self.current
