"""A month as a grid for the terminal, with a legend below it; a list by day where the terminal is narrow.

In: an `Agreement`, the occurrences of one audience, a month. Out: text to print. Titles come from the occurrences
alone, so nothing shows that the audience may not see. No file and no clock enter.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from rich.cells import cell_len, chop_cells, set_cell_size
from rich.console import Console
from rich.style import Style
from rich.text import Text

from planner.agreement import Agreement, Pause, Ritual
from planner.looks import say_turn, titled
from planner.recurrence import ONE_DAY, month_length
from planner.saying import (
    last_day,
    listed,
    month_name,
    say_date,
    say_days,
    say_hours,
    say_span,
    say_zone,
    weekday_name,
)
from planner.timeline import Occurrence
from planner.views.agenda import city, clock
from planner.views.people import TOGETHER_COLOR, Color, color_of, letters, luminance
from planner.views.plain import plain_days
from planner.words import Dates, Every

NARROWEST_GRID, WIDEST_GRID, NARROWEST = 80, 120, 24
LOOK_BACK = timedelta(days=31)
"""As long as one occurrence may last."""

DIM, BOLD, TODAY = Style(dim=True), Style(bold=True), Style(bold=True, reverse=True)
MOVED, IF_NEEDED, ELSEWHERE, GOES_ON = "→", "?", "*", "…"


def month_window(agreement: Agreement, year: int, month: int) -> tuple[date, date]:
    """The days, first ≤ day < end, whose occurrences the grid needs: its weeks, and those that reach into them."""
    days = _weeks(agreement, year, month)
    return days[0] - LOOK_BACK, days[-1] + ONE_DAY


def month_grid(
    agreement: Agreement,
    occurrences: list[Occurrence],
    year: int,
    month: int,
    *,
    today: date | None,
    width: int,
    color: bool,
    holidays: Mapping[date, str] | None = None,
    zones: Sequence[str] = (),
) -> str:
    """The month as text, no line wider than `width` cells (but 24); with `color`, dressed for a terminal.

    Whole weeks from `week_starts` on, every day with what happens, each ritual named in full below. Under 80 cells it
    is a list by day. `holidays` are names by date. With `zones`, the times by their clocks stand below the others.
    """
    view = _Month(agreement, occurrences, year, month, today, max(width, NARROWEST), holidays or {}, zones)
    lines = [*(view.grid() if width >= NARROWEST_GRID else view.day_by_day()), *view.legend()]
    for line in lines:
        line.rstrip()
    if not color:
        return "\n".join(line.plain for line in lines)
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, legacy_windows=False, width=view.width)
    for line in lines:
        console.print(line, no_wrap=True, overflow="ignore", crop=False)
    return out.getvalue().removesuffix("\n")


def plain_month(
    agreement: Agreement,
    occurrences: list[Occurrence],
    year: int,
    month: int,
    *,
    today: date | None,
    zones: Sequence[str] = (),
    holidays: Mapping[date, str] | None = None,
) -> str:
    """The month as plain lines, day by day, for a screen reader; then what rests."""
    view = _Month(agreement, occurrences, year, month, today, NARROWEST, holidays or {}, zones)
    end = view.first + month_length(year, month) * ONE_DAY
    days = plain_days(agreement, occurrences, view.first, end, today=today, zones=zones, holidays=holidays)
    notes = list(view.pause_notes())
    head = f"{month_name(month)} {year}, {agreement.title}"
    return "\n".join([head, "", days or view.nothing(), *([""] if notes else []), *notes])


def _weeks(agreement: Agreement, year: int, month: int) -> list[date]:
    """The days of the month, and those that make its weeks whole."""
    first, last = date(year, month, 1), date(year, month, month_length(year, month))
    first -= timedelta(days=(first.weekday() - agreement.week_starts) % 7)
    last += timedelta(days=(agreement.week_starts - 1 - last.weekday()) % 7)
    return [first + n * ONE_DAY for n in range((last - first).days + 1)]


# ── text in cells ────────────────────────────────────────────────────


def _fit(text: str, width: int) -> str:
    """The text on one line, cut with "…" where it is wider than `width` cells."""
    text = " ".join(text.split())
    return text if cell_len(text) <= width else set_cell_size(text, width - 1).rstrip() + "…"


def _wrap(text: str, width: int, most: int = 99, first: int | None = None) -> list[str]:
    """The text in at most `most` lines of `width` cells, broken between words; the first may be narrower."""
    lines: list[str] = []
    room = width if first is None else first
    line = ""
    words = text.split()
    while words:
        word = words.pop(0)
        longer = f"{line} {word}" if line else word
        if cell_len(longer) <= room:
            line = longer
        elif len(lines) == most - 1:
            return [*lines, _fit(" ".join([longer, *words]), room)]
        else:
            part = line or chop_cells(word, room)[0] or word[0]
            words.insert(0, word if line else word[len(part) :])
            lines.append(part)
            line, room = "", width
    return [*lines, line] if line else lines


# ── colours ──────────────────────────────────────────────────────────


def _legible(color: Color) -> Color:
    """The colour, made lighter or darker until it reads on black and on white."""
    red, green, blue = color
    while not 0.1 <= (light := luminance((red, green, blue))) <= 0.3:
        if light < 0.1:
            red, green, blue = (c + (255 - c) // 8 for c in (red, green, blue))
        else:
            red, green, blue = (c * 7 // 8 for c in (red, green, blue))
    return red, green, blue


def _chip(color: Color, *, dim: bool = False) -> Style:
    """The colour itself, with ink that reads on it."""
    ink = "rgb(0,0,0)" if luminance(color) > 0.179 else "rgb(255,255,255)"  # bold "black" is grey in some terminals
    return DIM if dim else Style(color=ink, bgcolor="rgb({},{},{})".format(*color), bold=True)


def _ink(color: Color, *, dim: bool = False) -> Style:
    """Ink of the colour."""
    return DIM if dim else Style(color="rgb({},{},{})".format(*_legible(color)))


# ── the month ────────────────────────────────────────────────────────


class _Shown(NamedTuple):
    """An occurrence on one of its days."""

    occurrence: Occurrence
    begins: bool


class _Month:
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
        self.days = _weeks(agreement, year, month)
        self.letters = letters(agreement)
        self.by_day: dict[date, list[_Shown]] = {day: [] for day in self.days}
        for o in found:
            for n in range((last_day(o) - o.day).days + 1):
                if (day := o.day + n * ONE_DAY) in self.by_day:
                    self.by_day[day].append(_Shown(o, begins=n == 0))
        self.lead = max((cell_len(self._marker(o.who)) for o in found), default=1)
        seen = {o.ritual for o in found}
        self.pauses = [p for p in agreement.rests if self._is_open(p, seen)]
        self.holidays = {day: name for day, name in holidays.items() if day in self.by_day}

    def _is_open(self, pause: Pause, seen: set[str]) -> bool:
        """Whether a pause may show: not where all that it stops is private and unseen here."""
        named = [self.agreement.rituals.get(path) for path in pause.only]
        return not named or any(r is None or r.share != "private" or r.path in seen for r in named)

    def _inside(self, day: date) -> bool:
        return (day.year, day.month) == (self.first.year, self.first.month)

    def _marker(self, who: tuple[str, ...]) -> str:
        """The letters of those who take part, "&" for everyone, "+" for more than can stand before a time."""
        if set(who) == set(self.agreement.people):
            return "&"
        letters = "".join(self.letters[p] for p in self.agreement.people if p in who)
        return letters if 0 < cell_len(letters) <= 3 else "+"

    def _color(self, o: Occurrence) -> Color:
        return color_of(self.agreement, o)

    def _title(self, o: Occurrence, room: int = 99) -> tuple[str, str]:
        """The title as the audience sees it, and apart from it whose turn it is, a name alone where room is short."""
        ritual = self._ritual(o)
        if ritual and ritual.follows and o.look.summary.startswith(f"{ritual.title} ("):
            names = o.look.summary[len(ritual.title) + 2 : -1]
            return ritual.title, names if cell_len(names) <= room else _fit(names, room)
        if ritual and ritual.turns and o.ritual == ritual.path and "{turn}" not in ritual.title:
            for key, person in self.agreement.people.items():
                if titled(self.agreement, ritual, key) == o.look.summary:
                    turn = say_turn(self.agreement, ritual, person.name)
                    return ritual.title, turn if cell_len(turn) <= room else _fit(person.name, room)
        return o.look.summary, ""

    def _ritual(self, o: Occurrence) -> Ritual | None:
        return self.agreement.rituals.get(_ritual_path(o.ritual))

    def _is_away(self, o: Occurrence) -> bool:
        """Whether its time is by other clocks than the agreement's."""
        return isinstance(o.start, datetime) and o.timezone != self.agreement.timezone

    def _marks(self, o: Occurrence) -> str:
        marks = ((ELSEWHERE, self._is_away(o)), (IF_NEEDED, o.look.tentative), (MOVED, o.moved))
        return "".join(mark for mark, there in marks if there)

    def _pause_word(self, day: date) -> str:
        """What rests on a day: "pause" where everything does, with letters where it is for some; "" for nothing."""
        going = [p for p in self.pauses if p.starts <= day <= p.until]
        if not going or any(not p.who and not p.only for p in going):
            return "pause" if going else ""
        if any(p.only for p in going):
            return "part pause"
        return f"pause {self._marker(tuple({person: None for p in going for person in p.who}))}"

    def _elsewhere(self, o: Occurrence, *, brief: bool) -> Iterator[str]:
        """When it is by the clocks of the other zones."""
        for zone in self.zones if isinstance(o.start, datetime) else ():
            if zone != o.timezone:
                said = clock(o, zone, o.day)
                yield f"{said.partition('–')[0]} {_short_city(zone)}" if brief else f"{said} {city(zone)}"

    # ── the grid ──

    def grid(self) -> Iterator[Text]:
        """The title, the names of weekdays, and the weeks."""
        whole = 7 * self.column + 6
        name = f"{month_name(self.first.month)} {self.first.year}"
        title = _fit(self.agreement.title, whole - len(name) - 2)
        yield Text.assemble((name, BOLD), " " * (whole - len(name) - cell_len(title)), (title, DIM))
        yield Text()
        yield self._row([Text(weekday_name(day.weekday())) for day in self.days[:7]])
        for n in range(0, len(self.days), 7):
            cells = [list(self._cell(day)) for day in self.days[n : n + 7]]
            tallest = max(map(len, cells))
            for line in range(tallest):
                yield self._row([cell[line] if line < len(cell) else Text() for cell in cells])
            if tallest > 1 and n + 7 < len(self.days):
                yield Text()

    def _row(self, cells: list[Text]) -> Text:
        row = Text()
        for cell in cells:
            row.append_text(cell)
            row.append(" " * (self.column + 1 - cell_len(cell.plain)))
        return row

    def _cell(self, day: date) -> Iterator[Text]:
        """The lines of a day, its number on the rule above it."""
        inside, is_today = self._inside(day), day == self.today
        head = str(day.day) if inside else f"{day.day} {month_name(day.month)[:3]}"
        below: list[str] = []
        for word in filter(None, ("today" if is_today else "", self._pause_word(day))):
            if cell_len(f"{head} {word}") > self.column - 2:
                below.append(word)
            else:
                head = f"{head} {word}"
        rule = ("━" if is_today else "─" if inside else "┄") * (self.column - cell_len(head) - 1)
        style = TODAY if is_today else BOLD if inside else DIM
        yield Text.assemble((head, style), (f" {rule}", BOLD if is_today else DIM))
        for word in below:
            yield Text(_fit(word, self.column), DIM)
        if day in self.holidays:
            yield from (Text(line, DIM) for line in _wrap(self.holidays[day], self.column, 2))
        for shown in self.by_day[day]:
            starts_week = day.weekday() == self.agreement.week_starts
            yield from self._item(shown, dim=not inside, named=shown.begins or starts_week)

    def _item(self, shown: _Shown, *, dim: bool, named: bool) -> Iterator[Text]:
        """An occurrence in its cell: who and when on a line, then the title on two at most."""
        o = shown.occurrence
        marker, chip, ink = self._marker(o.who), _chip(self._color(o), dim=dim), _ink(self._color(o), dim=dim)
        title, turn = self._title(o, self.column) if named else ("", "")
        marks = self._marks(o) if shown.begins else GOES_ON
        room = self.column - cell_len(marker) - 1
        if o.all_day or not shown.begins:
            first, *rest = _wrap(f"{marks} {title}", self.column, 2, room)
            yield Text.assemble((marker, chip), " ", (first, ink))
        else:
            clock = say_hours(o) if cell_len(say_hours(o) + marks) <= room else f"{o.start:%H:%M}"
            gap = " " if cell_len(clock + marks) <= room else ""
            yield Text(_fit(f"{marker}{gap}{clock}{marks}", self.column), chip)
            yield from (Text(_fit(said, self.column), ink) for said in self._elsewhere(o, brief=True))
            rest = _wrap(title, self.column, 2)
        for line in filter(None, (*rest, turn)):
            yield Text(line, ink)

    # ── the list ──

    def day_by_day(self) -> Iterator[Text]:
        """The days on which something happens, one after the other."""
        yield Text(f"{month_name(self.first.month)} {self.first.year}", BOLD)
        yield from (Text(line, DIM) for line in _wrap(self.agreement.title, self.width, 2))
        resting: list[date] = []
        for day in filter(self._inside, self.days):
            word = self._pause_word(day)
            named = self.holidays.get(day, "")
            if word == "pause" and not self.by_day[day] and day != self.today:
                resting.append(day)
                continue
            yield from self._rest(resting)
            resting = []
            if self.by_day[day] or day == self.today or named:
                labels = [_short_day(day), "today" if day == self.today else "", word, named]
                yield Text()
                yield Text(_fit(" · ".join(filter(None, labels)), self.width), BOLD)
                for shown in self.by_day[day]:
                    yield from self._line(shown)
        yield from self._rest(resting)

    def _rest(self, days: list[date]) -> Iterator[Text]:
        if days:
            span = " – ".join(dict.fromkeys([_short_day(days[0]), _short_day(days[-1])]))
            yield Text()
            yield Text(_fit(f"{span} · pause", self.width), DIM)

    def _line(self, shown: _Shown) -> Iterator[Text]:
        o = shown.occurrence
        when = ("all day" if o.all_day else say_hours(o)) if shown.begins else GOES_ON
        when += self._marks(o) if shown.begins else ""
        lead = Text.assemble("  ", (f"{self._marker(o.who)} {when}", _chip(self._color(o))), "  ")
        indent = max(17 + self.lead, cell_len(lead.plain))
        lead.append(" " * (indent - cell_len(lead.plain)))
        if self.width - indent < 12:
            yield lead
            lead, indent = Text("    "), 4
        title, turn = self._title(o)
        for n, line in enumerate(_wrap(f"{title} ({turn})" if turn else title, self.width - indent)):
            yield Text.assemble(lead if n == 0 else " " * indent, (line, _ink(self._color(o))))
        for said in self._elsewhere(o, brief=False) if shown.begins else ():
            yield Text(f"    {_fit(said, self.width - 4)}", DIM)

    # ── the legend ──

    def legend(self) -> Iterator[Text]:
        """Each ritual that shows, in full; then what the marks mean, and what rests."""
        if not any(self.by_day[day] for day in self.days if self._inside(day)):
            yield Text()
            yield from map(Text, _wrap(self.nothing(), self.text_width))
        shown = [s.occurrence for day in self.days if self.is_grid or self._inside(day) for s in self.by_day[day]]
        groups: dict[tuple[str, str], list[Occurrence]] = {}
        for o in dict.fromkeys(shown):
            groups.setdefault((o.ritual, self._title(o)[0]), []).append(o)
        order = {path: n for n, path in enumerate(self.agreement.rituals)}
        rows = sorted(groups, key=lambda row: (order.get(_ritual_path(row[0]), len(order)), row[0]))
        column = max((n for _, title in rows if (n := cell_len(title)) <= self.text_width // 3), default=0)
        for n, row in enumerate(rows):
            if n == 0:
                yield Text()
            yield from self._entry(row[1], groups[row], column)
        notes = [*self._mark_notes(shown), *self.pause_notes()]
        for n, note in enumerate(notes):
            if n == 0:
                yield Text()
            yield from (Text(line, DIM) for line in _wrap(note, self.text_width))

    def _entry(self, title: str, those: list[Occurrence], column: int) -> Iterator[Text]:
        who = tuple(p for p in self.agreement.people if any(p in o.who for o in those))
        names = self.agreement.names(who)
        if len(who) == len(self.agreement.people):
            names = "both" if len(who) == 2 else "everyone"
        colors = {self._color(o) for o in those}
        color = colors.pop() if len(colors) == 1 else TOGETHER_COLOR
        marker, ink, indent = self._marker(who), _ink(color), self.lead + 2
        lead = Text.assemble((marker, _chip(color)), " " * (indent - cell_len(marker)))
        if cell_len(title) <= column and self.text_width - indent - column >= 30:
            lead.append(title, ink)
            lead.append(" " * (column + 2 - cell_len(title)))
            indent += column + 2
        else:
            for n, line in enumerate(_wrap(title, self.text_width - indent)):
                yield Text.assemble(lead if n == 0 else " " * indent, (line, ink))
            lead = Text(" " * indent)
        for n, line in enumerate(_wrap(f"{names}, {self._pattern(those)}", self.text_width - indent)):
            yield Text.assemble(lead if n == 0 else " " * indent, line)

    def _pattern(self, those: list[Occurrence]) -> str:
        """On which days and at what time, as seen in this month."""
        ritual = self._ritual(those[0])
        plain = [o for o in those if not o.moved] or those
        times: dict[str, list[date]] = {}
        for o in plain:
            zone = f" {say_zone(o.timezone)}" if self._is_away(o) else ""
            times.setdefault(say_hours(o) + zone, []).append(o.day)
        single = (
            ritual is None or ritual.open_time or "{turn}" in ritual.title or isinstance(ritual.slots[0].days, Dates)
        )
        if ritual is None or single:
            days = f"on {listed(dict.fromkeys(f'{o.day.day} {month_name(o.day.month)}' for o in plain))}"
        else:
            days = say_days(ritual)
        weekdays = {time: sorted({day.weekday() for day in on}) for time, on in times.items()}
        if len(times) == 1 or sum(map(len, weekdays.values())) > len(set().union(*weekdays.values())):
            return f"{days}, {listed(times, 'or') if len(times) < 5 else 'at different times'}"
        named = [f"{listed(map(weekday_name, weekdays[time]))} {time}" for time in times]
        weekly = ritual is not None and not single and ritual.every == Every(1, "week")
        return ", ".join(f"every {part}" for part in named) if weekly else f"{days}: {', '.join(named)}"

    def _mark_notes(self, shown: list[Occurrence]) -> Iterator[str]:
        marks = "".join(self._marks(o) for o in shown)
        if ELSEWHERE in marks:
            zones = dict.fromkeys(say_zone(o.timezone) for o in shown if self._is_away(o))
            yield f"{ELSEWHERE} by {listed(zones, 'or')}"
        if self.is_grid and self.zones:
            yield ", ".join(f"{_short_city(zone)} by {say_zone(zone)}" for zone in self.zones)
        if IF_NEEDED in marks:
            yield f"{IF_NEEDED} kept in case you need it"
        if MOVED in marks:
            yield f"{MOVED} moved here, this once"

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
        if all(self._pause_word(day) == "pause" for day in self.days if self._inside(day)):
            return "A month of rest."
        return f"Nothing is planned in {month_name(self.first.month)} {self.first.year}. Free time is a plan too."


def _ritual_path(path: str) -> str:
    """The ritual that a check-in inside it, or the covering for it, belongs to."""
    return path.removesuffix(".check_in").removesuffix(".cover")


def _short_city(zone: str) -> str:
    """A city in three letters at most: "Ber", "NY"."""
    words = city(zone).split()
    return "".join(word[0] for word in words[:3]) if len(words) > 1 else words[0][:3]


def _short_day(day: date) -> str:
    return f"{weekday_name(day.weekday())} {day.day}"
