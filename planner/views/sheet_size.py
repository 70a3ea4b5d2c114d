"""How large a page may be printed so that it stays on one sheet of A4.

In: the `Page`. Out: a factor for the print sizes of templates/page.html, whose measures these are; 1 where nothing that
can be read would do. It is an estimate: in doubt the page stays small.
"""

from __future__ import annotations

from planner.views.page_values import Day, Month, Page

_SIZES = (1.4, 1.35, 1.3, 1.25, 1.2, 1.15, 1.1, 1.05, 1.0, 0.95, 0.9, 0.86, 0.83)
_SHEET, _FULL_SHEET = 262.0, 254.0
"""What there is to fill, in millimetres; a little is kept, and more where so much stands that an estimate errs more."""
_HEAD, _CAPTION, _GAP = 17.0, 9.5, 6.0
_ROW, _NUMBER, _LINE = 6.4, 3.9, 2.65
_CELL, _WEEK_LINE, _TOLD_LINE = 24, 38, 41
"""How many letters stand on a line: in a cell, in the coming week, in a column of what is agreed."""
_WORDS, _TOLD_GAP, _BAR = 3.2, 1.5, 3.1


def print_size(page: Page) -> float:
    """By how much the print may grow, or has to shrink."""
    return next((size for size in _SIZES if _height(page, size) <= (_SHEET if size >= 1 else _FULL_SHEET)), 1.0)


def _height(page: Page, size: float) -> float:
    """How high the page would be at a size, in millimetres."""
    months = sum(_month(month, size) for month in page.months)
    return size * (_HEAD + _GAP) + months + max(_week(page, size), _told(page, size))


def _month(month: Month, size: float) -> float:
    rows = sum(max(_cell(day, size) for day in week) for week in month.weeks)
    return size * (_CAPTION + 3.2 * len(month.daily)) + rows


def _cell(day: Day, size: float) -> float:
    items = [item for item in day.items if not item.is_daily] if day.is_inside else []
    extra = bool(day.holiday) + bool(day.pause and day.is_inside and len(day.pause) > _CELL / 2)
    said = (f"xxx {item.start} {item.place_of_clock} {item.title} {' '.join(item.marks)}" for item in items)
    lines = sum(_lines(text, _CELL, size) for text in said)
    return size * max(_ROW, _NUMBER + extra * _LINE + lines * _LINE + 0.25 * len(items))


def _week(page: Page, size: float) -> float:
    lines = 0
    for day in page.week:
        items = [item for item in day.items if not item.is_daily]
        lines += bool(items and (day.is_today or day.pause or day.holiday))
        lines += sum(_lines(f"xxx {i.title} {i.hours} {i.place_of_clock} {i.place}", _WEEK_LINE, size) for i in items)
    bars = 0.0
    if page.balance:
        bars = 10 + _BAR * sum(len(row.bars) + 1.5 for row in page.balance.rows)
    return size * (5.5 + lines * 3.3 + 0.8 * len(page.week) + bars + 4 * len(page.to_place))


def _told(page: Page, size: float) -> float:
    """What is agreed, in two columns; a group stands in one of them."""
    groups = [(page.opening,), *((group.heading, *group.sentences) for group in page.told)]
    heights = [_TOLD_GAP + _WORDS * sum(_lines(text, _TOLD_LINE, size) for text in group) for group in groups]
    splits = (max(sum(heights[:n]), sum(heights[n:])) for n in range(len(heights) + 1))
    return size * (6 + min(splits))


def _lines(text: str, letters: int, size: float) -> int:
    """On how many lines a text stands, broken between words."""
    room = letters / size
    lines, used = 1, 0.0
    for word in text.split():
        if used and used + 1 + len(word) > room:
            lines, used = lines + 1, 0.0
        used += len(word) + bool(used)
        lines += int(used // room) if used > room else 0
    return lines
