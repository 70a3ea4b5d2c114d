"""Suggestions for open time in words: each with its reasons and the command that places it; nothing is written.

In: a `Search`, its `Offer`s, what is wished for. Out: texts, and values for a script.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from datetime import date
from textwrap import wrap
from typing import Any

from planner.agreement import Agreement
from planner.obstacles import Obstacle, Relaxed
from planner.open_time import say_frame
from planner.saying import capital, say_date, say_minutes, say_times
from planner.suggesting import Offer, Search
from planner.suggesting_open import MOST, Found, Wish
from planner.views.suggest import by_whose_clock, freedom, obstacles_text, reason_of, say_offer
from planner.windows import days_named, say_days, say_windows
from planner.words import say_clock, say_length


def say_wish(agreement: Agreement, search: Search, wish: Wish, today: date) -> str:
    """What is still to place, and where it is looked for, on lines of 80 columns."""
    ritual, left = wish.frame.ritual, wish.frame.left
    hours = f"; {say_windows(wish.windows)}{by_whose_clock(agreement, search)}"
    if wish.is_whole_days:
        named = days_named(wish.windows)
        hours = f"; {say_days(named)}" if len(named) < 7 else ""
    length = f"{say_minutes(wish.minutes)}{' each' if left > 1 else ''}"
    when = say_frame(wish.frame, today)
    return "\n".join(wrap(f'"{ritual.title}", still to place {when}: {say_times(left)}, {length}{hours}.', 80))


def open_offers_text(agreement: Agreement, found: Found, start: int, file: str | None) -> str:
    """The offers, numbered from `start` on, with reasons and commands."""
    wish, search, offers = found
    blocks = []
    for n, offer in enumerate(offers, start):
        reason = wrap(f"{_reason(agreement, found, offer)}.", 77)
        lines = [f"{n}. {_said(search, wish, offer)}", *(f"   {line}" for line in reason)]
        blocks.append("\n".join([*lines, f"   {place_command_of(wish, offer, file)}"]))
    return "\n\n".join(blocks)


def _said(search: Search, wish: Wish, offer: Offer) -> str:
    if not wish.is_whole_days:
        return say_offer(search, offer)
    more = "" if wish.minutes == 1440 else f" for {say_minutes(wish.minutes)}"
    return f"{say_date(offer.slots[0].days[0])}{more}, all day"


def _reason(agreement: Agreement, found: Found, offer: Offer) -> str:
    """Why this one. Of whole days it is enough that they are free: their hours are nobody's."""
    if found.wish.is_whole_days:
        return capital(freedom(agreement, found.search, offer))
    return reason_of(agreement, found.search, offer)


def say_cut(every: Sequence[Found], found: Sequence[Found], most: int) -> str:
    """That there is more to place than so many offers reach, and what shows it."""
    left = [one.wish.frame for one in every if all(one.wish != other.wish for other in found)]
    later = " and later" if len(left) > 1 else ""
    often = say_times(sum(frame.left for frame in left))
    how = f"a later --from ({left[0].first})" if most >= MOST else "a higher --limit"
    return "\n".join(wrap(f"There is more to place {say_frame(left[0])}{later} ({often}); {how} shows it, too.", 80))


def place_command_of(wish: Wish, offer: Offer, file: str | None) -> str:
    """The `planner place` that writes an offer."""
    slot = offer.slots[0]
    words = ["planner", "place", wish.frame.ritual.path, slot.days[0].isoformat()]
    words += [] if wish.is_whole_days else ["--at", say_clock(slot.minute)]
    words += ["--for", say_length(wish.minutes)] if wish.minutes != wish.frame.length else []
    return shlex.join([*words, *([file] if file else [])])


def nothing_fits(agreement: Agreement, found: Found, there: Sequence[Obstacle], instead: Relaxed) -> str:
    """What stands in the way in these days, and what would help."""
    wish, search, _ = found
    if not search.days:
        return "None of its days is left here; later ones (--to) may fit."
    named = days_named(wish.windows)
    said = obstacles_text(agreement, search, [o for o in there if o.weekday in named], instead, [Offer((), ())])
    if wish.is_whole_days:
        fewer = ", fewer (--for)" if wish.minutes > 1440 else ""
        others = f"Other days (--when){fewer} or later ones (--to)" if len(named) < 7 or fewer else "Later days (--to)"
        said += f"\n\n{others} may fit."
    elif instead.shorter is None and instead.elsewhere is None:
        said += "\n\nOther hours (--when), a shorter time (--for) or later days (--to) may fit."
    return said


def open_value(agreement: Agreement, found: Found, file: str | None) -> list[dict[str, Any]]:
    """The offers as values, with the frame that each belongs to; `at` is "all day" where it takes whole days."""
    wish, search, offers = found
    frame = wish.frame
    return [
        {
            "ritual": frame.ritual.path,
            "from": frame.first.isoformat(),
            "to": frame.end.isoformat(),
            "on": offer.slots[0].days[0].isoformat(),
            "at": "all day" if wish.is_whole_days else say_clock(offer.slots[0].minute),
            "minutes": wish.minutes,
            "who": list(frame.ritual.who),
            "timezone": search.frame.zone_on(offer.slots[0].days[0]),
            "reason": _reason(agreement, found, offer),
            "command": place_command_of(wish, offer, file),
        }
        for offer in offers
    ]
