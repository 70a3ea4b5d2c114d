"""What stands below a month: each ritual that shows, in full, what the marks mean, and what rests.

In: `MonthDays`. Out: lines of text for a terminal. Nothing enters that the month does not show.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from rich.cells import cell_len
from rich.text import Text

from planner.saying import listed, month_name, say_days, say_hours, say_zone, weekday_name
from planner.series import of_ritual
from planner.timeline import Occurrence
from planner.views.cells import DIM, chip, fits, ink, wrap
from planner.views.month_days import ELSEWHERE, IF_NEEDED, LINES_OF_TITLE, MOVED, MonthDays, short_city
from planner.views.people import TOGETHER_COLOR
from planner.words import Dates, Every


def legend(month: MonthDays) -> Iterator[Text]:
    """Each ritual that shows, in full; then what the marks mean, and what rests."""
    if not any(month.by_day[day] for day in month.days if month.is_inside(day)):
        yield Text()
        yield from map(Text, wrap(month.nothing(), month.text_width))
    shown = [s.occurrence for day in month.days if month.is_grid or month.is_inside(day) for s in month.by_day[day]]
    groups: dict[tuple[str, str], list[Occurrence]] = {}
    for o in dict.fromkeys(shown):
        groups.setdefault((o.ritual, month.title(o)[0]), []).append(o)
    order = {path: n for n, path in enumerate(month.agreement.rituals)}
    rows = sorted(groups, key=lambda row: (order.get(of_ritual(row[0]), len(order)), row[0]))
    column = max((n for _, title in rows if (n := cell_len(title)) <= month.text_width // 3), default=0)
    for n, row in enumerate(rows):
        if n == 0:
            yield Text()
        yield from _entry(month, row[1], groups[row], column)
    notes = [*_mark_notes(month, shown), *month.pause_notes()]
    for n, note in enumerate(notes):
        if n == 0:
            yield Text()
        yield from (Text(line, DIM) for line in wrap(note, month.text_width))


def _entry(month: MonthDays, title: str, those: list[Occurrence], column: int) -> Iterator[Text]:
    who = tuple(p for p in month.agreement.people if any(p in o.who for o in those))
    names = month.agreement.names(who)
    if len(who) == len(month.agreement.people):
        names = "both" if len(who) == 2 else "everyone"
    colors = {month.color(o) for o in those}
    color = colors.pop() if len(colors) == 1 else TOGETHER_COLOR
    marker, inked, indent = month.marker(who), ink(color), month.lead + 2
    lead = Text.assemble((marker, chip(color)), " " * (indent - cell_len(marker)))
    if cell_len(title) <= column and month.text_width - indent - column >= 30:
        lead.append(title, inked)
        lead.append(" " * (column + 2 - cell_len(title)))
        indent += column + 2
    else:
        for n, line in enumerate(wrap(title, month.text_width - indent)):
            yield Text.assemble(lead if n == 0 else " " * indent, (line, inked))
        lead = Text(" " * indent)
    for n, line in enumerate(wrap(f"{names}, {_pattern(month, those)}", month.text_width - indent)):
        yield Text.assemble(lead if n == 0 else " " * indent, line)


def _pattern(month: MonthDays, those: list[Occurrence]) -> str:
    """On which days and at what time, as seen in this month."""
    ritual = month.ritual(those[0])
    plain = [o for o in those if not o.moved] or those
    times: dict[str, list[date]] = {}
    for o in plain:
        zone = f" {say_zone(o.timezone)}" if month.is_away(o) else ""
        times.setdefault(say_hours(o) + zone, []).append(o.day)
    single = ritual is None or ritual.open_time or "{turn}" in ritual.title or isinstance(ritual.slots[0].days, Dates)
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


def _mark_notes(month: MonthDays, shown: list[Occurrence]) -> Iterator[str]:
    marks = "".join(month.marks(o) for o in shown)
    if ELSEWHERE in marks:
        zones = dict.fromkeys(say_zone(o.timezone) for o in shown if month.is_away(o))
        yield f"{ELSEWHERE} by {listed(zones, 'or')}"
    if month.is_grid and month.zones:
        yield ", ".join(f"{short_city(zone)} by {say_zone(zone)}" for zone in month.zones)
    if IF_NEEDED in marks:
        yield f"{IF_NEEDED} kept in case you need it"
    if MOVED in marks:
        yield f"{MOVED} moved here, this once"
    if month.is_grid and any(month.title(o, month.column)[1] != month.title(o)[1] for o in dict.fromkeys(shown)):
        yield "A name alone below a title: whose turn it is"
    cut = [day for day, name in month.holidays.items() if not fits(name, month.column, LINES_OF_TITLE)]
    if month.is_grid and cut:
        yield f"Holidays: {'; '.join(f'{month.holidays[day]} on {day.day} {month_name(day.month)}' for day in cut)}"
