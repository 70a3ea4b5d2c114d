"""The values that a template of the page gets, and no others: what stands on it, in the couple's language.

What a level hides from the audience is not among them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from planner.views.shared import Told


class Chip(NamedTuple):
    """A letter in a colour, with ink that reads on it, and whom it stands for."""

    letter: str
    names: str
    color: str
    ink: str


class Item(NamedTuple):
    """Something on a day. `start` and `hours` are as clocks show them in `place_of_clock` ("" for the usual one).

    `is_daily` where the month has it among its `daily`, so that its cells need not repeat it.
    """

    chip: Chip
    title: str
    start: str
    hours: str
    place_of_clock: str
    place: str
    marks: tuple[str, ...]
    is_going_on: bool
    is_daily: bool = False


class Day(NamedTuple):
    """A day of the grid or the week; `is_bare` where nothing is to be said of it, `is_plain` where nothing new is."""

    iso: str
    number: int
    name: str
    weekday: str
    short: str
    is_inside: bool
    is_today: bool
    is_past: bool
    is_bare: bool
    is_plain: bool
    pause: str
    holiday: str
    items: tuple[Item, ...]


class Daily(NamedTuple):
    """What is there on nearly every day of a month, and on which days in words."""

    item: Item
    days: str


class Month(NamedTuple):
    """A month in whole weeks; `weekdays` are (name, short name)."""

    key: str
    name: str
    weekdays: tuple[tuple[str, str], ...]
    weeks: tuple[tuple[Day, ...], ...]
    is_empty: bool
    daily: tuple[Daily, ...]


class Bar(NamedTuple):
    """A bar of the picture: from which height on, how wide, how long that is in words."""

    kind: str
    label: str
    y: int
    width: int
    said: str


class Row(NamedTuple):
    """A person's bars."""

    name: str
    color: str
    y: int
    bars: tuple[Bar, ...]


class Balance(NamedTuple):
    """Planned time as a picture of a width and height, and `said` in words for who does not see it."""

    span: str
    said: str
    width: int
    height: int
    left: int
    rows: tuple[Row, ...]


class Page(NamedTuple):
    """Everything on a page. `words` are planner's own in the couple's language; `to_place` is open time with no day.

    `print_size` is by how much the print may grow, or has to shrink, to be one sheet.
    """

    language: str
    title: str
    audience: str
    as_of: str
    months: tuple[Month, ...]
    week: tuple[Day, ...]
    opening: str
    told: tuple[Told, ...]
    balance: Balance | None
    chips: tuple[Chip, ...]
    words: Mapping[str, str]
    to_place: tuple[str, ...] = ()
    print_size: float = 1.0
