"""The agreement in sentences, as far as one audience may know it, in the couple's language.

In: an `Agreement` with what holds, an audience (a person's key or `everyone`), its occurrences. Out: sentences under
headings. What a level hides enters no sentence: a ritual is said in full to those who take part, else as its look is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from planner.agreement import Agreement, Change, Pause, Ritual
from planner.looks import cover_look, look_of, taking_part
from planner.saying import ended
from planner.series import Look
from planner.timeline import Occurrence
from planner.tongues import Tongue, tongue
from planner.views.ritual_sentences import GROUPS, ritual_sentence

ALSO = "Also in the calendar"
_FEW = 4


class Told(NamedTuple):
    """A heading, and what is said below it."""

    heading: str
    sentences: tuple[str, ...]


def told_to(agreement: Agreement, audience: str, found: Sequence[Occurrence], today: date) -> list[Told]:
    """Everything agreed that the audience may know, by headings; skips, changes and pauses before `today` left out.

    `found` are the audience's own occurrences, for what it sees only some dates of.
    """
    its = tongue(agreement.language)
    groups: dict[str, list[str]] = {its.say("{}'s own time", p.name): [] for p in agreement.people.values()}
    groups |= {its.say(heading): [] for heading in (*GROUPS.values(), "Programmes", ALSO, "Pauses")}
    for ritual in agreement.rituals.values():
        if ritual.program:
            continue
        for heading, sentence in _said(its, agreement, ritual, audience, found, today):
            groups.setdefault(heading, []).append(sentence)
    groups[its.say("Programmes")] += _programs(its, agreement, audience)
    pauses = [p for p in pauses_seen(agreement, audience) if p.yearly or p.until >= today]
    groups[its.say("Pauses")] += [_pause(its, agreement, p) for p in pauses]
    return [Told(heading, tuple(said)) for heading, said in groups.items() if said]


def opening(agreement: Agreement, audience: str) -> str:
    """Whose agreement it is, since when and by which clocks; to a person also what it is for."""
    its = tongue(agreement.language)
    say, begins = its.say, its.day(agreement.starts)
    said = [
        say("This is the agreement of {}.", its.names(agreement, agreement.people)),
        say("It begins on {} and ends on {}.", begins, its.day(agreement.until))
        if agreement.until
        else say("It begins on {}.", begins),
        say("Times are {} unless another is named.", its.zone(agreement.timezone)),
    ]
    people = agreement.people.values()
    said += [say("{} lives by {}.", p.name, its.zone(p.timezone)) for p in people if p.timezone != agreement.timezone]
    if agreement.purpose and audience in agreement.people:
        purpose = say("What it is for: {}", " ".join(agreement.purpose.split()))
        said.append(ended(purpose))
    return " ".join(said)


def pauses_seen(agreement: Agreement, audience: str) -> list[Pause]:
    """The pauses of something that the audience knows of, in order."""
    known = [r for r in agreement.rituals.values() if any(_looks(agreement, r, audience).values())]
    seen = [p for p in agreement.pauses if any(p.stops(r, r.who) for r in known)]
    return sorted(seen, key=lambda p: (p.starts, p.until))


def _looks(agreement: Agreement, ritual: Ritual, audience: str) -> dict[str | None, Look | None]:
    """What the audience sees, by whose turn it is."""
    turns: tuple[str | None, ...] = tuple(dict.fromkeys(ritual.turns)) or (None,)
    return {turn: look_of(agreement, ritual, audience, turn, None) for turn in turns}


def _said(
    its: Tongue, agreement: Agreement, ritual: Ritual, audience: str, found: Sequence[Occurrence], today: date
) -> Iterator[tuple[str, str]]:
    looks = _looks(agreement, ritual, audience)
    own = [turn for turn in looks if audience in taking_part(ritual, turn)]
    if own and len(own) == len(looks):
        told = ritual._replace(yes=(), may_overlap=(), was=None)
        said = ritual_sentence(agreement, told, today=today, headed=True, alone=True, tongue=its)
        yield _heading(its, agreement, ritual), said
    elif ritual.share == "full":
        told = _as_others_see(ritual)
        said = ritual_sentence(agreement, told, today=today, headed=True, alone=True, tongue=its)
        yield _heading(its, agreement, ritual), said + _seasons(its, ritual)
    elif ritual.share == "private":
        if own:
            yield _heading(its, agreement, ritual), _some_dates(its, ritual, looks[own[0]], found)
    elif ritual.open_time:  # of what is not placed there is nothing to see
        if any(o.ritual == ritual.path for o in found):
            yield its.say(ALSO), _some_dates(its, ritual, looks[None], found)
    else:
        yield its.say(ALSO), _in_brief(its, agreement, ritual, looks, today)
    if ritual.cover == audience and (look := cover_look(agreement, ritual, audience, next(iter(looks)))):
        if ritual.open_time:
            covered = ritual._replace(path=f"{ritual.path}.cover")
            if any(o.ritual == covered.path for o in found):
                yield its.say(ALSO), _some_dates(its, covered, look, found)
            return
        yield its.say(ALSO), f"{look.summary}{its.colon}{its.when(ritual)}{_zone(its, agreement, ritual)}."


def _heading(its: Tongue, agreement: Agreement, ritual: Ritual) -> str:
    if heading := GROUPS.get(ritual.table):
        return its.say(heading)
    return its.say("{}'s own time", agreement.name(ritual.who[0]))


def _as_others_see(ritual: Ritual) -> Ritual:
    """A ritual shared in full, without what is only for those who take part."""
    return ritual._replace(
        prompts=(),
        prompts_from=None,
        drawn=(),
        tags=(),
        remind=(),
        ladder=None,
        cover=None,
        by=None,
        trial=None,
        count_from=None,
        not_in=(),
        only_in=(),
        in_season=(),
    )


def _seasons(its: Tongue, ritual: Ritual) -> str:
    """A word where seasons make some weeks differ; what they are called stays between those who take part."""
    return f" {its.say('Some weeks differ.')}" if ritual.not_in or ritual.only_in or ritual.in_season else ""


def _in_brief(
    its: Tongue, agreement: Agreement, ritual: Ritual, looks: dict[str | None, Look | None], today: date
) -> str:
    """A ritual by its gist, or as busy: what its look says, and when."""
    summary = its.listed(dict.fromkeys(look.summary for look in looks.values() if look), "or")
    changes = [_when_alone(c) for c in ritual.changes]
    told = Ritual(
        path=ritual.path,
        kind="",
        title=summary,
        who=ritual.who,
        slots=ritual.slots,
        every=ritual.every,
        starts=ritual.starts,
        until=ritual.until,
        timezone=ritual.timezone,
        share=ritual.share,
        skip=ritual.skip,
        stays=ritual.stays,
        changes=tuple(c for c in changes if c.moved_to or c.start is not None or c.length),
    )
    return ritual_sentence(agreement, told, today=today, alone=True, tongue=its) + _seasons(its, ritual)


def _when_alone(change: Change) -> Change:
    return Change(change.on, change.moved_to, change.start, change.length)


def _some_dates(its: Tongue, ritual: Ritual, look: Look | None, found: Sequence[Occurrence]) -> str:
    """A ritual of which the audience sees its own turns alone."""
    days = [o.day for o in found if o.ritual == ritual.path]
    title = look.summary if look else ""
    if not days:
        return its.say("{}: nothing in these weeks.", title)
    return its.say("{}: in these weeks {}.", title, its.on(days[:_FEW]))


def _programs(its: Tongue, agreement: Agreement, audience: str) -> Iterator[str]:
    """Programmes that the audience takes part in; of others' the days alone say something, in the grid."""
    for program in agreement.programs:
        if audience in program.who and program.sessions:
            span = its.span(program.starts, program.last or program.starts)
            title, names = program.title or program.template, its.names(agreement, program.who)
            yield its.say("{}: {}, for {}.", title, span, names)


def _pause(its: Tongue, agreement: Agreement, pause: Pause) -> str:
    """A pause without its note, and without naming what rests."""
    span = its.yearly(pause.starts, pause.until) if pause.yearly else its.span(pause.starts, pause.until)
    span = f"{span[0].upper()}{span[1:]}"
    if pause.who:
        what = "{}, some of it rests for {}." if pause.only else "{}, everything rests for {}."
        return its.say(what, span, its.names(agreement, pause.who))
    return its.say("{}, some of it rests." if pause.only else "{}, everything rests.", span)


def _zone(its: Tongue, agreement: Agreement, ritual: Ritual) -> str:
    return f", {its.zone(ritual.timezone)}" if ritual.is_timed and ritual.timezone != agreement.timezone else ""
