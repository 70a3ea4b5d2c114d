"""Old and new agreement → what changed for each ritual, whose yes it needs and why, and sentences to read aloud.

In: a `History` (the file is the new one, its versions the old), the day from which the new terms would hold. Out:
`Revised`s, in the order of the file. Words, sharing and single dates are no part of it: they hold at once. No file and
no clock enter.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

from planner.agreement import LAST_YEAR, Agreement, History, Program, Ritual, Version
from planner.history import agreement_on, drafted, in_force, left_out, segments
from planner.looks import possessive, taking_part
from planner.open_time import Frame, frames_of
from planner.recurrence import ONE_DAY
from planner.ritual_terms import asked_whom, further_terms
from planner.saying import listed, say_date, say_span, say_when, say_zone
from planner.saying_terms import said_terms
from planner.terms import by_identity
from planner.timeline import Clocks
from planner.turns import Segment
from planner.words import Timed
from planner.writing import as_said, program_values, same_terms, terms_of

ADDED, DROPPED, CHANGED = "added", "dropped", "changed"
_FAR = date(LAST_YEAR, 12, 31)
_LOOK_AHEAD = timedelta(days=1100)
"""So far ahead times are compared: three years hold every rhythm but the rarest."""


class Revised(NamedTuple):
    """What changes for one ritual, or for a whole programme, which is agreed as one: `sessions` has what changes in it.

    `needs` has each person whose yes it needs, with the reason. `fields` has the old and the new value of each of its
    terms, None where there is none. `title` and `who` are those that it has now, or had.
    """

    ritual: str
    what: str
    old: Ritual | None
    new: Ritual | None
    fields: dict[str, tuple[Any, Any]]
    needs: dict[str, str]
    sentence: str
    title: str = ""
    who: tuple[str, ...] = ()
    sessions: tuple[Revised, ...] = ()


class Differing(NamedTuple):
    """A ritual whose terms differ: as it is agreed and as the file has it, None where it is not there."""

    was: Ritual | None
    now: Ritual | None
    fields: dict[str, tuple[Any, Any]]


def differing(history: History, on: date) -> dict[str, Differing]:
    """The rituals whose terms in the file are not those that hold on a day, by identity."""
    version = in_force(history, on)
    new, old = by_identity(history.current), by_identity(version.agreement) if version else {}
    weeks = version.agreement.week_starts if version else 0
    found = {}
    for identity in dict.fromkeys((*new, *old)):
        was, now = old.get(identity), new.get(identity)
        if was and now is None and left_out(history.current, was.path):
            continue
        old_terms = terms_of(was, weeks) if was else {}
        new_terms = terms_of(now, history.current.week_starts) if now else {}
        if was and now and (same_terms(old_terms, new_terms) or _both_over(was, now, on)):
            continue
        keys = dict.fromkeys((*old_terms, *new_terms))
        pairs = {key: (old_terms.get(key), new_terms.get(key)) for key in keys}
        found[identity] = Differing(was, now, {key: pair for key, pair in pairs.items() if pair[0] != pair[1]})
    return found


def _both_over(was: Ritual, now: Ritual, on: date) -> bool:
    """Whether neither has a day left on which it could differ."""
    return all(ritual.until is not None and ritual.until < on for ritual in (was, now))


def revised(history: History, on: date) -> list[Revised]:
    """What the file changes of what is agreed, if its terms hold from `on`."""
    different = differing(history, on)
    if not different:
        return []
    agreement, agreed = history.current, agreement_on(history, on)
    before = _segments(history)
    # before the first agreement all of the file is new, and holds from its start
    after = _segments(drafted(history, on) if history.versions else History(agreement, (Version(on, 1, agreement),)))
    start = on if history.versions else agreement.starts
    found = []
    for identity, (was, now, fields) in different.items():
        needs = _needs(was, now, before.get(identity, []), after.get(identity, []), agreement, start) if now else {}
        what = CHANGED if was and now else ADDED if now else DROPPED
        sentence = _sentence(agreed, agreement, was, now, on, first=not history.versions)
        ritual = now or was
        assert ritual is not None  # noqa: S101  (one of the two is there)
        found.append(Revised(ritual.path, what, was, now, fields, needs, sentence, ritual.title, ritual.who))
    return _programs_as_one(found, agreed, agreement, on, first=not history.versions)


def revised_since(history: History, on: date, versions: tuple[Version, ...]) -> list[tuple[Revised, date]]:
    """The same, each with the day from which it holds: that of the version which made it so, of those up to the file.

    Without versions it is `on` for all.
    """
    days = {change.ritual: _brought(versions, change.ritual, on) for change in revised(history, on)}
    found = {day: {change.ritual: change for change in revised(history, day)} for day in {on, *days.values()}}
    return [(found[day].get(unit) or found[on][unit], day) for unit, day in days.items()]


def _brought(versions: tuple[Version, ...], unit: str, on: date) -> date:
    """The day of the last version that changed a ritual or a programme; `on` where none is known."""
    every = [r.identity for v in versions for r in v.agreement.rituals.values() if unit_of(r.path) == unit]
    day, before = on, None
    for version in versions:
        known, weeks = by_identity(version.agreement), version.agreement.week_starts
        terms = {identity: terms_of(known[identity], weeks) for identity in every if identity in known}
        if before is None or terms.keys() != before.keys() or not all(same_terms(terms[k], before[k]) for k in terms):
            day = version.on
        before = terms
    return day


def as_json(found: Iterable[Revised]) -> list[dict[str, Any]]:
    """The shape of `diff --json`."""
    return [
        {
            "ritual": r.ritual,
            "what": r.what,
            "fields": {key: [as_said(value) for value in values] for key, values in r.fields.items()},
            "needs": list(r.needs),
            "message": r.sentence,
        }
        for r in found
    ]


# ── programmes ───────────────────────────────────────────────────────


def unit_of(path: str) -> str:
    """What takes effect or waits as one: a ritual, or the whole programme that a session belongs to."""
    return path.rpartition(".")[0] if path.startswith("programs.") else path


def _programs_as_one(found: list[Revised], old: Agreement, new: Agreement, on: date, *, first: bool) -> list[Revised]:
    """The same with the sessions of each programme together, in the place of the first of them."""
    sessions: dict[str, list[Revised]] = {}
    for change in found:
        sessions.setdefault(unit_of(change.ritual), []).append(change)
    return [
        _program(unit, tuple(those), old, new, on, first=first) if unit.startswith("programs.") else those[0]
        for unit, those in sessions.items()
    ]


def _program(
    path: str, sessions: tuple[Revised, ...], old: Agreement, new: Agreement, on: date, *, first: bool
) -> Revised:
    was, now = (next((p for p in a.programs if f"programs.{p.key}" == path), None) for a in (old, new))
    was = None if first else was
    program = now or was
    assert program is not None  # noqa: S101  (its sessions are in one of the two)
    what = CHANGED if was and now else ADDED if now else DROPPED
    reasons: dict[str, dict[str, None]] = {}
    for session in sessions:
        for person, why in session.needs.items():
            reasons.setdefault(person, {})[why] = None
    needs = {person: listed(reasons[person]) for person in new.people if person in reasons}
    values = [program_values(p) if p else {} for p in (was, now)]
    fields = {key: (values[0].get(key), values[1].get(key)) for key in dict.fromkeys((*values[0], *values[1]))}
    fields = {key: pair for key, pair in fields.items() if pair[0] != pair[1]}
    sentence = _program_sentence(old, new, was, now, sessions, on)
    return Revised(path, what, None, None, fields, needs, sentence, program.title, program.who, sessions)


def _program_sentence(
    old: Agreement, new: Agreement, was: Program | None, now: Program | None, sessions: tuple[Revised, ...], on: date
) -> str:
    """One sentence for a programme as a whole."""
    if now is None:
        assert was is not None  # noqa: S101  (one of the two is there)
        if was.last and was.last < on:
            return f'No longer in the file: "{was.title}", which was over on {say_date(was.last)}.'
        return f'Let go: "{was.title}" {_span(was)}; it ends before {say_date(on)}.'
    if was is None:
        number = len(now.sessions)
        much = f"{number} session{'' if number == 1 else 's'}"
        return f'New: "{now.title}" {_span(now)}, {much} for {new.names(now.who)}.'
    said = []
    if was.template != now.template:
        said.append(f'"{was.title}" → "{now.title}"')
    if was.starts != now.starts:
        said.append(f"first day {say_date(was.starts)} → {say_date(now.starts)}")
    if was.until != now.until:
        said.append(" → ".join(f"last day {say_date(p.until)}" if p.until else "no other end" for p in (was, now)))
    if set(was.who) != set(now.who):
        said.append(f"for {old.names(was.who)} → for {new.names(now.who)}")
    if not said:
        titles = listed(dict.fromkeys(f'"{s.title}"' for s in sessions))
        said.append(f"{titles} {'comes' if len(sessions) == 1 else 'come'} differently")
    return f'"{now.title}": {"; ".join(said)}, from {say_date(on)}.'


def _span(program: Program) -> str:
    return say_span(program.starts, program.last or program.starts)


# ── whose yes ────────────────────────────────────────────────────────


def _segments(history: History) -> dict[str, list[Segment]]:
    found: dict[str, list[Segment]] = {}
    for segment in segments(history):
        found.setdefault(segment.ritual.identity, []).append(segment)
    return found


class _Asked(NamedTuple):
    """What an agreement asks of one person: stretches of time in seconds, by what they are for, in order."""

    time: list[tuple[int, int]]
    firm: list[tuple[int, int]]
    turn: list[tuple[int, int]]
    cover: list[tuple[int, int]]
    in_touch: list[tuple[int, int]]


_NOTHING = _Asked([], [], [], [], [])
_WHY = {"firm": "it fills the time now", "turn": "a turn", "cover": "covering", "in_touch": "being in touch in person"}


def _needs(
    was: Ritual | None,
    now: Ritual,
    before: list[Segment],
    after: list[Segment],
    agreement: Agreement,
    on: date,
) -> dict[str, str]:
    """Each person of whom the change asks more or other time, or whom `yes` names, with the reason."""
    reasons: dict[str, list[str]] = {}
    for first, end in _windows(before, after, on):
        old, new = _asked(before, first, end), _asked(after, first, end, before)
        for person, asked in new.items():
            for kind, mine, theirs in zip(_Asked._fields, asked, old.get(person, _NOTHING), strict=True):
                if kind == "time":
                    why = _why_time(mine, theirs, new=person not in old)
                else:
                    why = None if person in reasons or _within(mine, theirs) else _WHY[kind]
                if why:
                    reasons.setdefault(person, []).append(why)
        if reasons:
            break
    if was and was.turn_waits != now.turn_waits and was.turns and not now.follows:
        for person in now.turns:
            reasons.setdefault(person, ["whose turn it is after one that falls out"])
    if was and set(was.yes) != set(now.yes):
        asked_now = set(now.yes) - set(was.yes)
        for person in now.who if asked_now else ():
            reasons.setdefault(person, []).append(f"from now on its changes need {agreement.names(now.yes)}'s yes")
        for person in was.yes:
            if person not in now.yes:
                reasons.setdefault(person, []).append("its changes no longer need that yes")
    if reasons:
        for person in (*(was.yes if was else ()), *now.yes):
            reasons.setdefault(person, ["`yes` names them"])
    return {person: listed(dict.fromkeys(reasons[person])) for person in agreement.people if person in reasons}


def _windows(before: list[Segment], after: list[Segment], on: date) -> Iterator[tuple[date, date]]:
    """The days in which old and new are compared: three years, and three more from where only the new one goes on."""
    firsts = [day for s in after for strand in s.strands() if (day := next(strand.days(on, _FAR), None))]
    firsts += [
        max(on, s.ritual.starts)
        for s in after
        if s.ritual.open_time and (s.ritual.until is None or on <= s.ritual.until)
    ]
    if not firsts:
        return
    first = max(on, min(firsts) - timedelta(days=7))
    yield first - ONE_DAY, first + _LOOK_AHEAD
    ends = [s.ritual.until for s in before]
    last = max((day for day in ends if day), default=None)
    if last and last >= on and None not in ends:
        yield last - timedelta(days=7), min(last + _LOOK_AHEAD, _FAR)


def _asked(segments: list[Segment], first: date, end: date, before: Iterable[Segment] = ()) -> dict[str, _Asked]:
    """What is asked of each person by these segments on the days first ≤ day < end.

    Open time stands where that of `before` does, as far as it has room there.
    """
    found: dict[str, _Asked] = {}
    room = [(f, n) for s in before for f, n in _open_frames(s, first, end)]

    def ask(person: str, kind: str, stretch: tuple[int, int]) -> None:
        getattr(found.setdefault(person, _Asked([], [], [], [], [])), kind).append(stretch)

    for segment in segments:
        ritual = segment.ritual
        for stretch in _open_stretches(segment, first, end, room):
            for person in ritual.who:
                ask(person, "time", stretch)
                if ritual.fills_time:
                    ask(person, "firm", stretch)
            if ritual.host:
                ask(ritual.host, "turn", stretch)
            if ritual.cover in segment.agreement.people:
                ask(ritual.cover or "", "cover", stretch)
            if any(check_in.by == "in person" for check_in in ritual.check_ins):
                for person in segment.agreement.people:
                    if person not in ritual.who:
                        ask(person, "in_touch", stretch)
        # what is placed of open time holds at once, so both sides have it; by other clocks it is other time
        resting = [span for season in ritual.not_in for span in season.spans]
        for strand in segment.strands(by_turn=bool(ritual.turns)):
            clocks = Clocks(strand.timezone or ritual.timezone)
            caller = strand.turn or ritual.host
            for day in strand.days(first, end):
                if any(start <= day <= last for start, last in resting):
                    continue
                stretch = _stretch(clocks, day, strand.time)
                for person in taking_part(ritual, strand.turn):
                    ask(person, "time", stretch)
                    if ritual.fills_time:
                        ask(person, "firm", stretch)
                if caller:
                    ask(caller, "turn", stretch)
                if ritual.cover in segment.agreement.people:
                    ask(ritual.cover or "", "cover", stretch)
                for check_in in ritual.check_ins:
                    if check_in.by == "in person" and isinstance(strand.time, Timed):
                        inner = _stretch(clocks, day, check_in.within(strand.time))
                        for person in segment.agreement.people:
                            if person not in ritual.who:
                                ask(person, "in_touch", inner)
    for asked in found.values():
        for stretches in asked:
            stretches.sort()
    return found


_OPEN = 1 << 40
"""Far beyond all seconds of a calendar: there lies time that is asked for and has no day."""


def _open_frames(segment: Segment, first: date, end: date) -> Iterator[tuple[Frame, int]]:
    """Each frame of open time with how often it comes in it, whatever rests."""
    ritual = segment.ritual
    if ritual.open_time is None:
        return
    for frame in frames_of(segment.agreement._replace(pauses=()), ritual, first, end, segment.counting):
        if frame.days:
            yield frame, ritual.open_time.times


def _open_stretches(
    segment: Segment, first: date, end: date, room: list[tuple[Frame, int]]
) -> Iterator[tuple[int, int]]:
    """What open time asks for in each of its frames, one beside the other: as often, and each as long, as it says.

    Less often or shorter lies within what was, and so does what fits into the frames of `room` that a longer frame
    holds as a whole; other frames are other time.
    """
    for frame, times in _open_frames(segment, first, end):
        slots = [(frame.first, n) for n in range(times)]
        if room and all(known.first != frame.first or known.end != frame.end for known, _ in room):
            inside = [
                (known.first, n)
                for known, often in room
                if frame.first <= known.first and known.end <= frame.end and known.length >= frame.length
                for n in range(often)
            ]
            if inside and (frame.first < first or frame.end > end):  # only a part of it is looked at
                continue
            slots = inside[:times] if len(inside) >= times else slots
        for day, n in slots:
            start = _OPEN + (day.toordinal() * 1000 + n) * (1 << 24)
            yield start, start + max(frame.length, 1) * 60


def _stretch(clocks: Clocks, day: date, time: Any) -> tuple[int, int]:
    ordinal = day.toordinal()
    if isinstance(time, Timed):
        start = clocks.seconds(ordinal, time.start)
        return start, max(clocks.seconds(ordinal, time.start + time.length), start + 60)
    return clocks.seconds(ordinal, 0), clocks.seconds(ordinal + time.days, 0)


def _within(mine: list[tuple[int, int]], theirs: list[tuple[int, int]]) -> bool:
    """Whether each stretch lies in one that was there before."""
    for start, end in mine:
        at = bisect_right(theirs, (start, 1 << 62)) - 1
        if at < 0 or theirs[at][1] < end:
            return False
    return True


def _why_time(mine: list[tuple[int, int]], theirs: list[tuple[int, int]], *, new: bool) -> str | None:
    if _within(mine, theirs):
        return None
    if new or not theirs:
        return "new time"
    return "more time" if _within(theirs, mine) else "other time"


# ── sentences ────────────────────────────────────────────────────────


def named(agreement: Agreement, ritual: Ritual) -> str:
    """A ritual as one speaks of it: "Ana's Pottery class", "Cook together"."""
    people = tuple(dict.fromkeys(ritual.turns)) or ((ritual.host,) if ritual.host else ())
    title = (
        ritual.title.replace("{turn}", listed((agreement.name(p) for p in people), "or")) if people else ritual.title
    )
    if ritual.kind != "me_block":
        return title
    owner = agreement.name(ritual.who[0])
    return title if title.startswith(owner) else f"{possessive(owner)} {title}"


def _sentence(old: Agreement, new: Agreement, was: Ritual | None, now: Ritual | None, on: date, *, first: bool) -> str:
    """What changes, from which day: one sentence, and for what is new one more for each thing that it asks."""
    if now is None:
        assert was is not None  # noqa: S101  (one of the two is there)
        if was.until and was.until < on:
            return f"No longer in the file: {named(old, was)}, which was over on {say_date(was.until)}."
        return f"Let go: {named(old, was)}, {say_when(was)}; it ends before {say_date(on)}."
    if was is None:
        begins = now.starts if first else max(on, now.starts)
        ends = f" until {say_date(now.until)}" if now.until else ""
        trial = ", on trial" if now.trial else ""
        whom = asked_whom(new, now)
        zone = f", {say_zone(now.timezone)}" if now.is_timed and now.timezone != new.timezone else ""
        said = f"{named(new, now)}, {say_when(now)}{zone}{whom and ', '}{whom}{trial}"
        if now.until and now.until < begins:
            return f"New: {said}; it never comes, for its last day, {say_date(now.until)}, is over by then."
        return " ".join((f"New: {said}, from {say_date(begins)}{ends}.", *further_terms(new, now)))
    return f"{named(new, now)}: {'; '.join(said_terms(old, new, was, now))}, from {say_date(on)}."
