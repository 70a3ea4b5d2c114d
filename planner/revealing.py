"""What sharing more shows of the past: sharing holds at once, so a ritual that is opened brings its past along.

In: two agreements, or what a calendar had and what it gets, and the day that counts as today. Out: sentences, said
before anything is published. No clock.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from datetime import date

from planner.agreement import Agreement, History, Ritual
from planner.history import in_force
from planner.looks import possessive
from planner.saying import listed, say_date
from planner.series import Series, of_ritual
from planner.strands import strands
from planner.terms import by_identity

_LEVELS = ("full", "gist", "busy", "private")


def revealed(old: Agreement, new: Agreement, today: date) -> dict[str, str]:
    """The rituals of `new` of whose past others see more than by `old`, by path, each with a sentence on it."""
    before = by_identity(old)
    found = {}
    for ritual in new.rituals.values():
        was = before.get(ritual.identity)
        if was is None or _LEVELS.index(ritual.share) >= _LEVELS.index(was.share):
            continue
        first = min((s.first for s in strands(was, old.week_starts, by_turn=False)), default=today)
        if first < today:
            found[ritual.path] = _sentence(new, ritual, was, first)
    return found


def revealed_since_agreed(history: History, today: date) -> dict[str, str]:
    """The same for the file and what was agreed for today; none where nothing is agreed yet."""
    version = in_force(history, today)
    return revealed(version.agreement, history.current, today) if version else {}


def shown_newly(
    agreement: Agreement, audience: str, series: Sequence[Series], known: Container[str], today: date
) -> dict[str, date]:
    """The rituals of which an audience that takes no part in them sees something for the first time, by path.

    Each with its first date, where that is past. `known` are the events, by UID, that its calendar had before.
    """
    found: dict[str, date] = {}
    seen = {of_ritual(one.ritual) for one in series if one.uid in known}
    for one in series:
        ritual = agreement.rituals.get(of_ritual(one.ritual))
        if ritual is None or ritual.path in seen or one.first >= today:
            continue
        if audience not in ritual.who and set(ritual.who) < set(agreement.people):
            found[ritual.path] = min(one.first, found.get(ritual.path, one.first))
    return found


def say_shown_newly(agreement: Agreement, found: Mapping[str, Mapping[str, date]]) -> list[str]:
    """The same in sentences, for what each of several files shows for the first time."""
    paths = dict.fromkeys(path for shown in found.values() for path in shown)
    said = []
    for path in paths:
        files = [file for file, shown in found.items() if path in shown]
        first = min(found[file][path] for file in files)
        title = agreement.rituals[path].title.replace("{turn}", "…")
        said.append(f'"{title}" is new in {listed(files)}, with what is past of it since {say_date(first)}')
    return said


def _sentence(agreement: Agreement, ritual: Ritual, was: Ritual, first: date) -> str:
    others = [possessive(p.name) for key, p in agreement.people.items() if key not in ritual.who]
    where = [f"{listed(others)} calendar{'s' if len(others) > 1 else ''}"] if others else []
    shows = f"{listed([*where, 'the calendar for everyone'])} {'show' if others else 'shows'}"
    much = "it" if was.share == "private" else "more of it"
    also = "with its past" if was.share == "private" else "and of what is past"
    so_far = "was private" if was.share == "private" else f'was shared as "{was.share}"'
    return (
        f'"{ritual.title}" {so_far}; shared as "{ritual.share}", {shows} {much}, {also} since '
        f"{say_date(first)}. To keep the past unseen, let it end as it is, and go on under a new key"
    )
