"""The prompts of a day, and those of one ritual.

In: a `History`, the collections, a day. Out: text. No file and no clock enter.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from textwrap import wrap

from planner.agreement import History, Ritual
from planner.history import strands_of
from planner.languages import date_in
from planner.prompts import Collection, collection_of, prompt_number, prompt_of_day
from planner.recurrence import ONE_DAY

_FAR = timedelta(days=366 * 9)
"""No ritual is further from one occurrence to the next than the years between two 29 Februaries."""


def prompts_of_day(collections: Mapping[str, Collection], day: date, width: int = 80, language: str = "en") -> str:
    """The prompt of each collection on a day."""
    lines = [date_in(language, day)]
    for collection in sorted(collections.values(), key=lambda c: not c.kinds):
        lines += ["", f"{collection.title} ({collection.name})", *_wrapped(prompt_of_day(collection, day), width)]
    return "\n".join(lines)


def prompts_of_ritual(
    history: History, ritual: Ritual, collections: Mapping[str, Collection], on: date, width: int = 80
) -> str | None:
    """What a ritual has to talk about, on its first date from `on` on; None where it has none any more."""
    day = next_date(history, ritual, on)
    if day is None:
        return None
    title = ritual.title.replace("{turn}", "…")
    lines = [f"{title}, {date_in(history.current.language, day)}"]
    for own in ritual.prompts:
        lines += ["", *_wrapped(own.replace("{turn}", "…"), width)]
    collection = collection_of(ritual, collections)
    if collection is not None:
        drawn = prompt_number(collection, number_of(history, ritual, day))
        lines += ["", *_wrapped(drawn, width)] if drawn not in ritual.prompts else []
    return "\n".join(lines)


def next_date(history: History, ritual: Ritual, on: date) -> date | None:
    """The first date of a ritual from `on` on that is not left out; by its rule, before any move."""
    parts = strands_of(history, ritual)
    end = on + _FAR if on.year < 2190 else date(2200, 1, 1)
    dates = (next((d for d in s.days(on, end) if d not in ritual.skip), None) for s in parts)
    return min((d for d in dates if d is not None), default=None)


def number_of(history: History, ritual: Ritual, day: date) -> int:
    """How many dates a ritual has by its rule before this one: a skip or a pause does not change what comes after."""
    parts = strands_of(history, ritual)
    return sum(1 for s in parts for _ in s.days(date.min + ONE_DAY, day))


def _wrapped(text: str, width: int) -> list[str]:
    return wrap(text, max(width, 20), initial_indent="  ", subsequent_indent="  ", break_long_words=False)
