"""The agreement in sentences, as far as one audience may know it.

In: an `Agreement` with what holds, an audience (a person's key or `everyone`), its occurrences. Out: sentences under
headings. What a level hides enters no sentence: a ritual is said in full to those who take part, else as its look is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from planner.agreement import Agreement, Change, Pause, Ritual
from planner.looks import cover_look, look_of, possessive, taking_part
from planner.saying import listed, say_date, say_span, say_when, say_zone
from planner.series import Look
from planner.timeline import Occurrence
from planner.views.sentences import GROUPS, ritual_sentence, say_yearly

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
    groups: dict[str, list[str]] = {f"{possessive(p.name)} own time": [] for p in agreement.people.values()}
    groups |= {heading: [] for heading in GROUPS.values()}
    groups |= {"Programmes": [], ALSO: [], "Pauses": []}
    for ritual in agreement.rituals.values():
        if ritual.program:
            continue
        for heading, sentence in _said(agreement, ritual, audience, found, today):
            groups.setdefault(heading, []).append(sentence)
    groups["Programmes"] += _programs(agreement, audience)
    groups["Pauses"] += [_pause(agreement, p) for p in pauses_seen(agreement, audience) if p.yearly or p.until >= today]
    return [Told(heading, tuple(said)) for heading, said in groups.items() if said]


def opening(agreement: Agreement, audience: str) -> str:
    """Whose agreement it is, since when and by which clocks; to a person also what it is for."""
    ends = f" and ends on {say_date(agreement.until)}" if agreement.until else ""
    said = [
        f"This is the agreement of {agreement.names(tuple(agreement.people))}.",
        f"It begins on {say_date(agreement.starts)}{ends}.",
        f"Times are {say_zone(agreement.timezone)} unless another is named.",
    ]
    people = agreement.people.values()
    said += [f"{p.name} lives by {say_zone(p.timezone)}." for p in people if p.timezone != agreement.timezone]
    if agreement.purpose and audience in agreement.people:
        purpose = " ".join(agreement.purpose.split())
        said.append(f"What it is for: {purpose}{'' if purpose.endswith(('.', '!', '?', '…')) else '.'}")
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
    agreement: Agreement, ritual: Ritual, audience: str, found: Sequence[Occurrence], today: date
) -> Iterator[tuple[str, str]]:
    looks = _looks(agreement, ritual, audience)
    own = [turn for turn in looks if audience in taking_part(ritual, turn)]
    if own and len(own) == len(looks):
        told = ritual._replace(yes=(), may_overlap=(), was=None)
        yield _heading(agreement, ritual), ritual_sentence(agreement, told, today=today, headed=True, alone=True)
    elif ritual.share == "full":
        told = _as_others_see(ritual)
        said = ritual_sentence(agreement, told, today=today, headed=True, alone=True)
        yield _heading(agreement, ritual), said + _seasons(ritual)
    elif ritual.share == "private":
        if own:
            yield _heading(agreement, ritual), _some_dates(ritual, looks[own[0]], found)
    elif ritual.open_time:  # of what is not placed there is nothing to see
        if any(o.ritual == ritual.path for o in found):
            yield ALSO, _some_dates(ritual, looks[None], found)
    else:
        yield ALSO, _in_brief(agreement, ritual, looks, today)
    if ritual.cover == audience and (look := cover_look(agreement, ritual, audience, next(iter(looks)))):
        if ritual.open_time:
            covered = ritual._replace(path=f"{ritual.path}.cover")
            if any(o.ritual == covered.path for o in found):
                yield ALSO, _some_dates(covered, look, found)
            return
        yield ALSO, f"{look.summary}: {say_when(ritual)}{_zone(agreement, ritual)}."


def _heading(agreement: Agreement, ritual: Ritual) -> str:
    return GROUPS.get(ritual.table) or f"{possessive(agreement.name(ritual.who[0]))} own time"


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
        on_holidays=None,
        not_in=(),
        only_in=(),
        in_season=(),
    )


def _seasons(ritual: Ritual) -> str:
    """A word where seasons make some weeks differ; what they are called stays between those who take part."""
    return " Some weeks differ." if ritual.not_in or ritual.only_in or ritual.in_season else ""


def _in_brief(agreement: Agreement, ritual: Ritual, looks: dict[str | None, Look | None], today: date) -> str:
    """A ritual by its gist, or as busy: what its look says, and when."""
    summary = listed(dict.fromkeys(look.summary for look in looks.values() if look), "or")
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
    whole = ritual_sentence(agreement, told, today=today, alone=True)
    names = agreement.names(ritual.who)  # which the summary says, as far as it is to be said
    return whole.replace(f": {names}, ", ": ", 1) + _seasons(ritual)


def _when_alone(change: Change) -> Change:
    return Change(change.on, change.moved_to, change.start, change.length)


def _some_dates(ritual: Ritual, look: Look | None, found: Sequence[Occurrence]) -> str:
    """A ritual of which the audience sees its own turns alone."""
    days = [o.day for o in found if o.ritual == ritual.path]
    title = look.summary if look else ""
    if not days:
        return f"{title}: nothing in these weeks."
    return f"{title}: in these weeks on {listed(say_date(day) for day in days[:_FEW])}."


def _programs(agreement: Agreement, audience: str) -> Iterator[str]:
    """Programmes that the audience takes part in; of others' the days alone say something, in the grid."""
    for program in agreement.programs:
        if audience in program.who and program.sessions:
            span = say_span(program.starts, program.last or program.starts)
            yield f"{program.title or program.template}: {span}, for {agreement.names(program.who)}."


def _pause(agreement: Agreement, pause: Pause) -> str:
    """A pause without its note, and without naming what rests."""
    span = say_yearly(pause.starts, pause.until) if pause.yearly else say_span(pause.starts, pause.until)
    what = "some of it" if pause.only else "everything"
    whose = f" for {agreement.names(pause.who)}" if pause.who else ""
    return f"{span[0].upper()}{span[1:]}, {what} rests{whose}."


def _zone(agreement: Agreement, ritual: Ritual) -> str:
    return f", {say_zone(ritual.timezone)}" if ritual.is_timed and ritual.timezone != agreement.timezone else ""
