"""What belongs together: where one side of a pair changes, the other is named, and nothing more.

In: an `Agreement`, a ritual or a pause that changes, a window. Out: sentences. Nobody owes anybody anything here: a
pair is a thing to think of, and a note about it needs no answer. No file and no clock enter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from planner.agreement import Agreement, Pair, Pause, Ritual, Season
from planner.recurrence import ONE_DAY
from planner.saying import listed, say_date, say_span, say_times

_NEAR = timedelta(days=6)
"""Changes of both sides so near to each other count as one thought."""
_MOST = 3
_ALWAYS = ((date.max, date.max),)


class Alone(NamedTuple):
    """One side of a pair that changes while the other stays: the pair's place in the file, a sentence, their keys."""

    pair: int
    sentence: str
    changed: str = ""
    stays: str = ""


class _Changed(NamedTuple):
    """A change of one side: its spans of days, and how it is said: "is left out on", and on which day.

    Without spans it stands for itself: only the same on the other side goes with it.
    """

    spans: tuple[tuple[date, date], ...]
    how: str
    when: str


def told_pairs(agreement: Agreement, *changed: Ritual, named: bool = False) -> list[str]:
    """A word on what belongs together with rituals that change, so that the other side is thought of.

    A single one is "it", unless it is to be `named`, because it was not.
    """
    mine = {key for ritual in changed for key in (ritual.path, ritual.program) if key}
    sentences = []
    for pair in agreement.pairs:
        others = [name for key in pair.these if key not in mine and (name := called(agreement, key))]
        if mine & set(pair.these) and others:
            subject = "It belongs" if len(changed) == 1 and not named else f"{_mine(agreement, pair, mine)} belongs"
            sentences.append(f"{subject} together with {listed(others)}: does that change too?")
    return sentences


def told_beside(agreement: Agreement, keys: Iterable[str]) -> dict[str, str]:
    """For rituals and programmes that change together, by key: a word on what belongs together with one and stays."""
    changing = dict.fromkeys(keys)
    found = {}
    for key in changing:
        mine = {key, key.rpartition(".")[0]} if key.startswith("programs.") else {key}
        others = [other for pair in agreement.pairs if mine & set(pair.these) for other in pair.these]
        names = [called(agreement, other) for other in others if other not in mine and other not in changing]
        if said := list(dict.fromkeys(name for name in names if name)):
            found[key] = f"It belongs together with {listed(said)}: does that change too?"
    return found


def _mine(agreement: Agreement, pair: Pair, mine: set[str]) -> str:
    return next(name for key in pair.these if key in mine and (name := called(agreement, key)))


def told_pairs_of_pause(agreement: Agreement, pause: Pause) -> list[str]:
    """The same for a pause that rests one side of a pair and not the other."""
    resting = [r for r in agreement.rituals.values() if pause.stops(r, r.who)]
    if len(resting) == len(agreement.rituals):
        return []
    sides = {side for pair in agreement.pairs for side in pair.these}
    paired = [r for r in resting if sides & {r.path, r.program}]
    named = not paired or not {paired[0].path, paired[0].program} & set(pause.only)
    return told_pairs(agreement, *paired, named=named)


def called(agreement: Agreement, key: str) -> str | None:
    """The title of a side, in quotes; None where it is not there."""
    if key in agreement.rituals:
        return f'"{agreement.rituals[key].title.replace("{turn}", "…")}"'
    return next((f'"{p.title}"' for p in agreement.programs if f"programs.{p.key}" == key and p.title), None)


# ── for `check`, and for a review ────────────────────────────────────


def alone(agreement: Agreement, first: date, end: date) -> list[Alone]:
    """Every change of one side, first ≤ day < end, at whose time the other side stays as it is."""
    found = []
    for n, pair in enumerate(agreement.pairs):
        sides = {
            key: sorted(_changes(agreement, key, first, end), key=lambda c: c.spans or _ALWAYS)
            for key in pair.these
            if called(agreement, key)
        }
        for key, changes in sides.items():
            others = {k: c for k, c in sides.items() if k != key}
            for other, theirs in others.items():
                lonely = [c for c in changes if not _goes_along(c, theirs)]
                if lonely:
                    sentence = f"{called(agreement, key)} {_said(lonely)}; {called(agreement, other)} belongs together"
                    found.append(Alone(n, f"{sentence} with it and stays as it is", key, other))
    return found


def _in_order(agreement: Agreement, key: str, first: date, end: date) -> list[_Changed]:
    return sorted(_changes(agreement, key, first, end), key=lambda change: change.spans or _ALWAYS)


def _said(changes: list[_Changed]) -> str:
    """What changes, each verb once: "rests from Monday to Sunday, and is left out on Wednesday and Thursday"."""
    grouped: dict[str, list[str]] = {}
    for change in changes[:_MOST]:
        grouped.setdefault(change.how, []).append(change.when)
    said = [f"{how} {listed(days)}" for how, days in grouped.items()]
    more = len(changes) - _MOST
    said += [f"changes {say_times(more)} more"] if more > 0 else []
    return listed(said) if all(len(days) == 1 for days in grouped.values()) else ", and ".join(said)


def _goes_along(one: _Changed, theirs: list[_Changed]) -> bool:
    """Whether the other side changes too, each time that this one does."""
    if any((one.how, one.when) == (their.how, their.when) for their in theirs):
        return True
    spans = [span for their in theirs for span in their.spans]
    return bool(one.spans) and all(any(_near(mine, other) for other in spans) for mine in one.spans)


def _near(one: tuple[date, date], other: tuple[date, date]) -> bool:
    return other[0] - _NEAR <= one[1] and one[0] - _NEAR <= other[1]


def _changes(agreement: Agreement, key: str, first: date, end: date) -> Iterator[_Changed]:
    """What is adjusted in a side within the window, dates first."""
    program = next((p for p in agreement.programs if f"programs.{p.key}" == key), None)
    ritual = agreement.rituals.get(key)
    if program is not None:
        sessions = [agreement.rituals[path] for path in program.sessions if path in agreement.rituals]
        found = {
            c: None for one in sessions for c in (*_single(one, first, end), *_resting(agreement, one, first, end))
        }
        yield from found
        until = program.until
    elif ritual is not None:
        yield from _single(ritual, first, end)
        yield from _resting(agreement, ritual, first, end)
        yield from _by_season(ritual, first, end)
        if ritual.on_holidays == "skip" and agreement.holidays:
            yield _Changed((), "rests on", "public holidays")
        until = ritual.until if ritual.until != agreement.until else None
    else:
        return
    if until and first <= until < end:
        yield _Changed(((until, until),), "ends on", say_date(until))


def _single(ritual: Ritual, first: date, end: date) -> Iterator[_Changed]:
    """Single dates that are left out, moved, or at another time."""
    for day in sorted(ritual.skip):
        if first <= day < end:
            yield _Changed(((day, day),), "is left out on", say_date(day))
    for change in ritual.changes:
        if first <= change.on < end and change.on not in ritual.skip:
            to = change.moved_to
            if to and to != change.on:
                days = min(change.on, to), max(change.on, to)
                yield _Changed((days,), "moves", f"from {say_date(change.on)} to {say_date(to)}")
            elif change.start is not None or change.length is not None:
                yield _Changed(((change.on, change.on),), "is at another time on", say_date(change.on))


def _resting(agreement: Agreement, ritual: Ritual, first: date, end: date) -> Iterator[_Changed]:
    for pause in agreement.rests:
        if pause.stops(ritual, ritual.who) and pause.starts < end and pause.until >= first:
            yield _Changed(((pause.starts, pause.until),), "rests", say_span(pause.starts, pause.until))


def _by_season(ritual: Ritual, first: date, end: date) -> Iterator[_Changed]:
    """What each season of the window does to it, said once."""
    begins, last = max(first, ritual.starts), min(ritual.until or end, end - ONE_DAY)

    def met(season: Season) -> tuple[tuple[date, date], ...]:
        return tuple(
            (max(one, begins), min(other, last)) for one, other in season.spans if one <= last and other >= begins
        )

    for season in ritual.not_in:
        if spans := met(season):
            yield _Changed(spans, "rests in", season.title)
    if ritual.only_in:
        outside, day = [], begins
        for one, other in sorted(span for season in ritual.only_in for span in met(season)):
            outside += [(day, one - ONE_DAY)] if day < one else []
            day = max(day, other + ONE_DAY)
        outside += [(day, last)] if day <= last else []
        if outside:
            titles = listed((season.title for season in ritual.only_in), "or")
            yield _Changed(tuple(outside), "happens only in", titles)
    for in_season in ritual.in_season:
        if spans := met(in_season.season):
            yield _Changed(spans, "is at another time in", in_season.season.title)
