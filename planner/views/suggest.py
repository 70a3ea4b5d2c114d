"""Suggestions in words: each offer with its reasons and the command that writes it, or what stands in the way.

In: a `Search`, its `Offer`s, `Obstacle`s. Out: texts, and values for a script. What only a person's own calendar knows
is called busy, and nothing more.
"""

from __future__ import annotations

import shlex
import textwrap
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from planner.agreement import Agreement
from planner.obstacles import InTheWay, Obstacle, Relaxed, has_common_hours
from planner.saying import (
    capital,
    listed,
    say_date,
    say_minutes,
    say_span,
    say_times,
    say_times_in_words,
    say_zone,
    weekday_name,
)
from planner.suggesting import NEAR, Offer, Pattern, Search, Slot, clock_of
from planner.tables import RESERVED, as_key
from planner.timeline import instant
from planner.views.agenda import city
from planner.windows import days_named, say_windows
from planner.words import MONTHS, ORDINAL_WORDS, WEEKDAYS, say_clock, say_length
from planner.zones import zone


def say_ask(agreement: Agreement, search: Search) -> str:
    """What is looked for, in one sentence, on lines of 80 columns."""
    ask = search.ask
    often = "one date" if ask.every is None else _often(search)
    covering = f", while {agreement.name(ask.cover)} covers" if ask.cover else ""
    return "\n".join(
        textwrap.wrap(
            f"{say_minutes(ask.minutes).capitalize()} for {agreement.names(ask.who)}{covering}, {often}, "
            f"{say_span(ask.first, date.fromordinal(ask.end.toordinal() - 1))}; {say_windows(ask.windows)}"
            f"{by_whose_clock(agreement, search)}.",
            80,
        )
    )


def by_whose_clock(agreement: Agreement, search: Search) -> str:
    """What is to be read behind hours that are not by the clock of the agreement: ", New York time"; else ""."""
    frame = search.frame
    zones = dict.fromkeys(
        frame.zone_on(date.fromordinal(n)) for n in range(frame.first.toordinal(), frame.end.toordinal())
    )
    if not zones or set(zones) == {agreement.timezone}:
        return ""
    return f", {listed(map(say_zone, zones))}"


def _often(search: Search) -> str:
    every, times = search.ask.every, search.ask.times
    assert every is not None  # noqa: S101  (asked before)
    unit = every.unit if every.number == 1 else f"{every.number} {every.unit}s"
    if every.unit == "day":
        return "every day" if every.number == 1 else f"every {unit}"
    return f"{say_times(times)} {'a' if every.number == 1 else 'every'} {unit}"


# ── offers ───────────────────────────────────────────────────────────


def offers_text(
    agreement: Agreement, search: Search, found: Sequence[Offer], title: str | None, file: str | None
) -> str:
    """The offers, numbered, with reasons and commands."""
    blocks = []
    for n, offer in enumerate(found, 1):
        reason = textwrap.wrap(f"{reason_of(agreement, search, offer)}.", 77)
        lines = [f"{n}. {capital(say_offer(search, offer))}", *(f"   {line}" for line in reason)]
        blocks.append("\n".join([*lines, f"   {command_of(agreement, search, offer, title, file)}"]))
    return "\n\n".join(blocks)


def say_offer(search: Search, offer: Offer) -> str:
    """The days and times of an offer: "Tuesday 19:00–21:00", "the first Friday of the month 19:00–21:00"."""
    minutes = search.ask.minutes
    hours = [f"{say_clock(s.minute)}–{say_clock(s.minute + minutes)}" for s in offer.slots]
    names = [_day_name(search, slot) for slot in offer.slots]
    if len(set(hours)) == 1:
        return f"{listed(names)} {hours[0]}"
    return listed(f"{name} {at}" for name, at in zip(names, hours, strict=True))


def _day_name(search: Search, slot: Slot) -> str:
    every, pattern = search.ask.every, slot.pattern
    if every is None:
        return say_date(slot.days[0])
    since = f" from {say_date(slot.days[0])}" if every.number > 1 else ""
    if every.unit == "day":
        return ("every day" if every.number == 1 else f"every {every.number} days") + since
    if every.unit == "week":
        return weekday_name(pattern.weekday) + (f" every {every.number} weeks{since}" if every.number > 1 else "")
    months = "of the month" if every.number == 1 else f"every {every.number} months{since}"
    return f"the {ORDINAL_WORDS[pattern.nth]} {weekday_name(pattern.weekday)} {months}"


def reason_of(agreement: Agreement, search: Search, offer: Offer) -> str:
    """Why this one: what was found of it, each a fact."""
    parts = [freedom(agreement, search, offer)]
    slots = offer.slots
    if all(slot.quiet == len(slot.days) - len(slot.missing) for slot in slots):
        parts.append("nothing else is planned in these hours")
    least = min((slot for slot in slots if slot.room is None or slot.room >= NEAR), key=_room, default=None)
    near = [slot for slot in slots if slot is least or (slot.room is not None and slot.room < NEAR)]
    parts += dict.fromkeys(beside for slot in near if (beside := _beside(agreement, slot)))
    if len(slots) > 1:
        days = sorted(slot.pattern.weekday for slot in slots)
        gap = min(b - a for a, b in zip(days, [*days[1:], days[0] + 7], strict=True)) - 1
        if gap:
            parts.append(f"at least {'a day' if gap == 1 else f'{gap} days'} between")
    if offer.whole:
        parts.append(f"leaves {listed(weekday_name(day) for day in offer.whole)} whole")
    parts += _elsewhere(agreement, search, offer)
    return capital("; ".join(parts))


def freedom(agreement: Agreement, search: Search, offer: Offer) -> str:
    """For whom an offer is free, and on how many of its days: "free for both every time (12 dates)"."""
    days = sum(len(slot.days) for slot in offer.slots)
    missing = sorted(day for slot in offer.slots for day in slot.missing)
    people = [p for p in search.ask.people if p in agreement.people]  # of a helper's time nothing is known
    for_all = "" if len(people) == 1 else " for both" if len(people) == 2 else " for all"
    if not missing:
        times = "" if search.ask.every is None else " every time" if days > 1 else ""
        return f"free{for_all}{times}" + (f" ({days} dates)" if days > 1 else "")
    shown = [say_date(day) for day in missing[:3]]
    more = len(missing) - len(shown)
    shown += [f"{more} more"] if more else []
    return f"free{for_all} on {days - len(missing)} of {days} dates, not on {listed(shown)}"


def _room(slot: Slot) -> int:
    return 180 if slot.room is None else slot.room


def _beside(agreement: Agreement, slot: Slot) -> str:
    if slot.room is None:
        return "three hours and more free before and after"
    if slot.room >= 60:
        return "an hour and more free before and after"
    if slot.room >= NEAR:
        return ""
    what = _thing(agreement, slot.beside) or "busy time"
    where = "after" if slot.comes_before else "before"
    return f"{'right' if slot.room == 0 else say_minutes(slot.room)} {where} {what}"


def _thing(agreement: Agreement, path: str) -> str:
    """A ritual in quotes, by its title; "" for what is none."""
    ritual = agreement.rituals.get(path) or agreement.rituals.get(path.rpartition(".")[0])
    if ritual is None:
        return ""
    if ritual.share == "private":
        return f"time of {agreement.names(ritual.who)}'s own"  # a screen is seen by both
    title = f'"{ritual.title.replace("{turn}", "…")}"'
    return f"covering for {title}" if path.endswith(".cover") else title


def _elsewhere(agreement: Agreement, search: Search, offer: Offer) -> Iterable[str]:
    """What the clocks of those show who live by others."""
    for person in (p for p in search.ask.people if p in agreement.people):
        clock = clock_of(agreement, person)
        shown: dict[str, None] = {}
        differs = False
        for slot in offer.slots:
            for day in slot.days:
                start = instant(day, slot.minute, zone(search.frame.zone_on(day)))
                there = start.astimezone(zone(clock(day)))
                shown[f"{there:%H:%M}"] = None
                differs |= (there.hour, there.minute, there.day) != (start.hour, start.minute, start.day)
        if differs:
            yield f"for {agreement.name(person)} it is {listed(shown, 'or')} there"


# ── the command that writes it ───────────────────────────────────────


def command_of(agreement: Agreement, search: Search, offer: Offer, title: str | None, file: str | None) -> str:
    """The `planner add` that writes an offer."""
    ask = search.ask
    words = ["planner", "add", f"{ask.table}.{_key(agreement, search, offer, title)}"]
    everyone = set(ask.who) == set(agreement.people)
    who = ",".join(ask.who)
    if ask.kind == "host_night":
        words.append(f"hosts={who}" if len(ask.who) > 1 else f"host={who}")
    if ask.kind == "me_block" or not everyone:
        words.append(f"who={who}")
    days = [_on(search, slot) for slot in offer.slots]
    at = [_at(slot, ask.minutes) for slot in offer.slots]
    if len(set(at)) == 1:
        words += ([f"on={','.join(d for d in days if d)}"] if any(days) else []) + [f"at={at[0]}"]
    else:
        words += (f"at.{day}={time}" for day, time in zip(days, at, strict=True))
    every = ask.every
    if every is not None and (every.number > 1 or every.unit == "day"):
        words.append(f"every={f'{every.number} {every.unit}s' if every.number > 1 else every.unit}")
        words.append(f"starts={offer.slots[0].days[0]}")
    elif every is not None and ask.begins:
        words.append(f"starts={ask.first}")
    if ask.cover:
        words.append(f"cover={ask.cover}")
    if title:
        words.append(f"title={title}")
    return shlex.join([*words, *([file] if file else [])])


def _on(search: Search, slot: Slot) -> str:
    every, pattern = search.ask.every, slot.pattern
    if every is None:
        return slot.days[0].isoformat()
    if every.unit == "day":
        return ""
    return WEEKDAYS[pattern.weekday] if every.unit == "week" else _ordinal(pattern)


def _ordinal(pattern: Pattern) -> str:
    return f"{ORDINAL_WORDS[pattern.nth]} {WEEKDAYS[pattern.weekday]}"


def _at(slot: Slot, minutes: int) -> str:
    return f"{say_clock(slot.minute)}-{say_clock(slot.minute + minutes)}"


def _key(agreement: Agreement, search: Search, offer: Offer, title: str | None) -> str:
    """A key that no ritual there has, made from the title or the days."""
    if search.ask.every is None:
        day = offer.slots[0].days[0]
        base = f"{WEEKDAYS[day.weekday()]}-{day.day}-{MONTHS[day.month - 1]}"
    else:
        base = _rhythm(search, offer)
    base = (as_key(title) if title else "") or base[:36].strip("-")
    taken = {ritual.path for ritual in agreement.rituals.values()}
    n, key = 1, base
    while f"{search.ask.table}.{key}" in taken or key in RESERVED:
        n += 1
        key = f"{base[:36]}-{n}"
    return key


_COUNTED = ("no", "one", "two", "three", "four", "five", "six")


def _rhythm(search: Search, offer: Offer) -> str:
    """A short key from the days: "daily", "every-3-days", "weekdays", "monday-thursday", "five-days"."""
    every, days = search.ask.every, sorted(slot.pattern.weekday for slot in offer.slots)
    if len(days) == 7:
        return "daily"
    if every and every.unit == "day":
        return "daily" if every.number == 1 else f"every-{every.number}-days"
    if days == [0, 1, 2, 3, 4]:
        return "weekdays"
    named = "-".join(as_key(_on(search, slot)) for slot in offer.slots)
    return named if len(named) <= 30 else f"{_COUNTED[len(days)]}-days"


# ── what stands in the way ───────────────────────────────────────────


def obstacles_text(
    agreement: Agreement, search: Search, there: Sequence[Obstacle], instead: Relaxed, found: Sequence[Offer]
) -> str:
    """What stands in the way of a time that is always free, and what would help."""
    apart = ""
    often, long = "" if search.ask.every is None else " every time", say_length(search.ask.minutes)
    first = f"No {long} in these hours is free{often}."
    if search.ask.minutes % 1440 == 0:
        first = "No whole day is free here." if search.ask.minutes == 1440 else f"No {long} in a row are free here."
    if not has_common_hours(search):
        first = f"These hours do not hold {long} for everyone at once, even with nothing planned."
        first = f"{first} {_why_apart(search)}".rstrip()
        there = ()
    elif any(not o.things and o.longest >= search.ask.minutes for o in there) and (apart := _why_apart(search)):
        first = f"{first} {apart}"
    elif not there:
        first = "There is no such day to look at in these weeks."
    elif search.ask.times > len(named := days_named(search.ask.windows)):
        first = (
            f"{say_times_in_words(search.ask.times).capitalize()} a week needs as many days, and these hours are on "
        )
        first += f"{listed(map(weekday_name, named))}{' alone' if len(named) == 1 else ''}."
        there = ()
    elif search.ask.times > 1:
        first = f"There are no {search.ask.times} days on which {long} is free{often}."
    lines = textwrap.wrap(first, 80)
    width = max((len(weekday_name(o.weekday)) for o in there), default=0)
    for one in there:
        said = _say_obstacle(agreement, one, search.ask.minutes)
        if apart and not one.things and one.longest >= search.ask.minutes:
            said += " where these hours are everyone's"
        lines += _wrapped(f"  {weekday_name(one.weekday):<{width}}  {said}", width + 4)
    helps = list(_helps(agreement, search, instead))
    if helps:
        lines += ["", "What would fit:", *(line for h in helps for line in _wrapped(f"  {h}", 4))]
    elif not found:
        lines += ["", "Other hours (--when), a shorter time (--for) or one date (--once) may fit."]
    return "\n".join(lines)


def _why_apart(search: Search) -> str:
    """Where clocks that differ are the reason: the first of these hours on the clocks of the others."""
    windows, frame = search.ask.windows, search.frame
    days = map(date.fromordinal, range(frame.first.toordinal(), frame.end.toordinal()))
    first = next((day for day in days if any(clock(day) != frame.zone_on(day) for clock in frame.clocks)), frame.first)
    here = search.frame.zone_on(first)
    window = max(windows, key=lambda w: w.end - w.start, default=None)
    apart = dict.fromkeys(name for clock in search.frame.clocks if (name := clock(first)) != here)
    if not apart or window is None or window.end - window.start < search.ask.minutes:
        return ""
    day = date.fromordinal(first.toordinal() + (window.weekday - first.weekday()) % 7)
    ends = [instant(day, minute, zone(here)) for minute in (window.start, window.end)]
    said = [f"{'–'.join(f'{end.astimezone(zone(name)):%H:%M}' for end in ends)} in {city(name)}" for name in apart]
    hours = f"{say_clock(window.start)}–{say_clock(window.end)}"
    return f"Your clocks differ: {hours} in {city(here)} is {listed(said)}."


def _wrapped(line: str, indent: int) -> list[str]:
    return textwrap.wrap(line, 80, subsequent_indent=" " * indent, break_long_words=False, drop_whitespace=True)


def _say_obstacle(agreement: Agreement, one: Obstacle, minutes: int) -> str:
    if not one.things:
        return "nothing is in the way" + ("" if one.longest >= minutes else ", but the hours given end too soon")
    return "; ".join(_say_thing(agreement, thing, one.days) for thing in one.things[:6]) + (
        f"; and {len(one.things) - 6} more" if len(one.things) > 6 else ""
    )


def _say_thing(agreement: Agreement, thing: InTheWay, days: int) -> str:
    often = "each time" if thing.days == days and days > 1 else f"on {thing.days} of {days}"
    often = "" if days == 1 else f" {often}"
    name = _thing(agreement, thing.ritual)
    if not name:
        return f"{agreement.names(thing.people)} is busy{often}"
    if not name.endswith('"'):
        return f"{name}{often}"
    return f"{name} ({agreement.names(thing.people)}){often}"


def _helps(agreement: Agreement, search: Search, instead: Relaxed) -> Iterable[str]:
    if instead.shorter is not None:
        minutes, offer = instead.shorter
        shorter = search._replace(ask=search.ask._replace(minutes=minutes))
        yield f"{say_length(minutes)}: {say_offer(shorter, offer)} (--for {say_length(minutes).replace(' ', '')})"
    if instead.elsewhere is not None:
        there = "; ".join(_elsewhere(agreement, search, instead.elsewhere))
        yield f"other hours: {say_offer(search, instead.elsewhere)}{f' ({there})' if there else ''}"
    if instead.mostly is not None:
        said = freedom(agreement, search, instead.mostly)
        yield f"not every time: {say_offer(search, instead.mostly)}, {said}"


# ── for a script ─────────────────────────────────────────────────────


def suggestions_value(
    agreement: Agreement, search: Search, found: Sequence[Offer], title: str | None, file: str | None
) -> list[dict[str, Any]]:
    """The offers as values: what stands in a file, and how often each is free."""
    ask = search.ask
    return [
        {
            "slots": [
                {
                    "on": _on(search, slot) or "every day",
                    "at": _at(slot, ask.minutes),
                    "first": slot.days[0].isoformat(),
                    "dates": len(slot.days),
                    "free": len(slot.days) - len(slot.missing),
                    "not_free": [day.isoformat() for day in slot.missing],
                }
                for slot in offer.slots
            ],
            "minutes": ask.minutes,
            "who": list(ask.who),
            "timezone": search.frame.zone_on(offer.slots[0].days[0]),
            "free": offer.is_free,
            "reason": reason_of(agreement, search, offer),
            "command": command_of(agreement, search, offer, title, file),
        }
        for offer in found
    ]


def obstacles_value(there: Sequence[Obstacle]) -> list[dict[str, Any]]:
    """What stands in the way, as values; `ritual` is null for busy times."""
    return [
        {
            "weekday": WEEKDAYS[one.weekday],
            "dates": one.days,
            "in_the_way": [
                {"ritual": thing.ritual or None, "people": list(thing.people), "dates": thing.days}
                for thing in one.things
            ],
        }
        for one in there
    ]
