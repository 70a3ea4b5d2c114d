"""The prompts of a day, and those of one ritual.

In: a `History`, the collections, a day. Out: text. A day on which a ritual draws from a collection has that ritual's
prompt, whichever of the two is asked for. No file and no clock enter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from textwrap import wrap

from planner.agreement import History, Ritual
from planner.compiler import compile_versions
from planner.history import strands_of, turns_between
from planner.languages import date_in
from planner.prompts import Collection, collection_of, prompt_number
from planner.recurrence import ONE_DAY
from planner.timeline import instances, occurrences

_FAR = timedelta(days=366 * 9)
"""No ritual is further from one occurrence to the next than the years between two 29 Februaries."""


def prompts_of_day(history: History, collections: Mapping[str, Collection], day: date, width: int = 80) -> str:
    """The prompts of each collection on a day: of every ritual there that draws from it, else one for the day itself.

    Of a ritual with `share = "private"` nothing is said: a screen is seen by all.
    """
    lines = [date_in(history.current.language, day)]
    there = [(o.ritual, o.on) for o in occurrences(compile_versions(history, None), day, day + ONE_DAY)]
    for collection in sorted(collections.values(), key=lambda c: not c.kinds):
        heading = f"{collection.title} ({collection.name})"
        drawing = drawing_from(history, collections, collection)
        now = [(drawing[path], on) for path, on in dict.fromkeys(there) if path in drawing]
        for ritual, on in now:
            lines += ["", f"{heading}: {_named(history, ritual, on, ritual.title)}"]
            blocks = [_wrapped(text, width) for text in _of_ritual(history, ritual, collection, on)]
            lines += [line for n, block in enumerate(blocks) for line in ([""] if n else []) + block]
        if not now:
            number = number_of_day(history, drawing.values(), day)
            lines += ["", heading, *_wrapped(prompt_number(collection, number), width)]
    return "\n".join(lines)


def drawing_from(history: History, collections: Mapping[str, Collection], collection: Collection) -> dict[str, Ritual]:
    """The rituals that draw from a collection, by path, but for those that are private."""
    rituals = history.current.rituals.items()
    return {p: r for p, r in rituals if r.share != "private" and collection_of(r, collections) == collection}


def number_of_day(history: History, drawing: Iterable[Ritual], day: date) -> int:
    """The number of a collection's prompt on a day when none of the rituals that draw from it is there.

    A date that one of them has by its rule keeps that one's prompt, whether it rests or moved away; the other days are
    counted by themselves. So nothing that rests or moves changes the prompt of any other day.
    """
    taken: set[date] = set()
    for ritual in drawing:
        dates = [d for s in strands_of(history, ritual) for d in s.days(date.min + ONE_DAY, day + ONE_DAY)]
        if day in dates:
            return number_of(history, ritual, day)
        taken.update(dates)
    return day.toordinal() - len(taken)


def prompts_of_ritual(
    history: History, ritual: Ritual, collections: Mapping[str, Collection], on: date, width: int = 80
) -> str | None:
    """What a ritual has to talk about, on its first day from `on` on; None where it has none any more."""
    found = next_day(history, ritual, on)
    if found is None:
        return None
    day, by_rule = found
    lines = [f"{_named(history, ritual, by_rule, ritual.title)}, {date_in(history.current.language, day)}"]
    for text in _of_ritual(history, ritual, collection_of(ritual, collections), by_rule):
        lines += ["", *_wrapped(text, width)]
    return "\n".join(lines)


def _of_ritual(history: History, ritual: Ritual, collection: Collection | None, on: date) -> Iterator[str]:
    """Its own prompts, and the one of its collection for the date that it has by its rule."""
    yield from (_named(history, ritual, on, own) for own in ritual.prompts)
    if collection is not None:
        drawn = prompt_number(collection, number_of(history, ritual, on))
        if drawn not in ritual.prompts:
            yield drawn


def _named(history: History, ritual: Ritual, on: date, text: str) -> str:
    """A text of a ritual with the name of whose turn it is on a date of its rule."""
    if "{turn}" not in text:
        return text
    person = ritual.host or turns_between(history, ritual, on, on + ONE_DAY).get(on)
    return text.replace("{turn}", history.current.name(person) if person else "…")


def next_day(history: History, ritual: Ritual, on: date) -> tuple[date, date] | None:
    """The first day from `on` on that a ritual is on, and which date of its rule that is."""
    end = on + _FAR if on.year < 2190 else date(2200, 1, 1)
    mine = [s for s in compile_versions(history, None) if s.ritual == ritual.path]
    found = ((o.day if o else day, day) for s in mine for day, o in instances(s, on, end))
    return min(found, default=None)


def number_of(history: History, ritual: Ritual, day: date) -> int:
    """How many dates a ritual has by its rule before this one: a skip or a pause does not change what comes after."""
    parts = strands_of(history, ritual)
    return sum(1 for s in parts for _ in s.days(date.min + ONE_DAY, day))


def _wrapped(text: str, width: int) -> list[str]:
    return wrap(text, max(width, 20), initial_indent="  ", subsequent_indent="  ", break_long_words=False)
