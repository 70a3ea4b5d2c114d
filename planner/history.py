"""Agreed versions in order → which terms hold on a day, and from which day each of them counts.

In: a `History`: the file as it stands, and the versions that hold. Out: `Segment`s (one ritual, unchanged terms, from a
day to a day), and what holds on a day as an `Agreement`. Terms come from the versions, each from its day to the next;
words, sharing and single dates from the file at once. The earliest version holds from the start. No file and no clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from planner.agreement import Agreement, History, Person, Program, Ritual, Stay, Version
from planner.recurrence import ONE_DAY, first_on_or_after
from planner.strands import Counting, Strand, count, strands, takes_days_in_turn
from planner.terms import by_identity, in_its_seasons, is_all_day, on_its_day, peopled, single_dates, worded
from planner.turns import Segment, Settled, leaders_of, missed_in, rounds_over, waited_strands
from planner.writing import Values, same_terms, whole_terms_of

FIRST = "first"
"""The segment of a ritual's first terms, in its series' keys; later ones have the day on which they begin."""

_SPLITS_NOTHING = ("yes", "trial")
"""Terms that change without a new series: they decide who is asked, and what a review asks."""


# ── which version ────────────────────────────────────────────────────


def holding(versions: Iterable[Version]) -> tuple[Version, ...]:
    """Those that hold, in order: the last for each day, but for those that another one replaces.

    Of the earliest day the first one stays too, and holds before that day: what was agreed anew for the day itself
    changes nothing of what was before.
    """
    found: dict[date, list[Version]] = {}
    replaced: set[str] = set()
    for version in sorted(versions, key=lambda v: (v.on, v.number)):
        found.setdefault(version.on, []).append(version)
    for several in found.values():
        if several[-1].agreement.agreed:
            replaced.update(several[-1].agreement.agreed.replaces)
    kept = [several for several in found.values() if several[-1].name not in replaced]
    first = kept[0][:1] if kept and len(kept[0]) > 1 else []
    return (*first, *(several[-1] for several in kept))


def in_force(history: History, day: date) -> Version | None:
    """The version in force on a day; None where nothing is agreed yet."""
    if not history.versions:
        return None
    return next((v for v in reversed(history.versions) if v.on <= day), history.versions[0])


def drafted(history: History, on: date) -> History:
    """As if the file were agreed as it stands, from `on`; where nothing is agreed yet it holds already."""
    versions = history.versions
    if not versions:
        return history
    earlier = tuple(v for v in versions if v.on < on) or versions[: versions[0].on == on]
    return history._replace(versions=(*earlier, Version(on, 1, history.current)))


def people_ever(history: History) -> dict[str, Person]:
    """Everyone who is or was a party to what is agreed: whoever left has a calendar with the past in it still."""
    found = dict(history.current.people)
    for version in reversed(history.versions):
        found |= {key: person for key, person in version.agreement.people.items() if key not in found}
    return found


# ── segments ─────────────────────────────────────────────────────────


def segments(history: History) -> list[Segment]:
    """Every ritual of the file and of the versions, in the order of the file, each in the order of time."""
    return [segment for identity in _order(history) for segment in _of_one(history, identity)]


def dates_of(history: History, ritual: Ritual) -> list[Strand]:
    """The strands of a ritual of the file by the versions in force on their dates, and as the file itself has them."""
    drafts = strands(ritual, history.current.week_starts, by_turn=False)
    return strands_of(history, ritual) + drafts if history.versions else drafts


def strands_of(history: History, ritual: Ritual, *, by_turn: bool = False) -> list[Strand]:
    """The strands of a ritual by the versions in force on their dates; by the file where nothing is agreed yet."""
    if not history.versions:
        if by_turn:
            return waited_strands(history.current, ritual, Counting())
        return strands(ritual, history.current.week_starts, by_turn=False)
    return [s for segment in _of_one(history, ritual.identity) for s in segment.strands(by_turn=by_turn)]


def left_out(agreement: Agreement, path: str) -> bool:
    """Whether an agreement's programme leaves this session out: like any skip, that holds at once."""
    if not path.startswith("programs."):
        return False
    key, _, session = path.removeprefix("programs.").partition(".")
    skipped = next((p.skip for p in agreement.programs if p.key == key), ())
    return any(session in (name, *(f"{name}-{person}" for person in agreement.people)) for name in skipped)


def _stays_of(history: History, gone: Ritual) -> tuple[Stay, ...]:
    """The stays during which a ritual that the file has no more went by other clocks: it goes by its owner's."""
    owner = people_ever(history)[gone.who[0]]
    return tuple(stay for stay in history.current.stays if owner.key in stay.who and gone.timezone == owner.timezone)


def _order(history: History) -> dict[str, None]:
    found = dict.fromkeys(by_identity(history.current))
    for version in reversed(history.versions):
        found |= dict.fromkeys(k for k in by_identity(version.agreement) if k not in found)
    return found


class _Anchors(NamedTuple):
    """From which days a ritual's rule, its turns and its ladder count, and on which days in turn begin."""

    rule: date | None
    turns: date | None
    ladder: date | None
    begins: date | None = None


class _Stretch(NamedTuple):
    """A ritual's terms and anchors from the version that brings them to the one that changes them."""

    first: date | None
    end: date | None
    version: Version
    ritual: Ritual
    terms: Values
    anchors: _Anchors


def _uncounted(history: History, identity: str) -> Iterator[Segment]:
    words = by_identity(history.current).get(identity)
    found = list(_stretches(history, identity))
    if words is None:
        words = next((v.ritual for v in reversed(found)), None)
        if words and left_out(history.current, words.path):
            words = words._replace(skip=single_dates(words), changes=())
        if words and len(words.who) == 1 and not words.who_is_turn and not is_all_day(words):
            words = words._replace(stays=_stays_of(history, words))
    for n, stretch in enumerate(found):
        first, end = stretch.first, stretch.end
        agreed, agreement = stretch.ritual, peopled(history.current, stretch.version.agreement)
        assert words is not None  # noqa: S101  (a stretch has terms, so there are words)
        last = [day for day in (agreed.until, end - ONE_DAY if end else None) if day]
        agreed = in_its_seasons(history.current, agreed)
        ritual = worded(agreed, on_its_day(history.current, agreed, words), agreement.people)._replace(
            starts=max(agreed.starts, first) if first else agreed.starts,
            until=min(last) if last else None,
            count_from=stretch.anchors.rule,
        )
        if agreed.follows:
            ritual, agreement = _beside(history, stretch.version, ritual, agreement)
        if ritual.until is not None and ritual.until < ritual.starts:
            continue
        name = FIRST if n == 0 or first is None else first.isoformat()
        counting = Counting(stretch.anchors.turns, stretch.anchors.ladder, stretch.anchors.begins)
        yield Segment(name, first, end, agreement, ritual, counting)


def _of_one(history: History, identity: str) -> list[Segment]:
    """The segments of one ritual, with the rounds of its turns where one of them waits."""
    found = list(_uncounted(history, identity))
    if not any(segment.ritual.turn_waits for segment in found):
        return found
    counted = []
    for segment in found:
        root = leaders_of(segment.agreement, segment.ritual)[-1].identity
        rounds = rounds_over(_uncounted(history, root), _settled(history, root), segment)
        counted.append(segment._replace(counting=segment.counting._replace(rounds=rounds)))
    return counted


def _settled(history: History, identity: str) -> Settled | None:
    """What was missed when a version was agreed last, and is written in it."""
    found = None
    for version in history.versions:
        header, ritual = version.agreement.agreed, by_identity(version.agreement).get(identity)
        waited = dict(header.waited).get(ritual.path) if header and ritual else None
        if header and header.said and waited is not None and (not found or found.before <= header.said):
            found = Settled(header.said, frozenset(waited))
    return found


def turns_between(history: History, ritual: Ritual, first: date, end: date) -> dict[date, str]:
    """Whose turn it is in a ritual of the file, by the dates first ≤ day < end of its rule that happen, in order."""
    gone = {*fallen_out(history, ritual, end), *ritual.skip}
    parts = strands_of(history, ritual, by_turn=True)
    found = {day: s.turn for s in parts for day in s.days(first, end) if s.turn and day not in gone}
    found |= {c.on: c.turn for c in ritual.changes if c.turn and c.on in found}
    return dict(sorted(found.items()))


def fallen_out(history: History, ritual: Ritual, day: date) -> list[date]:
    """The dates before a day on which a turn of a ritual of the file waited, but for those that happened uncounted."""
    happened = {change.on for change in ritual.changes if not change.counts}.difference(ritual.skip)
    return [on for on in missed_by(history, ritual.identity, day) if on not in happened]


def missed_by(history: History, identity: str, day: date) -> list[date]:
    """The dates before a day on which a turn of this ritual waited, those that happened uncounted among them."""
    if not history.versions:
        ritual = by_identity(history.current)[identity]
        return missed_in([Segment(FIRST, None, None, history.current, ritual, Counting())], None, day)
    return missed_in(_uncounted(history, identity), _settled(history, identity), day)


def _stretches(history: History, identity: str) -> Iterator[_Stretch]:
    """A ritual's terms in the order of time; equal ones in neighbouring versions are one stretch."""
    going: _Stretch | None = None
    for n, version in enumerate(history.versions):
        first = version.on if n else None
        ritual = by_identity(version.agreement).get(identity)
        if ritual is None:
            if going:
                yield going._replace(end=first)
            going = None
            continue
        weeks = version.agreement.week_starts
        terms = {k: v for k, v in whole_terms_of(ritual, weeks).items() if k not in _SPLITS_NOTHING}
        leader = version.agreement.rituals[ritual.follows] if ritual.follows else None
        if leader:
            terms["follows"] = leader.identity
        if going and same_terms(going.terms, terms):
            going = going._replace(version=version, ritual=ritual)
            continue
        if going:
            yield going._replace(end=first)
        anchors = _anchors(ritual, weeks, first, going, terms)
        if leader:
            before = [
                s for s in _stretches(history, leader.identity) if s.first is None or (first and s.first <= first)
            ]
            anchors = before[-1].anchors._replace(ladder=anchors.ladder)
        going = _Stretch(first, None, version, ritual, terms, anchors)
    if going:
        yield going


def _beside(history: History, version: Version, ritual: Ritual, agreement: Agreement) -> tuple[Ritual, Agreement]:
    """A ritual with the single dates of the one that it follows, and the agreement with that one as it was agreed."""
    from planner.reading_follows import dated  # few agreements have one

    agreed = version.agreement.rituals[ritual.follows or ""]
    leader = worded(
        in_its_seasons(history.current, agreed),
        by_identity(history.current).get(agreed.identity, agreed),
        agreement.people,
    )
    if leader.follows:
        leader, agreement = _beside(history, version, leader, agreement)
    agreement = agreement._replace(rituals={**agreement.rituals, leader.path: leader})
    return dated(ritual, leader)._replace(follows=leader.path), agreement


def _anchors(ritual: Ritual, weeks: int, first: date | None, before: _Stretch | None, terms: Values) -> _Anchors:
    """Counting goes on where time, length, zone or people change; it starts anew with the days, or what counts them."""
    start = max(ritual.starts, first) if first else ritual.starts
    anew = before is None or any(_differs(before.terms, terms, key) for key in ("on", "every", "starts", "count_from"))
    if before is None or anew:
        rule = ritual.count_from or _first_day(ritual._replace(starts=start), weeks)
        told = before is None or _differs(before.terms, terms, "count_from")
        begins = rule if ritual.count_from is None and takes_days_in_turn(ritual) else None
        return _Anchors(rule, (rule if told else None) or start, rule or start, begins)
    rule, turns, ladder, begins = before.anchors
    if _differs(before.terms, terms, "hosts") or _differs(before.terms, terms, "turns"):
        turns = start
    steps = [tuple((t.get("ladder") or {}).get(key, ()) for key in ("steps", "each")) for t in (before.terms, terms)]
    if steps[0] != steps[1]:
        going = ritual._replace(starts=start, count_from=rule)
        ladder = _first_day(going, weeks, spaced=True) or start
    return _Anchors(rule, turns, ladder, begins)


def _differs(before: Values, terms: Values, key: str) -> bool:
    one, other = (_days(t) if key == "on" else t.get(key) for t in (before, terms))
    return bool(one != other)


def _days(terms: Values) -> list[str]:
    """The days that terms name, wherever they stand."""
    on, at = terms.get("on", ()), terms.get("at")
    if isinstance(at, dict):
        return sorted(at)
    return sorted(map(str, on)) if isinstance(on, list | tuple) else [str(on)]


def _first_day(ritual: Ritual, weeks: int, *, spaced: bool = False) -> date | None:
    """The first date on or after the ritual's start; with `spaced` by its phase. None where there is none."""
    if ritual.open_time:
        return ritual.starts
    if dates := single_dates(ritual):
        return min((day for day in dates if day >= ritual.starts), default=None)
    counted = count(ritual, weeks)
    if counted is None or not spaced:
        return counted.count_from if counted else None
    found = [day for rule, _ in counted.singles if (day := first_on_or_after(rule, ritual.starts))]
    return min(found, default=None)


# ── what holds ───────────────────────────────────────────────────────


def agreement_on(history: History, day: date) -> Agreement:
    """What holds on a day: the terms of the version in force, the words of the file."""
    version = in_force(history, day)
    if version is None:
        return history.current
    agreement = peopled(history.current, version.agreement)
    known = by_identity(history.current)
    rituals: dict[str, Ritual] = {}
    for identity in _order(history):
        agreed = by_identity(version.agreement).get(identity)
        if agreed is not None and not left_out(history.current, agreed.path):
            agreed = in_its_seasons(history.current, agreed)
            words = on_its_day(history.current, agreed, known.get(identity, agreed))
            ritual = worded(agreed, words, agreement.people)
            if ritual.follows:
                ritual, _ = _beside(history, version, ritual, agreement)
            rituals[ritual.path] = ritual
    return agreement._replace(rituals=rituals, programs=_programs_of(history.current, version, rituals))


def _programs_of(current: Agreement, version: Version, rituals: dict[str, Ritual]) -> tuple[Program, ...]:
    """The programmes of a version, with what the file leaves out and moves of them."""
    known = {program.key: program for program in current.programs}
    found = []
    for agreed in version.agreement.programs:
        words = known.get(agreed.key, agreed)
        sessions = tuple(path for path in agreed.sessions if path in rituals)
        found.append(agreed._replace(skip=words.skip, changes=words.changes, sessions=sessions))
    return tuple(found)


def held(history: History, first: date, end: date, who: Iterable[str]) -> Agreement:
    """What holds in the days first ≤ day < end: who is in it, and each ritual that stays the same in them.

    `who` are people who take part in something on these days, and may have left since.
    """
    if not history.versions:
        return history.alone
    every = [agreement_on(history, day) for day in (first, *(v.on for v in history.versions if first < v.on < end))]
    last = every[-1]
    people = {key: person for agreement in every for key, person in agreement.people.items()}
    ever = people_ever(history)
    people |= {key: ever[key] for key in who if key not in people}
    rituals = {}
    for path in dict.fromkeys(path for agreement in every for path in agreement.rituals):
        terms = [whole_terms_of(a.rituals[path], a.week_starts) if path in a.rituals else {} for a in every]
        if path in last.rituals and all(same_terms(terms[0], other) for other in terms):
            rituals[path] = last.rituals[path]
    return last._replace(
        people=people, helpers={k: v for a in every for k, v in a.helpers.items()}, rituals=rituals | history.own
    )
