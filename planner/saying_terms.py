"""What changes in a ritual's terms, in phrases that read well aloud: "Wednesday 18:30–21:00 → Thursday 19:00–21:00".

In: a ritual as it was and as it is to be, with the agreements that name the people. Out: phrases without a full stop.
Nothing is decided here; no file and no clock enter.
"""

from __future__ import annotations

from collections.abc import Iterator

from planner.agreement import Agreement, CheckIn, Ladder, Ritual
from planner.looks import possessive
from planner.ritual_terms import BY, other_time
from planner.saying import listed, say_date, say_days, say_minutes, say_stretch, say_when, say_zone, weekday_name
from planner.tongues import ENGLISH
from planner.words import AllDay, Every, Time, Timed, Weekly, say_clock


def said_terms(old: Agreement, new: Agreement, was: Ritual, now: Ritual) -> list[str]:
    """Each term that changes, as a phrase."""
    return [phrase for say in _PHRASES for phrase in say(old, new, was, now)] or ["counted in other weeks"]


def brief_when(ritual: Ritual) -> str:
    """Days and times in brief: "Wednesday 18:30–21:00", "second Saturday of the month 19:30–22:30"."""
    if ritual.open_time:
        return say_when(ritual)
    times = {slot.time for slot in ritual.slots}
    if len(times) == 1:
        return f"{_brief_days(ritual)} {_hours(ritual.slots[0].time)}"
    by_slot = [f"{_brief_days(ritual._replace(slots=(slot,)))} {_hours(slot.time)}" for slot in ritual.slots]
    return listed(by_slot)


def _brief_days(ritual: Ritual) -> str:
    said = say_days(ritual)
    days = ritual.slots[0].days
    plain = isinstance(days, Weekly) and ritual.every == Every(1, "week")
    if plain and len({d for s in ritual.slots if isinstance(s.days, Weekly) for d in s.days.weekdays}) < 5:
        return said.removeprefix("every ")
    return said.removeprefix("on the ")


def _hours(time: Time) -> str:
    match time:
        case AllDay(days):
            return "all day" if days == 1 else f"for {days} whole days"
        case Timed(start, length):
            begins = say_clock(start)
    if not length:
        return begins
    return f"{begins}–{say_clock(start + length)}" if length < 1440 else f"{begins} for {say_minutes(length)}"


def _when(_old: Agreement, _new: Agreement, was: Ritual, now: Ritual) -> Iterator[str]:
    if brief_when(was) != brief_when(now):
        yield f"{brief_when(was)} → {brief_when(now)}"


def _who(old: Agreement, new: Agreement, was: Ritual, now: Ritual) -> Iterator[str]:
    if set(was.who) != set(now.who):
        yield f"for {old.names(was.who)} → for {new.names(now.who)}"
    if now.follows and was.follows != now.follows:
        yield f"for those whose turn it is not in {_title_of(new, now.follows)}"
    elif was.follows != now.follows and not now.who_is_turn:
        yield "everyone named takes part each time"
    if was.who_is_turn != now.who_is_turn and not now.follows:
        yield "only the one whose turn it is takes part" if now.who_is_turn else "everyone named takes part each time"


def _title_of(agreement: Agreement, path: str) -> str:
    return f'"{agreement.rituals[path].title}"' if path in agreement.rituals else path


def _hosts(old: Agreement, new: Agreement, was: Ritual, now: Ritual) -> Iterator[str]:
    before, after = _turns(old, was), _turns(new, now)
    if before != after:
        yield f"{before} → {after}"
    if was.turn_waits != now.turn_waits and now.turns and not now.follows:
        yield "a turn that falls out is over → waits" if now.turn_waits else "a turn that falls out waits → is over"


def _turns(agreement: Agreement, ritual: Ritual) -> str:
    if ritual.host:
        return f"{agreement.name(ritual.host)} hosts"
    if not ritual.turns:
        return "no turns"
    order = ", then ".join(agreement.name(p) for p in ritual.turns)
    return (
        f"{'hosts' if ritual.hosting else 'turns'} in the order {order}"
        if len(ritual.turns) > 1
        else (f"{order} hosts each time" if ritual.hosting else f"{possessive(order)} turn each time")
    )


def _zone(_old: Agreement, _new: Agreement, was: Ritual, now: Ritual) -> Iterator[str]:
    if was.timezone != now.timezone:
        yield f"{say_zone(was.timezone)} → {say_zone(now.timezone)}"


def _bounds(_old: Agreement, _new: Agreement, was: Ritual, now: Ritual) -> Iterator[str]:
    if was.starts != now.starts:
        yield f"first day {say_date(was.starts)} → {say_date(now.starts)}"
    if was.trial and not now.trial:
        yield "on trial → kept" if now.until is None else f"on trial → kept until {say_date(now.until)}"
    elif now.trial and was.trial != now.trial:
        yield f"on trial until {say_date(now.trial)}"
        if now.until and now.until not in (now.trial, was.until):
            yield f"last day {say_date(now.until)}"
    elif was.until != now.until:
        last = [f"last day {say_date(day)}" if day else "no last day" for day in (was.until, now.until)]
        yield " → ".join(last)
    if was.count_from != now.count_from:
        counted = [f"from {say_date(day)}" if day else "from its start" for day in (was.count_from, now.count_from)]
        yield f"counted {' → '.join(counted)}"


def _ladders(_old: Agreement, _new: Agreement, was: Ritual, now: Ritual) -> Iterator[str]:
    before, after = was.ladder, now.ladder
    if before == after:
        return
    if before and after and before._replace(step=after.step) == after:
        yield f"{say_minutes(before.steps[before.step - 1])} → {_step(after)}"
        return
    yield f"{_ladder(before)} → {_ladder(after)}"


def _step(ladder: Ladder) -> str:
    return f"{say_minutes(ladder.steps[ladder.step - 1])}, step {ladder.step} of {len(ladder.steps)}"


def _ladder(ladder: Ladder | None) -> str:
    if ladder is None:
        return "no ladder"
    steps = ", then ".join(map(say_minutes, ladder.steps))
    each = say_stretch(ladder.each_months, ladder.each_days)
    return f"a ladder of {steps}, each for {each}{' by date' if ladder.by_date else f', at step {ladder.step}'}"


def _check_ins(_old: Agreement, _new: Agreement, was: Ritual, now: Ritual) -> Iterator[str]:
    if was.check_ins != now.check_ins:
        before, after = (listed(map(_check_in, r.check_ins)) if r.check_ins else "no check-in" for r in (was, now))
        yield f"{before} → {after}"


def _check_in(check_in: CheckIn) -> str:
    if check_in.after is not None:
        moment = f"{say_minutes(check_in.after)} in"
    else:
        moment = f"{say_minutes(check_in.before_end or 0)} before the end"
    return f"a check-in {BY[check_in.by]} {moment} for {say_minutes(check_in.length)}"


def _cover(old: Agreement, new: Agreement, was: Ritual, now: Ritual) -> Iterator[str]:
    if was.cover != now.cover:
        covers = [f"{a.name(r.cover)} covers" if r.cover else "nobody covers" for a, r in ((old, was), (new, now))]
        yield " → ".join(covers)


def _yes(old: Agreement, new: Agreement, was: Ritual, now: Ritual) -> Iterator[str]:
    if set(was.yes) != set(now.yes):
        asked = [f"{possessive(a.names(r.yes))} yes" if r.yes else "nobody's yes" for a, r in ((old, was), (new, now))]
        yield f"a change of it also needs {' → '.join(asked)}"


def _firm(_old: Agreement, _new: Agreement, was: Ritual, now: Ritual) -> Iterator[str]:
    if was.if_needed != now.if_needed:
        yield "a slot kept in case → firm" if was.if_needed else "firm → a slot kept in case"
    if (was.by == "in person") != (now.by == "in person"):
        yield f"{BY.get(was.by or '', 'in touch')} → {BY.get(now.by or '', 'in touch')}"


def _weeks(old: Agreement, new: Agreement, _was: Ritual, now: Ritual) -> Iterator[str]:
    if old.week_starts != new.week_starts and now.every.number > 1:
        yield f"weeks from {weekday_name(old.week_starts)} → from {weekday_name(new.week_starts)}"


def _seasons(_old: Agreement, _new: Agreement, was: Ritual, now: Ritual) -> Iterator[str]:
    for verb, key in (("rests in", "not_in"), ("only in", "only_in")):
        before, after = ([s.title for s in getattr(r, key)] for r in (was, now))
        if sorted(before) != sorted(after):
            all_year = {"rests in": "rests in no season", "only in": "all year"}[verb]
            yield " → ".join(f"{verb} {listed(titles)}" if titles else all_year for titles in (before, after))
    times = [
        {one.season.title: other_time(r, one.start, one.length, ENGLISH) for one in r.in_season} for r in (was, now)
    ]
    for title in dict.fromkeys((*times[0], *times[1])):
        if times[0].get(title) != times[1].get(title):
            yield " → ".join(f"in {title} {of.get(title, 'as always')}" for of in times)


_PHRASES = (_when, _who, _hosts, _zone, _ladders, _bounds, _check_ins, _cover, _yes, _firm, _seasons, _weeks)
