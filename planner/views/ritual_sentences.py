"""A ritual in plain sentences, in the couple's language.

In: an `Agreement`, a ritual of it, a `Tongue`. Out: sentences. Private parts are said too, so the caller gives what may
be seen. No file, no clock and no terminal enter; rich stays out, for these words are needed where speed counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from planner.agreement import Agreement, Change, Placed, Ritual
from planner.looks import look_of
from planner.ritual_terms import (
    bounds,
    changes_need,
    in_seasons,
    other_time,
    stretch_terms,
    titled_in,
    turn_terms,
    whose,
    worded,
)
from planner.saying import capital, ended, listed
from planner.series import EVERYONE
from planner.strands import open_length
from planner.tongues import ENGLISH, Tongue
from planner.words import AllDay, Timed

GROUPS = {
    "shared_evenings": "Shared evenings",
    "host_nights": "Host nights",
    "check_ins": "Check-ins",
    "rituals": "Other rituals",
    "reviews": "Reviews",
}
"""The heading over each table of rituals that are not one person's own."""


def ritual_sentence(
    agreement: Agreement,
    ritual: Ritual,
    *,
    today: date | None = None,
    headed: bool = False,
    alone: bool = False,
    tongue: Tongue = ENGLISH,
) -> str:
    """Everything a ritual says, in one paragraph; skips and changes before `today` are left out.

    `headed` leaves out of the first sentence what the heading above it has said; `alone` says nothing of what others
    see, whose yes counts, and other rituals. In another language than English only `headed` and `alone`.
    """
    return " ".join(_sentences(agreement, ritual, today, headed=headed, alone=alone, tongue=tongue))


def _sentences(
    agreement: Agreement,
    ritual: Ritual,
    today: date | None,
    *,
    headed: bool,
    alone: bool = False,
    tongue: Tongue = ENGLISH,
) -> Iterator[str]:
    say = tongue.say
    timed = ritual.is_timed
    zone = f", {tongue.zone(ritual.timezone)}" if timed and ritual.timezone != agreement.timezone else ""
    title = worded(agreement, ritual, ritual.title, tongue)
    colon = " " if title.endswith((".", "!", "?", ":", "…")) else tongue.colon
    what = whose(agreement, ritual, tongue, headed=headed)
    yield f"{title}{colon}{what}{what and ', '}{tongue.when(ritual)}{zone}."
    yield from turn_terms(ritual, tongue)
    if ritual.where:
        yield ended(say("Where: {}", worded(agreement, ritual, ritual.where, tongue)))
    yield from bounds(agreement, ritual, today, tongue)
    yield from stretch_terms(agreement, ritual, tongue)
    yield from _single_dates(agreement, ritual, today, tongue)
    yield from _placed(agreement, ritual, today, tongue)
    if ritual.on_holidays:
        skips = ritual.on_holidays == "skip"
        yield say("It rests on public holidays." if skips else "It stays on public holidays too.")
    yield from in_seasons(ritual, tongue)
    for stay in ritual.stays:
        if today is None or stay.until >= today:
            yield say("{} it goes by {}.", capital(tongue.span(stay.starts, stay.until)), tongue.zone(stay.timezone))
    if ritual.remind:
        said = tongue.listed(tongue.minutes(n) for n in ritual.remind)
        several = len(ritual.remind) > 1
        if timed:
            yield say("Reminders come {} before." if several else "A reminder comes {} before.", said)
        else:
            many = "Reminders come {} before, counted back from 09:00."
            yield say(many if several else "A reminder comes {} before, counted back from 09:00.", said)
    yield from _texts(agreement, ritual, tongue)
    if alone:
        return
    yield from _seen(agreement, ritual)
    if ritual.yes:
        yield changes_need(agreement, ritual)
    if ritual.may_overlap:
        yield f"It may fall together with {listed(titled_in(agreement, path) for path in ritual.may_overlap)}."
    if ritual.was:
        yield f"In calendars it carries on what was {ritual.was}."


def _single_dates(agreement: Agreement, ritual: Ritual, today: date | None, tongue: Tongue) -> Iterator[str]:
    skipped = [day for day in sorted(ritual.skip) if today is None or day >= today]
    if skipped:
        yield tongue.say("It does not happen {}.", tongue.on(skipped, "or"))
    for change in ritual.changes:
        if change.on in ritual.skip or change == Change(change.on, counts=change.counts):
            continue
        if today is None or max(change.on, change.moved_to or change.on) >= today:
            yield _change(agreement, ritual, change, tongue)


def _change(agreement: Agreement, ritual: Ritual, change: Change, tongue: Tongue) -> str:
    say, on = tongue.say, tongue.day(change.on)
    when = [tongue.on([change.moved_to])] if change.moved_to else []
    if change.start is not None or change.length:
        when.append(other_time(ritual, change.start, change.length, tongue))
    parts = [say("it is {}", " ".join(when))] if when else []
    if change.turn:
        parts.append(say("{} hosts" if ritual.hosting else "it is {}'s turn", agreement.name(change.turn)))
    if change.where:
        parts.append(say("the place is {}", worded(agreement, ritual, change.where, tongue)))
    note = ended(one_line(change.note)) if change.note else ""
    if not parts:
        return say("On {}: {}", on, note)
    said = ended(say("Instead of {}, {}" if change.moved_to else "On {} {}", on, "; ".join(parts)))
    return f"{said} {note}" if note else said


def _placed(agreement: Agreement, ritual: Ritual, today: date | None, tongue: Tongue) -> Iterator[str]:
    """What is placed of open time, and what differs of it."""
    shown = [p for p in sorted(ritual.placed, key=lambda p: (p.on, p.start or 0)) if today is None or p.on >= today]
    if shown and ritual.open_time:
        yield tongue.say("It is placed {}.", tongue.listed(_placed_when(ritual, p, tongue) for p in shown))
    for placed in shown:
        if placed.where or placed.note:
            yield _change(agreement, ritual, Change(placed.on, where=placed.where, note=placed.note), tongue)


def _placed_when(ritual: Ritual, placed: Placed, tongue: Tongue) -> str:
    length = placed.length or open_length(ritual, placed.on)
    time = AllDay(max(length // 1440, 1)) if placed.start is None else Timed(placed.start, length)
    return f"{tongue.on([placed.on])}{',' if placed.start is None else ''} {tongue.time(time)}"


def _texts(agreement: Agreement, ritual: Ritual, tongue: Tongue) -> Iterator[str]:
    say = tongue.say
    if ritual.prompts:
        prompts = " ".join(ended(worded(agreement, ritual, p, tongue)) for p in ritual.prompts)
        yield say("To talk about: {}", prompts)
    if ritual.prompts_from:
        yield say("It draws from the prompts {}; its events carry a few.", ritual.prompts_from)
    if ritual.notes:
        yield ended(say("Notes: {}", one_line(worded(agreement, ritual, ritual.notes, tongue))))
    if ritual.tags:
        tags = (say("friends") if tag == "friends" else tag for tag in ritual.tags)  # one that means something
        yield say("Tags: {}.", tongue.listed(tags))


def _seen(agreement: Agreement, ritual: Ritual) -> Iterator[str]:
    """What those see who do not take part; the looks themselves say it, so that this is what calendars show."""
    others = tuple(p for p in agreement.people if p not in ritual.who)
    turns = tuple(dict.fromkeys(ritual.turns)) if ritual.turns else (None,)
    audience = others[0] if others else EVERYONE
    if (ritual.who_is_turn or ritual.follows) and len(turns) > 1:
        who, verb = ("The other", "sees") if len(agreement.people) == 2 else ("The others", "see")
        audience = EVERYONE
    elif others:
        who, verb = agreement.names(others), "sees" if len(others) == 1 else "see"
    else:
        who, verb = "The calendar for everyone", "shows"
        if ritual.share == "full":
            return
    looks = [look_of(agreement, ritual, audience, turn, None) for turn in turns]
    summaries = dict.fromkeys(f'"{look.summary}"' for look in looks if look)
    if not summaries:
        yield "Nobody else sees it." if verb != "shows" else "The calendar for everyone leaves it out."
    elif ritual.share == "full":
        more = [word for word, there in (("the place", ritual.where), ("the notes", ritual.notes)) if there]
        yield f"{who} {verb} {listed(['the title', *more])}."
    else:
        yield f"{who} {verb} {listed(summaries, 'or')}."


def one_line(text: str) -> str:
    """The text on one line."""
    return " ".join(text.split())
