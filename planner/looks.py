"""Sharing: what each audience sees of a ritual. What a level hides never leaves this module.

In: the agreement, a ritual, an audience (a person's key, `everyone`, or None for the whole file), whose turn it is, a
change. Out: a `Look`, or None where the audience sees nothing. No dates and no rules enter.
"""

from __future__ import annotations

from planner.agreement import Agreement, Change, CheckIn, Ritual
from planner.languages import list_names, say
from planner.series import EVERYONE, Look

FEW = 3
"""So many prompts of a collection an event carries.

A recurring event has one text for all its dates: a prompt for each would take an override for each. A whole collection
is more than a phone shows before an evening, so it is a few, and the word where each date has its own.
"""


def taking_part(ritual: Ritual, turn: str | None) -> tuple[str, ...]:
    """Who takes part in an occurrence on which it is the turn of `turn`."""
    if ritual.who_is_not_turn and turn:
        return tuple(person for person in ritual.who if person != turn)
    return (turn,) if ritual.who_is_turn and turn else ritual.who


def possessive(name: str) -> str:
    """A name in the genitive, "Ana's"."""
    return f"{name}'s"


def look_of(
    agreement: Agreement, ritual: Ritual, audience: str | None, turn: str | None, change: Change | None
) -> Look | None:
    """What the audience sees of the ritual itself."""
    who = taking_part(ritual, turn)
    host = turn or ritual.host
    if audience is None or audience in who:
        return _everything(agreement, ritual, who, turn, host, change)
    everyone_fills = audience == EVERYONE and set(who) == set(agreement.people) and ritual.fills_time
    match ritual.share:
        case "private":
            return None
        case "full":
            return Look(
                summary=titled(agreement, ritual, turn),
                description=_joined(
                    _worded(ritual.notes, agreement, host), _agenda(agreement, ritual), change.note if change else None
                ),
                location=_worded((change.where if change else None) or ritual.where, agreement, host),
                color=_color(agreement, ritual, who),
                free=not everyone_fills,
                tentative=ritual.if_needed,
            )
        case "gist":
            summary = _worded(ritual.gist, agreement, host) or say(agreement.language, "time", _names(agreement, who))
        case _:
            words = "busy" if len(who) == 1 else "are busy"
            summary = say(agreement.language, words, _names(agreement, who))
    return Look(summary, color=_person_color(agreement, who[0]) if len(who) == 1 else None, free=not everyone_fills)


def _everything(
    agreement: Agreement,
    ritual: Ritual,
    who: tuple[str, ...],
    turn: str | None,
    host: str | None,
    change: Change | None,
) -> Look:
    lines = [_worded(ritual.notes, agreement, host), _agenda(agreement, ritual)]
    if ritual.prompts:
        lines.append("\n".join(f"• {_worded(p, agreement, host)}" for p in ritual.prompts))
    if ritual.drawn:
        drawn = [f"• {_worded(p, agreement, host)}" for p in ritual.drawn[:FEW]]
        more = [say(agreement.language, "more of these")] if len(ritual.drawn) > FEW else []
        lines.append("\n".join((say(agreement.language, "one of these"), *drawn, *more)))
    if ritual.by:
        lines.append(say(agreement.language, f"by {ritual.by}"))
    if ritual.cover:
        lines.append(say(agreement.language, "covers", agreement.name(ritual.cover)))
    if change:
        lines.append(change.note)
    return Look(
        summary=titled(agreement, ritual, turn),
        description=_joined(*lines),
        location=_worded((change.where if change else None) or ritual.where, agreement, host),
        categories=ritual.tags,
        color=_color(agreement, ritual, who),
        alarms=ritual.remind,
        free=not ritual.fills_time,
        tentative=ritual.if_needed,
        discretion={"private": "PRIVATE", "full": ""}.get(ritual.share, "CONFIDENTIAL"),
        reminder=say(agreement.language, "reminder"),
    )


def _agenda(agreement: Agreement, ritual: Ritual) -> str | None:
    """The short agenda of a review, unless the couple wrote what to talk about."""
    if ritual.kind != "review" or ritual.notes or ritual.prompts or ritual.drawn:
        return None
    return say(agreement.language, "review agenda")


def check_in_look(agreement: Agreement, ritual: Ritual, check_in: CheckIn, audience: str | None) -> Look | None:
    """What the audience sees of a check-in inside a me-block: all of it, for a private block the owner alone."""
    if ritual.share == "private" and audience is not None and audience not in ritual.who:
        return None
    color = _person_color(agreement, ritual.who[0])
    return Look(
        say(agreement.language, "check-in", say(agreement.language, check_in.by)),
        color=color,
        free=check_in.by != "in person",
        discretion="PRIVATE" if ritual.share == "private" else "",
    )


def cover_look(agreement: Agreement, ritual: Ritual, audience: str | None, turn: str | None) -> Look | None:
    """What the audience sees of the covering: it is in the covering person's calendar alone."""
    if audience is not None and audience != ritual.cover:
        return None
    names = _names(agreement, taking_part(ritual, turn))
    return Look(
        say(agreement.language, "covering", names),
        color=_person_color(agreement, ritual.cover or ""),
        free=ritual.if_needed,
        tentative=ritual.if_needed,
    )


def titled(agreement: Agreement, ritual: Ritual, turn: str | None) -> str:
    """The title with the name of the one whose turn it is."""
    if turn is None:
        return _worded(ritual.title, agreement, ritual.host) or ritual.title
    if ritual.follows:
        return f"{ritual.title} ({_names(agreement, taking_part(ritual, turn))})"
    name = agreement.name(turn)
    if "{turn}" in ritual.title:
        return ritual.title.replace("{turn}", name)
    return f"{ritual.title} ({say_turn(agreement, ritual, name)})"


def say_turn(agreement: Agreement, ritual: Ritual, name: str) -> str:
    """Whose turn it is, in the couple's language: "Ana hosts", "Ana's turn"."""
    return say(agreement.language, "hosts" if ritual.hosting else "turn", name)


def _names(agreement: Agreement, who: tuple[str, ...]) -> str:
    return list_names(agreement.language, (agreement.name(key) for key in who))


def _worded(text: str | None, agreement: Agreement, turn: str | None) -> str | None:
    return text.replace("{turn}", agreement.name(turn)) if text and turn else text


def _joined(*parts: str | None) -> str | None:
    return "\n\n".join(part for part in parts if part) or None


def _person_color(agreement: Agreement, person: str) -> str | None:
    known = agreement.people.get(person)
    return agreement.colors.get(person) or (known.color if known else None)


def _color(agreement: Agreement, ritual: Ritual, who: tuple[str, ...]) -> str | None:
    own = _person_color(agreement, who[0]) if len(who) == 1 else None
    return own or agreement.colors.get(ritual.table)
