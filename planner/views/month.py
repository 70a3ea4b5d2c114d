"""A month as a grid for the terminal, with a legend below it; a list by day where the terminal is narrow.

In: an `Agreement`, the occurrences of one audience, a month. Out: text to print. Titles come from the occurrences alone,
so nothing shows that the audience may not see. No file and no clock enter.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from rich.cells import cell_len, chop_cells, set_cell_size
from rich.console import Console
from rich.style import Style
from rich.text import Text

from planner.agreement import Agreement, Pause, Ritual
from planner.colors import rgb
from planner.looks import possessive, titled
from planner.recurrence import ONE_DAY, month_length
from planner.timeline import Occurrence
from planner.views.clock import listed, month_name, say_date, say_days, say_span, say_zone, weekday_name
from planner.words import Dates, Every

NARROWEST_GRID, WIDEST_GRID, NARROWEST = 80, 120, 24
LOOK_BACK = timedelta(days=31)
"""As long as one occurrence may last."""

PEOPLE_COLORS = ((55, 124, 188), (174, 105, 25), (52, 137, 86), (145, 101, 189), (34, 135, 129), (126, 123, 32))
TOGETHER_COLOR = (197, 81, 123)
"""Calm colours, each as far from black as from white, for people in their order and for what is shared."""

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
) -> str:
    """The month as text, no line wider than `width` cells; with `color`, dressed for a terminal.

    Whole weeks from `week_starts` on, every day with what happens, each ritual named in full below. Under 80 cells it is
    a list by day.
    """
    view = _Month(agreement, occurrences, year, month, today, max(width, NARROWEST))
    lines = [*view.grid(), *view.legend()] if width >= NARROWEST_GRID else [*view.list(), *view.legend()]
    for line in lines:
        line.rstrip()
    if not color:
        return "\n".join(line.plain for line in lines)
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, legacy_windows=False, width=max(width, NARROWEST), highlight=False)
    for line in lines:
        console.print(line, no_wrap=True, overflow="ignore", crop=False)
    return out.getvalue().removesuffix("\n")


def _weeks(agreement: Agreement, year: int, month: int) -> list[date]:
    first, last = date(year, month, 1), date(year, month, month_length(year, month))
    first -= timedelta(days=(first.weekday() - agreement.week_starts) % 7)
    last += timedelta(days=(agreement.week_starts - 1 - last.weekday()) % 7)
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


# ── text in cells ────────────────────────────────────────────────────


def _fit(text: str, width: int) -> str:
    """The text, cut with "…" where it is wider than `width` cells."""
    return text if cell_len(text) <= width else set_cell_size(text, max(width - 1, 0)).rstrip() + "…"[:width]


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
        elif line:
            lines.append(line)
            line, room, words = "", width, [word, *words]
        else:
            start = chop_cells(word, room)[0]
            lines.append(start)
            room, words = width, [word[len(start) :], *words]
    return [*lines, line] if line else lines


def _luminance(color: tuple[int, int, int]) -> float:
    """Relative luminance, 0 black to 1 white."""
    parts = [c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in color]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def _legible(color: tuple[int, int, int]) -> tuple[int, int, int]:
    """The colour, made lighter or darker until it reads on black and on white."""
    for _ in range(20):
        light = _luminance(color)
        if 0.1 <= light <= 0.3:
            break
        toward = 255 if light < 0.1 else 0
        color = (
            color[0] + (toward - color[0]) // 8,
            color[1] + (toward - color[1]) // 8,
            color[2] + (toward - color[2]) // 8,
        )
    return color


def _rgb(color: tuple[int, int, int]) -> str:
    return f"rgb({color[0]},{color[1]},{color[2]})"


# ── the month ────────────────────────────────────────────────────────


class _Shown(NamedTuple):
    """An occurrence on one of its days."""

    occurrence: Occurrence
    begins: bool


class _Month:
    def __init__(
        self, agreement: Agreement, found: list[Occurrence], year: int, month: int, today: date | None, width: int
    ) -> None:
        self.agreement = agreement
        self.first = date(year, month, 1)
        self.today = today
        self.width = width
        self.days = _weeks(agreement, year, month)
        self.letters = _letters(agreement)
        self.by_day: dict[date, list[_Shown]] = {day: [] for day in self.days}
        for o in found:
            last = _last_day(o)
            for n in range((last - o.day).days + 1):
                day = o.day + timedelta(days=n)
                if day in self.by_day:
                    self.by_day[day].append(_Shown(o, begins=n == 0))
        self.marker_width = max((cell_len(self._marker(o.who)) for o in found), default=1)
        seen = {o.ritual for o in found}
        self.pauses = [p for p in agreement.pauses if self._is_open(p, seen)]

    def _is_open(self, pause: Pause, seen: set[str]) -> bool:
        """Whether a pause may show: not where all that it stops is private and unseen here."""
        named = [self.agreement.rituals.get(path) for path in pause.only]
        return not named or any(r is None or r.share != "private" or r.path in seen for r in named)

    def _inside(self, day: date) -> bool:
        return (day.year, day.month) == (self.first.year, self.first.month)

    # ── people and their colours ──

    def _marker(self, who: tuple[str, ...]) -> str:
        everyone = len(who) > 1 and set(who) == set(self.agreement.people)
        return "&" if everyone else "".join(self.letters[p] for p in self.agreement.people if p in who) or "&"

    def _color(self, o: Occurrence) -> tuple[int, int, int]:
        if o.look.color:
            return rgb(o.look.color)
        if len(o.who) > 1:
            return TOGETHER_COLOR
        return PEOPLE_COLORS[list(self.agreement.people).index(o.who[0]) % len(PEOPLE_COLORS)]

    def _chip(self, o: Occurrence, *, dim: bool = False) -> tuple[str, Style]:
        """The letter of those who take part, on their colour."""
        color = self._color(o)
        ink = "black" if _luminance(color) > 0.179 else "white"
        return self._marker(o.who), DIM if dim else Style(color=ink, bgcolor=_rgb(color), bold=True)

    def _ink(self, o: Occurrence, *, dim: bool = False) -> Style:
        return DIM if dim else Style(color=_rgb(_legible(self._color(o))))

    def _title(self, o: Occurrence, room: int = 99) -> tuple[str, str]:
        """The title as the audience sees it, and apart from it whose turn it is, the name alone where room is short."""
        ritual = self._ritual(o)
        if ritual and ritual.turns and o.ritual == ritual.path and "{turn}" not in ritual.title:
            for key, person in self.agreement.people.items():
                if titled(self.agreement, ritual, key) == o.look.summary:
                    turn = f"{person.name} hosts" if ritual.hosting else f"{possessive(person.name)} turn"
                    return ritual.title, turn if cell_len(turn) <= room else _fit(person.name, room)
        return o.look.summary, ""

    def _ritual(self, o: Occurrence) -> Ritual | None:
        rituals = self.agreement.rituals
        return rituals.get(o.ritual) or rituals.get(o.ritual.removesuffix(".check_in").removesuffix(".cover"))

    def _marks(self, o: Occurrence) -> str:
        away = isinstance(o.start, datetime) and o.timezone != self.agreement.timezone
        return (ELSEWHERE if away else "") + (IF_NEEDED if o.look.tentative else "") + (MOVED if o.moved else "")

    # ── what rests ──

    def _pause_word(self, day: date) -> str:
        """ "pause" on a day on which everything rests, with letters where it is for some; "" where nothing rests."""
        going = [p for p in self.pauses if p.starts <= day <= p.until]
        if not going:
            return ""
        if any(not p.who and not p.only for p in going):
            return "pause"
        if any(p.only for p in going):
            return "part pause"
        return f"pause {self._marker(tuple({person: None for p in going for person in p.who}))}"

    # ── the grid ──

    def grid(self) -> Iterator[Text]:
        """The title, the names of weekdays, and the weeks."""
        self.column = (min(self.width, WIDEST_GRID) + 1) // 7 - 1
        whole = 7 * self.column + 6
        name = f"{month_name(self.first.month)} {self.first.year}"
        title = _fit(self.agreement.title, whole - len(name) - 2)
        yield Text.assemble((name, BOLD), " " * (whole - len(name) - cell_len(title)), (title, DIM))
        yield Text()
        names = [Text(_fit(weekday_name(day.weekday()), self.column)) for day in self.days[:7]]
        yield self._row(names)
        for n in range(0, len(self.days), 7):
            yield from self._week(self.days[n : n + 7])

    def _row(self, cells: list[Text]) -> Text:
        row = Text()
        for cell in cells:
            row.append_text(cell)
            row.append(" " * (self.column + 1 - cell_len(cell.plain)))
        row.rstrip()
        return row

    def _week(self, days: list[date]) -> Iterator[Text]:
        cells = [list(self._cell(day, starts_row=n == 0)) for n, day in enumerate(days)]
        tallest = max(map(len, cells))
        for n in range(tallest):
            yield self._row([cell[n] if n < len(cell) else Text() for cell in cells])
        if tallest > 1 and days[-1] != self.days[-1]:
            yield Text()

    def _cell(self, day: date, *, starts_row: bool) -> Iterator[Text]:
        inside = self._inside(day)
        number = str(day.day) if inside else f"{day.day} {month_name(day.month)[:3]}"
        labels = [word for word in ("today" if day == self.today else "", self._pause_word(day)) if word]
        head, below = number, []
        for word in labels:
            if not below and cell_len(f"{head} {word} ") < self.column:
                head = f"{head} {word}"
            else:
                below.append(word)
        rule = ("━" if day == self.today else "─" if inside else "┄") * (self.column - cell_len(head) - 1)
        if day == self.today:
            yield Text.assemble((head, TODAY), (f" {rule}", BOLD))
        else:
            yield Text.assemble((head, BOLD if inside else DIM), (f" {rule}", DIM))
        for word in below:
            yield Text(_fit(word, self.column), DIM)
        for shown in self.by_day[day]:
            yield from self._item(shown, dim=not inside, named=shown.begins or starts_row)

    def _item(self, shown: _Shown, *, dim: bool, named: bool) -> Iterator[Text]:
        o = shown.occurrence
        marker, chip = self._chip(o, dim=dim)
        ink = self._ink(o, dim=dim)
        title, turn = self._title(o, self.column)
        room = self.column - cell_len(marker) - 1
        marks = self._marks(o) if shown.begins else GOES_ON
        if o.all_day or not shown.begins:
            text = " ".join(part for part in (marks, title if named else "") if part)
            first, *rest = _wrap(text, self.column, 2, room)
            yield Text.assemble((marker, chip), " ", (first, ink))
        else:
            clock = _clock(o) if cell_len(_clock(o) + marks) <= room else f"{o.start:%H:%M}"
            yield Text(f"{marker} {_fit(clock + marks, room)}", chip)
            rest = _wrap(title, self.column, 2)
        for line in [*rest, *([turn] if turn and named else [])]:
            yield Text(line, ink)

    # ── the list ──

    def list(self) -> Iterator[Text]:
        """The days on which something happens, one after the other."""
        yield Text(_fit(f"{month_name(self.first.month)} {self.first.year}", self.width), BOLD)
        yield from (Text(line, DIM) for line in _wrap(self.agreement.title, self.width, 2))
        resting: list[date] = []
        for day in filter(self._inside, self.days):
            word = self._pause_word(day)
            if not self.by_day[day] and day != self.today and word == "pause":
                resting.append(day)
                continue
            yield from self._rest(resting)
            resting = []
            if self.by_day[day] or day == self.today:
                labels = ["today"] if day == self.today else []
                yield Text()
                yield Text(_fit(" · ".join([_short_day(day), *labels, *([word] if word else [])]), self.width), BOLD)
                for shown in self.by_day[day]:
                    yield from self._line(shown)
        yield from self._rest(resting)

    def _rest(self, days: list[date]) -> Iterator[Text]:
        if days:
            yield Text()
            span = _short_day(days[0]) if len(days) == 1 else f"{_short_day(days[0])} – {_short_day(days[-1])}"
            yield Text(_fit(f"{span} · pause", self.width), DIM)

    def _line(self, shown: _Shown) -> Iterator[Text]:
        o = shown.occurrence
        marker, chip = self._chip(o)
        when = _clock(o) if shown.begins else GOES_ON
        when += self._marks(o)
        title, turn = self._title(o)
        lead = Text.assemble("  ", (f"{marker} {when}", chip), "  ")
        indent = max(17 + self.marker_width, cell_len(lead.plain))
        lead.append(" " * (indent - cell_len(lead.plain)))
        if self.width - indent < 12:
            yield lead
            lead, indent = Text("    "), 4
        for n, line in enumerate(_wrap(f"{title} ({turn})" if turn else title, self.width - indent)):
            yield Text.assemble(lead if n == 0 else " " * indent, (line, self._ink(o)))

    # ── the legend ──

    def legend(self) -> Iterator[Text]:
        """Each ritual that shows, in full; then the marks, and what rests."""
        shown = [s.occurrence for day, those in self.by_day.items() for s in those if self._counts(day)]
        if not any(self.by_day[day] for day in self.days if self._inside(day)):
            yield Text()
            yield from (Text(line) for line in _wrap(self._nothing(), self._legend_width))
        groups: dict[tuple[str, str], list[Occurrence]] = {}
        for o in shown:
            groups.setdefault((o.ritual, self._title(o)[0]), []).append(o)
        if groups:
            yield Text()
            order = {path: n for n, path in enumerate(self.agreement.rituals)}
            rows = sorted(groups.items(), key=lambda g: (order.get(_parent(g[0][0], order), len(order)), g[0]))
            column = max((n for (_, title), _ in rows if (n := cell_len(title)) <= self._legend_width // 3), default=0)
            for (_, title), those in rows:
                yield from self._entry(title, list(dict.fromkeys(those)), column)
        notes = [*self._mark_notes(shown), *self._pause_notes()]
        if notes:
            yield Text()
            for note in notes:
                yield from (Text(line, DIM) for line in _wrap(note, self._legend_width))

    def _counts(self, day: date) -> bool:
        return self.width >= NARROWEST_GRID or self._inside(day)

    @property
    def _legend_width(self) -> int:
        return min(self.width, WIDEST_GRID)

    def _entry(self, title: str, those: list[Occurrence], column: int) -> Iterator[Text]:
        who = tuple(p for p in self.agreement.people if any(p in o.who for o in those))
        marker = self._marker(who)
        _, chip = self._chip(those[0]._replace(who=who))
        everyone = set(who) == set(self.agreement.people)
        names = self.agreement.names(who) if not everyone else "both" if len(who) == 2 else "everyone"
        details = f"{names}, {self._pattern(those)}"
        wide = max(cell_len(marker), self.marker_width) + 2
        ink = self._ink(those[0])
        lead = Text.assemble((marker, chip), " " * (wide - cell_len(marker)))
        if cell_len(title) <= column and self._legend_width - wide - column >= 30:
            lead.append(title, ink)
            lead.append(" " * (column + 2 - cell_len(title)))
            indent = wide + column + 2
        else:
            for n, line in enumerate(_wrap(title, self._legend_width - wide)):
                yield Text.assemble(lead if n == 0 else " " * wide, (line, ink))
            indent = wide
            lead = Text(" " * indent)
        for n, line in enumerate(_wrap(details, self._legend_width - indent)):
            yield Text.assemble(lead if n == 0 else " " * indent, line)

    def _pattern(self, those: list[Occurrence]) -> str:
        """On which days and at what time, as seen in this month."""
        ritual = self._ritual(those[0])
        plain = [o for o in those if not o.moved] or those
        times: dict[str, list[Occurrence]] = {}
        for o in plain:
            times.setdefault(_span_of(o, self.agreement), []).append(o)
        if ritual is None or any(isinstance(slot.days, Dates) for slot in ritual.slots):
            days = f"on {listed(dict.fromkeys(f'{o.day.day} {month_name(o.day.month)}' for o in plain))}"
        else:
            days = say_days(ritual)
        if len(times) == 1 or len(times) > 4:
            return ", ".join([days, *([next(iter(times))] if len(times) == 1 else ["at different times"])])
        weekdays = {label: {o.day.weekday() for o in group} for label, group in times.items()}
        if sum(map(len, weekdays.values())) > len(set().union(*weekdays.values())):
            return f"{days}, {listed(times, 'or')}"
        weekly = ritual is not None and ritual.every == Every(1, "week")
        named = [f"{listed(weekday_name(d) for d in sorted(weekdays[label]))} {label}" for label in times]
        return ", ".join(f"every {part}" for part in named) if weekly else f"{days}: {', '.join(named)}"

    def _mark_notes(self, shown: list[Occurrence]) -> Iterator[str]:
        marks = "".join(self._marks(o) for o in shown)
        if ELSEWHERE in marks:
            zones = dict.fromkeys(say_zone(o.timezone) for o in shown if ELSEWHERE in self._marks(o))
            yield f"{ELSEWHERE} by {listed(zones, 'or')}"
        if IF_NEEDED in marks:
            yield f"{IF_NEEDED} kept in case you need it"
        if MOVED in marks:
            yield f"{MOVED} moved here, this once"

    def _pause_notes(self) -> Iterator[str]:
        for pause in self.pauses:
            if pause.starts <= self.days[-1] and pause.until >= self.days[0]:
                part = " from some of it" if pause.only else ""
                whose = f" for {self.agreement.names(pause.who)}" if pause.who else ""
                comma = "," if part or whose else ""
                yield f"A pause{part}{whose}{comma} {say_span(pause.starts, pause.until)}."

    def _nothing(self) -> str:
        """A kind word for a month without anything."""
        last = self.first.replace(day=month_length(self.first.year, self.first.month))
        if last < self.agreement.starts:
            return f"Nothing yet: the agreement begins on {say_date(self.agreement.starts)}."
        if self.agreement.until and self.agreement.until < self.first:
            return f"The agreement goes to {say_date(self.agreement.until)}. These days are your own."
        if all(self._pause_word(day) for day in self.days if self._inside(day)):
            return "A month of rest."
        return f"Nothing is planned in {month_name(self.first.month)} {self.first.year}. Free time is a plan too."


def _parent(path: str, known: Iterable[str]) -> str:
    return path if path in known else path.removesuffix(".check_in").removesuffix(".cover")


def _letters(agreement: Agreement) -> dict[str, str]:
    """One letter for each person, no two the same: the first of the name where it is free."""
    letters: dict[str, str] = {}
    for key, person in agreement.people.items():
        wanted = [c.upper() for c in person.name + key if c.isalnum()] + [str(n) for n in range(1, 100)]
        letters[key] = next(c for c in wanted if c not in letters.values() and cell_len(c) >= 1 and len(c) < 3)
    return letters


def _last_day(o: Occurrence) -> date:
    """The last day on which an occurrence shows; what ends in the night belongs to the day before."""
    if isinstance(o.end, datetime):
        return max(o.day, (o.end.replace(tzinfo=None) - timedelta(hours=6)).date())
    return max(o.day, o.end - ONE_DAY)


def _clock(o: Occurrence) -> str:
    if not isinstance(o.start, datetime) or not isinstance(o.end, datetime):
        return "all day"
    far = o.end - o.start >= timedelta(days=1)
    return f"{o.start:%H:%M}–{weekday_name(o.end.weekday())[:3] + ' ' if far else ''}{o.end:%H:%M}"


def _span_of(o: Occurrence, agreement: Agreement) -> str:
    zone = f" {say_zone(o.timezone)}" if not o.all_day and o.timezone != agreement.timezone else ""
    if o.all_day and isinstance(o.end, date) and (o.end - o.day).days > 1:
        return f"for {(o.end - o.day).days} days"
    return _clock(o) + zone


def _short_day(day: date) -> str:
    return f"{weekday_name(day.weekday())} {day.day}"
