"""What a ritual asks of people's time, in plain sentences: whose it is, its turns, bounds, steps and seasons.

In: an `Agreement`, a ritual of it, a `Tongue`. Out: phrases and sentences. `show` says them, and so does what somebody
says yes to. No file, no clock and no terminal enter.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from planner.agreement import Agreement, CheckIn, Ladder, Ritual
from planner.tongues import ENGLISH, Tongue
from planner.words import AllDay, Timed

BY = {"text": "by text", "voice note": "by voice note", "call": "by call", "in person": "in person"}
"""How a check-in is made, in words."""


def asked_whom(agreement: Agreement, ritual: Ritual) -> str:
    """Whom something new asks for their time, behind its days; nothing for a block of one's own, whose name has it."""
    if ritual.follows or ritual.host or ritual.turns or ritual.by:
        return whose(agreement, ritual, ENGLISH, headed=False)
    return "" if ritual.kind == "me_block" else f"for {agreement.names(ritual.who)}"


def further_terms(agreement: Agreement, ritual: Ritual) -> Iterator[str]:
    """All that something new asks beside its days, its people and its bounds, in sentences."""
    yield from turn_terms(ritual, ENGLISH)
    if ritual.count_from:
        yield f"It is counted from {ENGLISH.day(ritual.count_from)}."
    yield from stretch_terms(agreement, ritual, ENGLISH)
    yield from in_seasons(ritual, ENGLISH)
    if ritual.yes:
        yield changes_need(agreement, ritual)


def new_told(agreement: Agreement, ritual: Ritual) -> Iterator[str]:
    """Something that is new, in sentences, with all that it asks."""
    whom = asked_whom(agreement, ritual) or f"for {agreement.names(ritual.who)}"
    zone = f", {ENGLISH.zone(ritual.timezone)}" if ritual.is_timed and ritual.timezone != agreement.timezone else ""
    yield f'"{worded(agreement, ritual, ritual.title)}" is new: {ENGLISH.when(ritual)}{zone}, {whom}.'
    yield from bounds(agreement, ritual._replace(count_from=None), None, ENGLISH)
    yield from further_terms(agreement, ritual)


def turn_terms(ritual: Ritual, tongue: Tongue) -> Iterator[str]:
    """Who of those who take turns is there, and what becomes of a turn that falls out."""
    if ritual.who_is_turn:
        yield tongue.say("Only the one whose turn it is takes part.")
    if ritual.turn_waits and not ritual.follows:
        yield tongue.say("A turn that falls out waits for the next time.")


def stretch_terms(agreement: Agreement, ritual: Ritual, tongue: Tongue) -> Iterator[str]:
    """What is inside it and around it: check-ins, a ladder, who covers, whether it is a slot kept in case."""
    for check_in in ritual.check_ins:
        yield check_in_told(check_in, tongue)
    if ritual.ladder:
        yield ladder_told(ritual.ladder, tongue)
    if ritual.cover:
        yield tongue.say("{} covers meanwhile.", agreement.name(ritual.cover))
    if ritual.if_needed:
        yield tongue.say("It is a slot kept in case you need it, and shows as free.")


def changes_need(agreement: Agreement, ritual: Ritual) -> str:
    """Whose yes a change of it needs besides."""
    return f"A change of it also needs a yes from {agreement.names(ritual.yes)}."


def whose(agreement: Agreement, ritual: Ritual, tongue: Tongue, *, headed: bool) -> str:
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


def bounds(agreement: Agreement, ritual: Ritual, today: date | None, tongue: Tongue) -> Iterator[str]:
    """When it starts and ends, whether on trial, and from when it is counted; an end before `today` alone."""
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


def check_in_told(check_in: CheckIn, tongue: Tongue) -> str:
    """A check-in inside a block: how, when, for how long."""
    by, length = tongue.say(BY[check_in.by]), tongue.minutes(check_in.length)
    if check_in.after is not None:
        return tongue.say("There is a check-in {} {} in, for {}.", by, tongue.minutes(check_in.after), length)
    before = tongue.minutes(check_in.before_end or 0)
    return tongue.say("There is a check-in {} {} before the end, for {}.", by, before, length)


def ladder_told(ladder: Ladder, tongue: Tongue) -> str:
    """Time that grows: its steps, and at which of them it is."""
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


def other_time(ritual: Ritual, start: int | None, length: int | None, tongue: Tongue) -> str:
    """The time of an occurrence that has another one: its start, its length, or both."""
    if start is not None:
        return tongue.time(Timed(start, length)) if length else tongue.at(start)
    whole = any(isinstance(slot.time, AllDay) for slot in ritual.slots)
    return tongue.time(AllDay(length or 1)) if whole else tongue.lasting(length or 0)


def in_seasons(ritual: Ritual, tongue: Tongue) -> Iterator[str]:
    """When in the year it comes, rests, or is at another time."""
    say = tongue.say
    if ritual.only_in:
        yield say("It happens only in {}.", tongue.listed((s.title for s in ritual.only_in), "or"))
    if ritual.not_in:
        yield say("It rests in {}.", tongue.listed(s.title for s in ritual.not_in))
    for season, start, length in ritual.in_season:
        yield say("In {} it is {}.", season.title, other_time(ritual, start, length, tongue))


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


def spoken(key: str) -> str:
    """A key as the title that it stands for where none is given."""
    words = key.replace("-", " ").replace("_", " ")
    return words[:1].upper() + words[1:]
