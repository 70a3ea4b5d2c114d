"""`planner suggest KEY`: free slots for open time that is still to place."""

from __future__ import annotations

import json
from datetime import date, timedelta
from textwrap import fill
from typing import NamedTuple

import click

from planner.agreement import Ritual
from planner.cli.agreed import as_drafted
from planner.cli.common import PROBLEMS, USAGE, Loaded, Settings, Stop
from planner.cli.taken import taken_time
from planner.obstacles import obstacles
from planner.open_time import Frame, frames
from planner.recurrence import ONE_DAY
from planner.suggesting_open import Found, Wish, offers_open, relaxed_open, search_open, share_out, usual_limit
from planner.windows import Window

_FURTHEST = 2 * 366
_LONGEST = 23 * 60


class Looked(NamedTuple):
    """What the command line said of where to look."""

    minutes: int | None
    windows: tuple[Window, ...]
    first: date | None
    end: date | None
    limit: int | None
    offline: bool
    as_json: bool
    file: str | None


def suggest_open(settings: Settings, loaded: Loaded, ritual: Ritual, looked: Looked) -> None:
    """Offer slots for what is still to place: in the frame that comes next, or in all of the days given."""
    from planner.views.suggest_open import nothing_fits, open_offers_text, open_value, say_cut, say_wish

    agreement = loaded.agreement
    wishes = _wishes(settings, loaded, ritual, looked)
    people = [p for p in (*ritual.who, ritual.cover) if p in agreement.people]
    first, end = min(w.first for w in wishes), max(w.end for w in wishes)
    taken = taken_time(settings, loaded, people, first, end, network=not looked.offline)
    held = taken.held
    for words in taken.unread:
        click.echo(f"planner: {words}", err=True)
    limit = looked.limit or usual_limit(wishes)
    searches = [search_open(agreement, held, wish) for wish in wishes]
    every = [Found(w, s, tuple(offers_open(s, w, limit))) for w, s in zip(wishes, searches, strict=True)]
    found = share_out(every, limit)
    if looked.as_json:
        offered = [value for one in found for value in open_value(agreement, one, looked.file)]
        click.echo(json.dumps({"offers": offered, "not_looked_at": taken.unread}, ensure_ascii=False, indent=2))
    elif taken.undecided:
        click.echo(f"{fill(taken.undecided, 80)}\n")
    number = 1
    for n, (wish, search, offers) in () if looked.as_json else enumerate(found):
        click.echo(f"{chr(10) if n else ''}{say_wish(agreement, search, wish, settings.today)}\n")
        if offers:
            click.echo(open_offers_text(agreement, found[n], number, looked.file))
        else:
            there = obstacles(agreement, search)
            click.echo(nothing_fits(agreement, found[n], there, relaxed_open(agreement, held, wish)))
        number += len(offers)
    if len(found) < len(every) and not looked.as_json:
        click.echo(f"\n{say_cut(every, found, limit)}")
    if not any(one.offers for one in found):
        raise Stop("", PROBLEMS)


def _wishes(settings: Settings, loaded: Loaded, ritual: Ritual, looked: Looked) -> list[Wish]:
    """What is still to place where one looks: the first frame with anything, or each in the days given."""
    first = max(looked.first or settings.today, ritual.starts)
    if looked.end is not None and looked.end <= first:
        message = f"planner: --to {looked.end} is no later than the first day, {first}; it is the day after the last"
        raise Stop(message, USAGE)
    end = looked.end or first + timedelta(days=_FURTHEST)
    if (end - first).days > _FURTHEST:
        raise Stop("planner: two years are as far as plans go; give a nearer --to", USAGE)
    # by what is agreed, as calendars and `place` go; by the file where nothing of it is open before that is agreed
    for history in (loaded.history, as_drafted(loaded.history, settings)):
        there = [f for f in frames(history, first, end) if f.ritual.identity == ritual.identity]
        left = [f for f in there if f.left and any(first <= day < end for day in f.days)]
        if there:
            break
    if not left:
        if looked.as_json:
            click.echo(json.dumps({"offers": [], "not_looked_at": []}, indent=2))
        raise Stop(f'planner: of "{ritual.title}" nothing is left to place {_span(first, looked.end)}', PROBLEMS)
    return [_wish(settings, frame, first, end, looked) for frame in (left if looked.end else left[:1])]


def _span(first: date, end: date | None) -> str:
    from planner.saying import say_date, say_span

    return say_span(first, end - ONE_DAY) if end else f"from {say_date(first)} on"


def _wish(settings: Settings, frame: Frame, first: date, end: date, looked: Looked) -> Wish:
    minutes = looked.minutes or frame.length
    if not frame.ritual.is_timed and minutes % 1440:
        message = f'planner: "{frame.ritual.title}" takes whole days; leave --for out, or write --for "2 days"'
        raise Stop(message, USAGE)
    if frame.ritual.is_timed and looked.minutes and minutes > _LONGEST:
        raise Stop("planner: --for: times within a day are looked for, of 23 hours at most", USAGE)
    return Wish(frame, first, end, minutes, looked.windows, int(settings.now.timestamp()))
