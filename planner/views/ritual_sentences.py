"""A ritual in plain sentences, in the couple's language.

In: an `Agreement`, a ritual of it, a `Tongue`. Out: sentences. Private parts are said too, so the caller gives what may
be seen. No file, no clock and no terminal enter; rich stays out, for these words are needed where speed counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from planner.agreement import Agreement, Change, CheckIn, Ladder, Placed, Ritual
from planner.looks import look_of
from planner.saying import (
    capital,
    ended,
    listed,
)
from planner.series import EVERYONE
from planner.strands import open_length
from planner.tongues import ENGLISH, Tongue
from planner.views.programs import spoken
from planner.words import AllDay, Timed

GROUPS = {
    "shared_evenings": "Shared evenings",
    "host_nights": "Host nights",
    "check_ins": "Check-ins",
    "rituals": "Other rituals",
    "reviews": "Reviews",
}
"""The heading over each table of rituals that are not one person's own."""
BY = {"text": "by text", "voice note": "by voice note", "call": "by call", "in person": "in person"}
"""How a check-in is made, in words."""


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
    what = _what(agreement, ritual, tongue, headed=headed)
    yield f"{title}{colon}{what}{what and ', '}{tongue.when(ritual)}{zone}."
    if ritual.who_is_turn:
        yield say("Only the one whose turn it is takes part.")
    if ritual.turn_waits and not ritual.follows:
        yield say("A turn that falls out waits for the next time.")
    if ritual.where:
        yield ended(say("Where: {}", worded(agreement, ritual, ritual.where, tongue)))
    yield from _bounds(agreement, ritual, today, tongue)
    for check_in in ritual.check_ins:
        yield _check_in(check_in, tongue)
    if ritual.ladder:
        yield _ladder(ritual.ladder, tongue)
    if ritual.cover:
        yield say("{} covers meanwhile.", agreement.name(ritual.cover))
    if ritual.if_needed:
        yield say("It is a slot kept in case you need it, and shows as free.")
    yield from _single_dates(agreement, ritual, today, tongue)
    yield from _placed(agreement, ritual, today, tongue)
    if ritual.on_holidays:
        skips = ritual.on_holidays == "skip"
        yield say("It rests on public holidays." if skips else "It stays on public holidays too.")
    yield from _in_seasons(ritual, tongue)
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
        yield f"A change of it also needs a yes from {agreement.names(ritual.yes)}."
    if ritual.may_overlap:
        yield f"It may fall together with {listed(titled_in(agreement, path) for path in ritual.may_overlap)}."
    if ritual.was:
        yield f"In calendars it carries on what was {ritual.was}."


def _what(agreement: Agreement, ritual: Ritual, tongue: Tongue, *, headed: bool) -> str:
    """What a ritual is, and whose; nothing where its title says whose."""
    say, names = tongue.say, tongue.names(agreement, ritual.who)
    if ritual.follows:
        other = titled_in(agreement, ritual.follows, tongue)
        return say("for whoever of {} has no turn that day in {}", names, other)
    if ritual.host or ritual.turns:
        guests = tuple(p for p in ritual.who if p not in (ritual.turns or (ritual.host,)))
        turns = _turns(agreement, ritual, tongue)
        return say("{}, with {}", turns, tongue.names(agreement, guests)) if guests else turns
    known = headed and (ritual.kind == "me_block" or set(ritual.who) == set(agreement.people))
    match ritual.kind:
        case "me_block":
            return "" if known else say("{}'s own time", names)
        case "shared_evening":
            return "" if known else names if headed else say("time together for {}", names)
        case "check_in" if by := say(BY[ritual.by]) if ritual.by else "":
            return by if known else say("a check-in {} for {}", by, names)
        case "check_in":
            return "" if known else say("a check-in for {}", names)
        case "review":
            return "" if known else say("a review for {}", names)
        case "":
            return ""
    return names


def _turns(agreement: Agreement, ritual: Ritual, tongue: Tongue) -> str:
    say, people = tongue.say, tuple(dict.fromkeys(ritual.turns))
    if ritual.host:
        return say("{} hosts", agreement.name(ritual.host))
    if len(people) == 1:
        return say("{} hosts each time" if ritual.hosting else "{}'s turn each time", agreement.name(people[0]))
    names = tongue.names(agreement, people)
    said = say("{} take turns to host" if ritual.hosting else "{} take turns", names)
    if ritual.turns != people:
        return say("{}, in the order {}", said, ", ".join(agreement.name(p) for p in ritual.turns))
    return say("{}, {} first", said, agreement.name(people[0])) if len(people) == 2 else say("{}, in this order", said)


def _bounds(agreement: Agreement, ritual: Ritual, today: date | None, tongue: Tongue) -> Iterator[str]:
    say = tongue.say
    if today is not None and ritual.until and ritual.until < today and ritual.until != agreement.until:
        yield say("It ended on {}.", tongue.day(ritual.until))
        return
    if ritual.starts > agreement.starts:
        yield say("It starts on {}.", tongue.day(ritual.starts))
    if ritual.trial and ritual.until:
        if ritual.until < ritual.trial and ritual.until != agreement.until:
            yield say("It is on trial and ends on {}.", tongue.day(ritual.until))
        else:
            until = tongue.day(ritual.until)
            yield say("It is on trial until {}; then you keep it, change it or let it go.", until)
    elif ritual.until and ritual.until != agreement.until:
        yield say("Its last day is {}.", tongue.day(ritual.until))
    if ritual.count_from:
        yield say("It is counted from {}.", tongue.day(ritual.count_from))


def _check_in(check_in: CheckIn, tongue: Tongue) -> str:
    by, length = tongue.say(BY[check_in.by]), tongue.minutes(check_in.length)
    if check_in.after is not None:
        return tongue.say("There is a check-in {} {} in, for {}.", by, tongue.minutes(check_in.after), length)
    before = tongue.minutes(check_in.before_end or 0)
    return tongue.say("There is a check-in {} {} before the end, for {}.", by, before, length)


def _ladder(ladder: Ladder, tongue: Tongue) -> str:
    say, steps = tongue.say, [tongue.minutes(step) for step in ladder.steps]
    if len(steps) == 1:
        return say("It lasts {}.", steps[0])
    said = say(", then ").join(steps)
    each = tongue.stretch(ladder.each_months, ladder.each_days)
    if ladder.by_date:
        return say("It grows in small steps by date: {}; each lasts {}, the last one from then on.", said, each)
    if ladder.step == len(steps):
        now = say("It has come to the last step")
    else:
        step = tongue.nth(ladder.step), steps[ladder.step - 1]
        now = say("It is at the {} step, {}; a review may offer the next one after {}", *step, each)
    return say("It may grow in small steps: {}. {}. Stepping back is always free.", said, now)


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
        when.append(_other_time(ritual, change.start, change.length, tongue))
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


def _other_time(ritual: Ritual, start: int | None, length: int | None, tongue: Tongue) -> str:
    """The time of an occurrence that has another one: its start, its length, or both."""
    if start is not None:
        return tongue.time(Timed(start, length)) if length else tongue.at(start)
    whole = any(isinstance(slot.time, AllDay) for slot in ritual.slots)
    return tongue.time(AllDay(length or 1)) if whole else tongue.lasting(length or 0)


def _in_seasons(ritual: Ritual, tongue: Tongue) -> Iterator[str]:
    say = tongue.say
    if ritual.only_in:
        yield say("It happens only in {}.", tongue.listed((s.title for s in ritual.only_in), "or"))
    if ritual.not_in:
        yield say("It rests in {}.", tongue.listed(s.title for s in ritual.not_in))
    for season, start, length in ritual.in_season:
        yield say("In {} it is {}.", season.title, _other_time(ritual, start, length, tongue))


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


def worded(agreement: Agreement, ritual: Ritual, text: str, tongue: Tongue = ENGLISH) -> str:
    """A text with {turn} as "Ana or Ben"."""
    people = tuple(dict.fromkeys(ritual.turns)) or ((ritual.host,) if ritual.host else ())
    return text.replace("{turn}", tongue.listed((agreement.name(p) for p in people), "or")) if people else text


def titled_in(agreement: Agreement, path: str, tongue: Tongue = ENGLISH) -> str:
    """The title of a ritual, in quotes: it stands inside a sentence."""
    ritual = agreement.rituals.get(path)
    if ritual:
        return tongue.quoted(worded(agreement, ritual, ritual.title, tongue))
    program = next((p for p in agreement.programs if f"programs.{p.key}" == path), None)
    return tongue.quoted(program.title if program and program.title else spoken(path.partition(".")[2]))


def one_line(text: str) -> str:
    """The text on one line."""
    return " ".join(text.split())
