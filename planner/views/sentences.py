"""The agreement in plain sentences, as one would read it aloud.

In: an `Agreement`, its rituals. Out: text. The whole file is said, private parts too: this is for those who can read
the file. No file, no clock and no terminal enter; rich stays out, for these words are needed where speed counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from textwrap import wrap

from planner.agreement import Agreement, Change, CheckIn, Hope, Ladder, Pause, Ritual, Season, Stay
from planner.looks import look_of, possessive
from planner.saying import (
    listed,
    month_name,
    say_date,
    say_days,
    say_minutes,
    say_nth,
    say_span,
    say_stretch,
    say_time,
    say_when,
    say_zone,
    weekday_name,
)
from planner.series import EVERYONE
from planner.views.programs import program_sentence, spoken
from planner.words import AllDay, Timed, say_clock

__all__ = [
    "GROUPS",
    "ritual_sentence",
    "say_date",
    "say_days",
    "say_minutes",
    "say_span",
    "say_time",
    "say_when",
    "say_yearly",
    "show",
]

GROUPS = {
    "shared_evenings": "Shared evenings",
    "host_nights": "Host nights",
    "check_ins": "Check-ins",
    "rituals": "Other rituals",
    "reviews": "Reviews",
}
"""The heading over each table of rituals that are not one person's own."""
_WHOLE = {
    "me_blocks": "all own time",
    "shared_evenings": "all shared evenings",
    "check_ins": "all check-ins",
    "host_nights": "all host nights",
    "reviews": "all reviews",
    "rituals": "all other rituals",
    "programs": "all programmes",
}
_BY = {"text": " by text", "voice note": " by voice note", "call": " by call", "in person": " in person"}
_TIMES = {1: "once", 2: "twice"}


# ── one ritual ───────────────────────────────────────────────────────


def ritual_sentence(
    agreement: Agreement, ritual: Ritual, *, today: date | None = None, headed: bool = False, alone: bool = False
) -> str:
    """Everything a ritual says, in one paragraph; skips and changes before `today` are left out.

    `headed` leaves out of the first sentence what the heading above it has said; `alone` says nothing of what others
    see, whose yes counts, and other rituals.
    """
    return " ".join(_sentences(agreement, ritual, today, headed=headed, alone=alone))


def _sentences(
    agreement: Agreement, ritual: Ritual, today: date | None, *, headed: bool, alone: bool = False
) -> Iterator[str]:
    timed = any(isinstance(slot.time, Timed) for slot in ritual.slots)
    zone = f", {say_zone(ritual.timezone)}" if timed and ritual.timezone != agreement.timezone else ""
    title = _worded(agreement, ritual, ritual.title)
    colon = "" if title.endswith((".", "!", "?", ":", "…")) else ":"
    what = _what(agreement, ritual, headed=headed)
    yield f"{title}{colon} {what}{what and ', '}{say_when(ritual)}{zone}."
    if ritual.who_is_turn:
        yield "Only the one whose turn it is takes part."
    if ritual.turn_waits and not ritual.follows:
        yield "A turn that falls out waits for the next time."
    if ritual.where:
        yield _ended(f"Where: {_worded(agreement, ritual, ritual.where)}")
    yield from _bounds(agreement, ritual)
    for check_in in ritual.check_ins:
        yield _check_in(check_in)
    if ritual.ladder:
        yield _ladder(ritual.ladder)
    if ritual.cover:
        yield f"{agreement.name(ritual.cover)} covers meanwhile."
    if ritual.if_needed:
        yield "It is a slot kept in case you need it, and shows as free."
    yield from _single_dates(agreement, ritual, today)
    if ritual.on_holidays:
        yield "It rests on public holidays." if ritual.on_holidays == "skip" else "It stays on public holidays too."
    yield from _in_seasons(ritual)
    for stay in ritual.stays:
        if today is None or stay.until >= today:
            yield f"{_capital(say_span(stay.starts, stay.until))} it goes by {say_zone(stay.timezone)}."
    if ritual.remind:
        said = listed(say_minutes(n) for n in ritual.remind)
        counted = "" if timed else ", counted back from 09:00"
        yield f"{'A reminder comes' if len(ritual.remind) == 1 else 'Reminders come'} {said} before{counted}."
    yield from _texts(agreement, ritual)
    if alone:
        return
    yield from _seen(agreement, ritual)
    if ritual.yes:
        yield f"A change of it also needs a yes from {agreement.names(ritual.yes)}."
    if ritual.may_overlap:
        yield f"It may fall together with {listed(_titled(agreement, path) for path in ritual.may_overlap)}."
    if ritual.was:
        yield f"In calendars it carries on what was {ritual.was}."


def _what(agreement: Agreement, ritual: Ritual, *, headed: bool) -> str:
    """What a ritual is, and whose."""
    names = agreement.names(ritual.who)
    if ritual.follows:
        return f"for whoever of {names} has no turn that day in {_titled(agreement, ritual.follows)}"
    if ritual.host or ritual.turns:
        guests = tuple(p for p in ritual.who if p not in (ritual.turns or (ritual.host,)))
        return f"{_turns(agreement, ritual)}{f', with {agreement.names(guests)}' if guests else ''}"
    known = headed and (ritual.kind == "me_block" or set(ritual.who) == set(agreement.people))
    match ritual.kind:
        case "me_block":
            return "" if known else f"{possessive(names)} own time"
        case "shared_evening":
            return "" if known else names if headed else f"time together for {names}"
        case "check_in":
            by = _BY.get(ritual.by or "", "")
            return by.strip() if known else f"a check-in{by} for {names}"
        case "review":
            return "" if known else f"a review for {names}"
    return names


def _turns(agreement: Agreement, ritual: Ritual) -> str:
    people = tuple(dict.fromkeys(ritual.turns))
    if ritual.host:
        return f"{agreement.name(ritual.host)} hosts"
    if len(people) == 1:
        name = agreement.name(people[0])
        return f"{name} hosts each time" if ritual.hosting else f"{possessive(name)} turn each time"
    said = f"{agreement.names(people)} take turns{' to host' if ritual.hosting else ''}"
    if ritual.turns == people:
        return f"{said}, {agreement.name(people[0])} first" if len(people) == 2 else f"{said}, in this order"
    return f"{said}, in the order {', '.join(agreement.name(p) for p in ritual.turns)}"


def _bounds(agreement: Agreement, ritual: Ritual) -> Iterator[str]:
    if ritual.starts > agreement.starts:
        yield f"It starts on {say_date(ritual.starts)}."
    if ritual.trial and ritual.until:
        if ritual.until < ritual.trial and ritual.until != agreement.until:
            yield f"It is on trial and ends on {say_date(ritual.until)}."
        else:
            yield f"It is on trial until {say_date(ritual.until)}; then you keep it, change it or let it go."
    elif ritual.until and ritual.until != agreement.until:
        yield f"Its last day is {say_date(ritual.until)}."
    if ritual.count_from:
        yield f"It is counted from {say_date(ritual.count_from)}."


def _check_in(check_in: CheckIn) -> str:
    if check_in.after is not None:
        moment = f"{say_minutes(check_in.after)} in"
    else:
        moment = f"{say_minutes(check_in.before_end or 0)} before the end"
    return f"There is a check-in{_BY.get(check_in.by, '')} {moment}, for {say_minutes(check_in.length)}."


def _ladder(ladder: Ladder) -> str:
    steps = [say_minutes(step) for step in ladder.steps]
    if len(steps) == 1:
        return f"It lasts {steps[0]}."
    said = ", then ".join(steps)
    each = say_stretch(ladder.each_months, ladder.each_days)
    if ladder.by_date:
        return f"It grows in small steps by date: {said}; each lasts {each}, the last one from then on."
    if ladder.step == len(steps):
        now = "It has come to the last step"
    else:
        now = f"It is at the {say_nth(ladder.step)} step, {steps[ladder.step - 1]}"
        now += f"; a review may offer the next one after {each}"
    return f"It may grow in small steps: {said}. {now}. Stepping back is always free."


def _single_dates(agreement: Agreement, ritual: Ritual, today: date | None) -> Iterator[str]:
    skipped = [day for day in sorted(ritual.skip) if today is None or day >= today]
    if skipped:
        yield f"It does not happen on {listed((say_date(day) for day in skipped), 'or')}."
    for change in ritual.changes:
        if change.on not in ritual.skip and (today is None or max(change.on, change.moved_to or change.on) >= today):
            yield _change(agreement, ritual, change)


def _change(agreement: Agreement, ritual: Ritual, change: Change) -> str:
    when = [f"on {say_date(change.moved_to)}"] if change.moved_to else []
    whole = any(isinstance(slot.time, AllDay) for slot in ritual.slots)
    if change.start is not None and change.length:
        when.append(say_time(Timed(change.start, change.length)))
    elif change.start is not None:
        when.append(f"at {say_clock(change.start)}")
    elif change.length:
        when.append(say_time(AllDay(change.length)) if whole else f"for {say_minutes(change.length)}")
    parts = [f"it is {' '.join(when)}"] if when else []
    if change.turn:
        name = agreement.name(change.turn)
        parts.append(f"{name} hosts" if ritual.hosting else f"it is {possessive(name)} turn")
    if change.where:
        parts.append(f"the place is {_worded(agreement, ritual, change.where)}")
    note = _ended(_one_line(change.note)) if change.note else ""
    if not parts:
        return f"On {say_date(change.on)}: {note}"
    lead = f"Instead of {say_date(change.on)}," if change.moved_to else f"On {say_date(change.on)}"
    said = _ended(f"{lead} {'; '.join(parts)}")
    return f"{said} {note}" if note else said


def _in_seasons(ritual: Ritual) -> Iterator[str]:
    if ritual.only_in:
        yield f"It happens only in {listed((s.title for s in ritual.only_in), 'or')}."
    if ritual.not_in:
        yield f"It rests in {listed(s.title for s in ritual.not_in)}."
    for season, start, length in ritual.in_season:
        whole = any(isinstance(slot.time, AllDay) for slot in ritual.slots)
        if start is not None and length:
            said = say_time(Timed(start, length))
        elif start is not None:
            said = f"at {say_clock(start)}"
        else:
            said = say_time(AllDay(length or 1)) if whole else f"for {say_minutes(length or 0)}"
        yield f"In {season.title} it is {said}."


def _texts(agreement: Agreement, ritual: Ritual) -> Iterator[str]:
    if ritual.prompts:
        yield f"To talk about: {' '.join(_ended(_worded(agreement, ritual, p)) for p in ritual.prompts)}"
    if ritual.prompts_from:
        yield f"It draws from the prompts {ritual.prompts_from}, which its events carry."
    if ritual.notes:
        yield _ended(f"Notes: {_one_line(_worded(agreement, ritual, ritual.notes))}")
    if ritual.tags:
        yield f"It counts toward {listed(ritual.tags)}."


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


def _worded(agreement: Agreement, ritual: Ritual, text: str) -> str:
    """A text with {turn} as "Ana or Ben"."""
    people = tuple(dict.fromkeys(ritual.turns)) or ((ritual.host,) if ritual.host else ())
    return text.replace("{turn}", listed((agreement.name(p) for p in people), "or")) if people else text


def _titled(agreement: Agreement, path: str) -> str:
    """The title of a ritual, in quotes: it stands inside a sentence."""
    ritual = agreement.rituals.get(path)
    if ritual:
        return f'"{_worded(agreement, ritual, ritual.title)}"'
    program = next((p for p in agreement.programs if f"programs.{p.key}" == path), None)
    return f'"{program.title if program and program.title else spoken(path.partition(".")[2])}"'


def _capital(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


# ── the whole ────────────────────────────────────────────────────────


def show(agreement: Agreement, *, today: date | None = None, width: int = 80) -> str:
    """The whole agreement in sentences, by groups, wrapped at `width` characters.

    Skips, changes and pauses that are over before `today` are left out.
    """
    lines = [agreement.title, ""]
    for paragraph in _opening(agreement):
        lines += [*_wrapped(paragraph, width, ""), ""]
    if not agreement.rituals and not agreement.programs:
        lines += [*_wrapped("No ritual stands here yet. A first one can be small.", width, ""), ""]
    for heading, sentences in _groups(agreement, today):
        lines.append(heading)
        for sentence in sentences:
            lines += _wrapped(sentence, width, "  ")
        lines.append("")
    return "\n".join(lines[:-1])


def _wrapped(text: str, width: int, indent: str) -> list[str]:
    return wrap(
        text,
        max(width, 20),
        initial_indent=indent,
        subsequent_indent=2 * indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _opening(agreement: Agreement) -> Iterator[str]:
    said = [f"This is the agreement of {agreement.names(tuple(agreement.people))}."]
    ends = f" and ends on {say_date(agreement.until)}" if agreement.until else ""
    said.append(f"It begins on {say_date(agreement.starts)}{ends}.")
    said.append(f"Times are {say_zone(agreement.timezone)} unless another is named.")
    people = agreement.people.values()
    said += [f"{p.name} lives by {say_zone(p.timezone)}." for p in people if p.timezone != agreement.timezone]
    if agreement.week_starts:
        said.append(f"Weeks begin on {weekday_name(agreement.week_starts)}.")
    if agreement.holidays:
        country, region = agreement.holidays
        said.append(f"Public holidays are those of {country}{f' ({region})' if region else ''}.")
    if agreement.helpers:
        helpers = agreement.names(tuple(agreement.helpers))
        said.append(f"{helpers} {'helps' if len(agreement.helpers) == 1 else 'help'} out.")
    said += [f"From {listed(p.busy)} only {possessive(p.name)} busy times are read." for p in people if p.busy]
    yield " ".join(said)
    if agreement.agreed:
        yes = [agreement.name(k) if k in agreement.people else k for k in agreement.agreed.yes]
        note = f" {_ended(_one_line(agreement.agreed.note))}" if agreement.agreed.note else ""
        yield f"It holds so from {say_date(agreement.agreed.on)} on{f'; {listed(yes)} said yes' if yes else ''}.{note}"
    if agreement.purpose:
        yield _ended(f"What it is for: {_one_line(agreement.purpose)}")


def _groups(agreement: Agreement, today: date | None) -> Iterator[tuple[str, list[str]]]:
    def said(rituals: list[Ritual]) -> list[str]:
        return [" ".join(_sentences(agreement, r, today, headed=True)) for r in rituals]

    groups: dict[str, list[Ritual]] = {}
    for key, person in agreement.people.items():
        own = [r for r in agreement.rituals.values() if r.table == "me_blocks" and r.who == (key,)]
        groups.setdefault(f"{possessive(person.name)} own time", []).extend(own)
    for table, heading in GROUPS.items():
        groups[heading] = [r for r in agreement.rituals.values() if r.table == table]
    yield from ((heading, said(rituals)) for heading, rituals in groups.items() if rituals)
    if agreement.programs:
        yield "Programmes", [program_sentence(agreement, p) for p in agreement.programs]
    if agreement.seasons:
        yield "Seasons", [_season(s, today) for s in agreement.seasons]
    if stays := [stay for stay in agreement.stays if today is None or stay.until >= today]:
        yield "Elsewhere", [_stay(agreement, stay) for stay in stays]
    pauses = sorted(agreement.pauses, key=lambda p: (p.starts, p.until))
    if pauses := [p for p in pauses if today is None or p.yearly or p.until >= today]:
        yield "Pauses", [_pause(agreement, p) for p in pauses]
    if agreement.pairs:
        yield (
            "What belongs together",
            [
                f"{listed(_titled(agreement, path) for path in pair.these)} belong together."
                + (f" {_ended(_one_line(pair.note))}" if pair.note else "")
                for pair in agreement.pairs
            ],
        )
    if agreement.hopes:
        yield "Hopes", [hope_sentence(agreement, h) for h in agreement.hopes]


def _pause(agreement: Agreement, pause: Pause) -> str:
    what = [_WHOLE.get(path) or _titled(agreement, path) for path in pause.only] or ["everything"]
    whose = ""
    if pause.who:
        whose = f" where {agreement.names(pause.who)} {'takes' if len(pause.who) == 1 else 'take'} part"
    plural = len(what) > 1 or (pause.only[:1] not in ((), ("me_blocks",)) and pause.only[0] in _WHOLE)
    span = say_span(pause.starts, pause.until) if not pause.yearly else say_yearly(pause.starts, pause.until)
    note = f" {_ended(_one_line(pause.note))}" if pause.note else ""
    return f"{_capital(span)}, {listed(what)} {'rest' if plural else 'rests'}{whose}.{note}"


def _season(season: Season, today: date | None) -> str:
    title = _capital(season.title)
    spans = [span for span in season.spans if today is None or span[1] >= today] or [season.spans[-1]]
    return f"{title}: {say_yearly(*spans[0]) if season.yearly else listed(say_span(*span) for span in spans)}."


def _stay(agreement: Agreement, stay: Stay) -> str:
    names = agreement.names(stay.who)
    one = len(stay.who) == 1
    said = (
        f"{_capital(say_span(stay.starts, stay.until))}, {names} {'goes' if one else 'go'} by {say_zone(stay.timezone)}"
    )
    alone = f"what is {possessive(names)} alone" if one else "what each has alone"
    note = f" {_ended(_one_line(stay.note))}" if stay.note else ""
    return f"{said} in {alone}.{note}"


def say_yearly(starts: date, until: date) -> str:
    """Days that come every year: "each year from 20 December to 2 January"."""
    first, last = (f"{day.day} {month_name(day.month)}" for day in (starts, until))
    return f"each year from {first} to {last}" if first != last else f"each year on {first}"


_OF = {
    "own": ("for own time", "of own time"),
    "together": ("for time together", "of time together"),
    "friends": ("for time with friends", "of time with friends"),
    "hosting": ("to host", "of hosting"),
    "covering": ("to cover", "of covering"),
}
"""What is hoped for: a number of times, and a length."""


def hope_sentence(agreement: Agreement, hope: Hope) -> str:
    """A hope in the couple's own words, and in numbers."""

    def much(amount: int | None) -> str:
        amount = amount or 0
        return _TIMES.get(amount, f"{amount} times") if hope.in_times else say_minutes(amount)

    bounds = [f"at least {much(hope.least)}"] if hope.least is not None else []
    if hope.most is not None:
        bounds = [much(hope.most)] if hope.least == hope.most else [*bounds, f"at most {much(hope.most)}"]
    of_times, of_length = _OF[hope.of]
    what = f"{of_times} {listed(bounds)}" if hope.in_times else f"for {listed(bounds)} {of_length}"
    hopes = "hopes" if len(hope.who) == 1 else "each hope"
    said = f"{agreement.names(hope.who)} {hopes} {what} a {hope.per}."
    return f"{_ended(_one_line(hope.words))} {said}" if hope.words else said
