"""A month as a grid for the terminal, with a legend below it; a list by day where the terminal is narrow.

In: an `Agreement`, the occurrences of one audience, a month. Out: text to print. Titles come from the occurrences
alone, so nothing shows that the audience may not see. No file and no clock enter.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from planner.agreement import Agreement
from planner.recurrence import ONE_DAY, month_length
from planner.saying import month_name, say_hours, weekday_name
from planner.timeline import Occurrence
from planner.views.cells import BOLD, DIM, TODAY, chip, fit, ink, wrap
from planner.views.legend import legend
from planner.views.month_days import (
    GOES_ON,
    LINES_OF_TITLE,
    LINES_OF_TURN,
    NARROWEST_GRID,
    MonthDays,
    Shown,
    month_weeks,
    short_day,
)
from planner.views.plain import plain_days

NARROWEST = 24
LOOK_BACK = timedelta(days=31)
"""As long as one occurrence may last."""


def month_window(agreement: Agreement, year: int, month: int) -> tuple[date, date]:
    """The days, first ≤ day < end, whose occurrences the grid needs: its weeks, and those that reach into them."""
    days = month_weeks(agreement, year, month)
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
    lines = [*(view.grid() if width >= NARROWEST_GRID else view.day_by_day()), *legend(view)]
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


class _Month(MonthDays):
    """The month as a grid, and as a list by day."""

    # ── the grid ──

    def grid(self) -> Iterator[Text]:
        """The title, the names of weekdays, and the weeks."""
        whole = 7 * self.column + 6
        name = f"{month_name(self.first.month)} {self.first.year}"
        title = fit(self.agreement.title, whole - len(name) - 2)
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
        inside, is_today = self.is_inside(day), day == self.today
        head = str(day.day) if inside else f"{day.day} {month_name(day.month)[:3]}"
        below: list[str] = []
        for word in filter(None, ("today" if is_today else "", self.pause_word(day))):
            if cell_len(f"{head} {word}") > self.column - 2:
                below.append(word)
            else:
                head = f"{head} {word}"
        rule = ("━" if is_today else "─" if inside else "┄") * (self.column - cell_len(head) - 1)
        style = TODAY if is_today else BOLD if inside else DIM
        yield Text.assemble((head, style), (f" {rule}", BOLD if is_today else DIM))
        for word in below:
            yield Text(fit(word, self.column), DIM)
        if day in self.holidays:
            yield from (Text(line, DIM) for line in wrap(self.holidays[day], self.column, LINES_OF_TITLE))
        for shown in self.by_day[day]:
            starts_week = day.weekday() == self.agreement.week_starts
            yield from self._item(shown, dim=not inside, named=shown.begins or starts_week)

    def _item(self, shown: Shown, *, dim: bool, named: bool) -> Iterator[Text]:
        """An occurrence in its cell: who and when on a line, then the title, then whose turn it is."""
        o = shown.occurrence
        marker, filled, inked = self.marker(o.who), chip(self.color(o), dim=dim), ink(self.color(o), dim=dim)
        title, turn = self.title(o, self.column) if named else ("", "")
        marks = self.marks(o) if shown.begins else GOES_ON
        room = self.column - cell_len(marker) - 1
        if o.all_day or not shown.begins:
            first, *rest = wrap(f"{marks} {title}", self.column, LINES_OF_TITLE, room)
            yield Text.assemble((marker, filled), " ", (first, inked))
        else:
            clock = say_hours(o) if cell_len(say_hours(o) + marks) <= room else f"{o.start:%H:%M}"
            gap = " " if cell_len(clock + marks) <= room else ""
            yield Text(fit(f"{marker}{gap}{clock}{marks}", self.column), filled)
            yield from (Text(fit(said, self.column), inked) for said in self.elsewhere(o, brief=True))
            rest = wrap(title, self.column, LINES_OF_TITLE)
        for line in (*rest, *wrap(turn, self.column, LINES_OF_TURN)):
            yield Text(line, inked)

    # ── the list ──

    def day_by_day(self) -> Iterator[Text]:
        """The days on which something happens, one after the other."""
        yield Text(f"{month_name(self.first.month)} {self.first.year}", BOLD)
        yield from (Text(line, DIM) for line in wrap(self.agreement.title, self.width, 2))
        resting: list[date] = []
        for day in filter(self.is_inside, self.days):
            word = self.pause_word(day)
            named = self.holidays.get(day, "")
            if word == "pause" and not self.by_day[day] and day != self.today:
                resting.append(day)
                continue
            yield from self._rest(resting)
            resting = []
            if self.by_day[day] or day == self.today or named:
                labels = [short_day(day), "today" if day == self.today else "", word, named]
                yield Text()
                yield Text(fit(" · ".join(filter(None, labels)), self.width), BOLD)
                for shown in self.by_day[day]:
                    yield from self._line(shown)
        yield from self._rest(resting)

    def _rest(self, days: list[date]) -> Iterator[Text]:
        if days:
            span = " – ".join(dict.fromkeys([short_day(days[0]), short_day(days[-1])]))
            yield Text()
            yield Text(fit(f"{span} · pause", self.width), DIM)

    def _line(self, shown: Shown) -> Iterator[Text]:
        o = shown.occurrence
        when = ("all day" if o.all_day else say_hours(o)) if shown.begins else GOES_ON
        when += self.marks(o) if shown.begins else ""
        lead = Text.assemble("  ", (f"{self.marker(o.who)} {when}", chip(self.color(o))), "  ")
        indent = max(17 + self.lead, cell_len(lead.plain))
        lead.append(" " * (indent - cell_len(lead.plain)))
        if self.width - indent < 12:
            yield lead
            lead, indent = Text("    "), 4
        title, turn = self.title(o)
        for n, line in enumerate(wrap(f"{title} ({turn})" if turn else title, self.width - indent)):
            yield Text.assemble(lead if n == 0 else " " * indent, (line, ink(self.color(o))))
        for said in self.elsewhere(o, brief=False) if shown.begins else ():
            yield Text(f"    {fit(said, self.width - 4)}", DIM)
