"""What a sync would do in one calendar: a `Plan`, made without touching anything.

In: what is wanted, the `State` of this machine, what the calendar holds (`Remote`), what a person said. Out: steps in
their order, drift, and guards: what is too unsafe to do without being told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from planner.canonical import Face, differing_events
from planner.content import Component
from planner.sync.deciding import (
    ADOPT,
    CREATE,
    DELETE,
    FOLLOWING,
    FORGET,
    LEAVE,
    RESTORE,
    UPDATE,
    Applied,
    Blend,
    Decision,
    Drift,
    decide,
    looks_same,
)
from planner.sync.looking import Held, Remote, said_of
from planner.sync.state import Record, State
from planner.sync.wanted import Wanted, all_uids


class Names(NamedTuple):
    """UIDs of this agreement that are known without a memory of them.

    `elsewhere` are other audiences', which may be in the same calendar; `agreed` are those that a version has for this
    one: what none wants any more goes.
    """

    elsewhere: frozenset[str] = frozenset()
    agreed: frozenset[str] = frozenset()


NONE = Names()


class Guard(NamedTuple):
    """Something too unsafe to do without being told: why, and the word for `--allow`."""

    name: str
    message: str


class Carried(NamedTuple):
    """What a person did with one date of a series that ends there, to be gone on with in the series that follows.

    `event` is their event, None where they cancelled the date; `blend` is what of it follows the new series.
    """

    day: str
    event: Component | None
    blend: Blend


class Step(NamedTuple):
    """One thing to do with one series. `want` is None for what goes; `carried` comes from the series before it."""

    kind: str
    uid: str
    ritual: str
    title: str
    decision: Decision
    want: Wanted | None
    held: Held | None
    carried: tuple[Carried, ...] = ()


MANY, FEW = 20, 3
"""Steps of one kind for one ritual that are too many to read, and how many of those are told."""


class Fold(NamedTuple):
    """So many more steps of one kind for one ritual, after the few that are told."""

    kind: str
    title: str
    number: int


def folded(steps: Iterable[Step]) -> list[Step | Fold]:
    """The steps as one reads them: of many of one kind for one ritual the first few, and how many more there are."""
    steps = list(steps)
    many = Counter((step.ritual, step.kind) for step in steps)
    told: Counter[tuple[str, str]] = Counter()
    found: list[Step | Fold] = []
    for step in steps:
        key = step.ritual, step.kind
        told[key] += 1
        if many[key] <= MANY or told[key] <= FEW:
            found.append(step)
        elif told[key] == FEW + 1:
            found.append(Fold(step.kind, step.title, many[key] - FEW))
    return found


class Plan(NamedTuple):
    """All that a sync would do in one calendar. `steps` are creates, updates, deletes, in this order."""

    steps: tuple[Step, ...]
    others: tuple[Step, ...]
    guards: tuple[Guard, ...]
    state: State
    remote: Remote

    def count(self, kind: str) -> int:
        """How many steps are of a kind."""
        return sum(s.kind == kind for s in (*self.steps, *self.others))

    @property
    def unchanged(self) -> int:
        """How many series are as they should be."""
        return sum(s.want is not None and s.kind in (ADOPT, LEAVE) and not s.decision.drift for s in self.others) - len(
            self.kept
        )

    @property
    def kept(self) -> list[Step]:
        """What is otherwise in the calendar, or not there, and stays so: somebody said that it may."""
        return [s for s in self.others if s.want is not None and not s.decision.drift and _is_kept(s)]

    @property
    def drift(self) -> list[tuple[Step, Drift]]:
        """What differs and stays, series by series."""
        return [(s, d) for s in (*self.steps, *self.others) for d in s.decision.drift]

    @property
    def conflicts(self) -> int:
        """How many decisions are a person's."""
        return sum(d.is_conflict for _, d in self.drift)


def _is_kept(step: Step) -> bool:
    if step.want is None or step.decision.base is None:
        return False
    if step.held is None:
        return step.decision.base.settled
    return step.decision.base.stored is not None and not looks_same(step.held.canon, step.want.canon)


def make_plan(
    wants: list[Wanted],
    state: State,
    remote: Remote,
    said: Mapping[str, str],
    names: Names = NONE,
) -> Plan:
    """What a sync would do. `said` gives "restore" or "keep" by the dotted key of a ritual.

    `names` are UIDs that are no strangers though nobody wants them here.
    """

    def decided(want: Wanted, word: str) -> Decision:
        held, record = remote.held.get(want.uid), state.records.get(want.uid)
        return decide(
            want.canon,
            record.applied if record else None,
            held.canon if held else None,
            happens=_happening(want, held, record),
            may_create=may_create,
            said=word,
        )

    may_create = state.is_known or not (remote.held.keys() - names.elsewhere or remote.unclear)
    unread = {u.uid for u in remote.unclear}
    steps: list[Step] = []
    taken: set[str] = set()
    for want in wants:
        one = _under_known_uid(want, state, remote)
        taken.add(one.uid)
        if one.uid in unread:
            continue
        held = remote.held.get(one.uid)
        if held is None and remote.is_partial:
            continue  # nothing is known of it
        decision = decided(one, said_of(said, one.ritual))
        steps.append(Step(decision.kind, one.uid, one.ritual, one.title, decision, one, held))
    for uid in sorted((remote.held.keys() - names.elsewhere | state.records.keys()) - taken - unread):
        record = state.records.get(uid)
        held = remote.held.get(uid)
        if held is None and remote.is_partial:
            continue
        if record is None and held is not None and uid in names.agreed:
            record = Record("", held.canon.face.summary, Applied(held.canon, held.canon))
        ritual, title = (record.ritual, record.title) if record else ("", held.canon.face.summary if held else "")
        decision = decide(
            None,
            record.applied if record else None,
            held.canon if held else None,
            happens=frozenset(),
            may_create=may_create,
            said=said_of(said, ritual),
        )
        steps.append(Step(decision.kind, uid, ritual, title, decision, None, held))
    for at, step in enumerate(steps):
        if step.want is not None and _is_answered(step, steps):
            decision = decided(step.want, RESTORE)
            steps[at] = step._replace(kind=decision.kind, decision=decision)
    _carry_over(steps)
    steps = [_with_neighbours(step, remote) for step in steps]
    order = {CREATE: 0, UPDATE: 1, DELETE: 2}
    doing = sorted((s for s in steps if s.kind in order), key=lambda s: order[s.kind])
    others = tuple(s for s in steps if s.kind not in order)
    plan = Plan(tuple(doing), others, (), state, remote)
    return plan._replace(guards=tuple(_guards(plan)))


def _with_neighbours(step: Step, remote: Remote) -> Step:
    """The step with what is beside its object in the calendar: another of its identity, a series that an app made."""
    beside = [Drift("series", now=s.canon.face) for s in remote.seen.values() if s.follows == step.uid and s.canon]
    if step.uid in remote.twice:
        beside.append(Drift("twice"))
    if not beside:
        return step
    return step._replace(decision=step.decision._replace(drift=(*step.decision.drift, *beside)))


def _is_answered(step: Step, steps: list[Step]) -> bool:
    """Whether what a person made of a whole series is what was agreed for the one that follows it.

    Then the question is answered: theirs goes on there, and this one ends as it was agreed.
    """
    undecided = any(d.is_conflict and d.day is None and "when" in d.units for d in step.decision.drift)
    if not undecided or step.held is None:
        return False
    theirs = _clockwork(step.held.canon.face)
    new = (s.want for s in steps if s.kind == CREATE and s.ritual == step.ritual)
    return any(want is not None and _clockwork(want.canon.face) == theirs for want in new)


def _clockwork(face: Face) -> tuple[str, str, str, str]:
    """The rule without its end, and the clock: what is the same in two series that follow each other."""
    rule = ";".join(part for part in face.rule.split(";") if not part.startswith("UNTIL="))
    return rule, face.start[8:], face.end[8:], face.zone


def _carry_over(steps: list[Step]) -> None:
    """Hand what a person did with a date from the series that ends before it to the new one that has it now."""
    new = [n for n, s in enumerate(steps) if s.kind == CREATE]
    for at, step in enumerate(steps) if new else ():
        lost = [d for d in step.decision.drift if d.what == "lost" and d.day]
        if not lost or step.held is None or step.held.tree is None:
            continue
        events = differing_events(step.held.tree)
        for drift in lost:
            day = drift.day or ""
            heir = next((n for n in new if _follows(steps[n], step, day)), None)
            if heir is None or (want := steps[heir].want) is None or day in want.canon.days():
                continue
            event, face = events.get(day), drift.now
            steps[at] = steps[at]._replace(decision=_without(steps[at].decision, drift))
            if face and event is None:
                continue  # put back there, and it happens in the new one too
            usual = step.held.canon.face.on(day)
            kept = [u for u in (*FOLLOWING, "when") if face and face.unit(u) == usual.unit(u)]
            blend = Blend(tuple(kept), face.categories if face else (), face.alarms if face else ())
            carried = Carried(day, event if face else None, blend)
            steps[heir] = _with_carried(steps[heir], carried, drift)


def _follows(heir: Step, step: Step, day: str) -> bool:
    return heir.ritual == step.ritual and heir.want is not None and heir.want.happens_on(day)


def _with_carried(step: Step, carried: Carried, drift: Drift) -> Step:
    want, decision = step.want, step.decision
    if want is None:
        return step
    units = drift.now.differs(drift.before) if carried.event and drift.now and drift.before else ()
    done = "moved" if "when" in units else "edited" if carried.event else "cancelled"
    what = drift._replace(what=done, units=tuple(sorted(units, key=lambda u: u != "when")))
    decision = decision._replace(
        base=Applied(want.canon, want.canon),
        drift=(*decision.drift, what),
        kept_days=decision.kept_days | {carried.day},
    )
    return step._replace(decision=decision, carried=(*step.carried, carried))


def _without(decision: Decision, drift: Drift) -> Decision:
    return decision._replace(drift=tuple(d for d in decision.drift if d is not drift))


def _under_known_uid(want: Wanted, state: State, remote: Remote) -> Wanted:
    """The series under the UID that it has here: a recorded one that is there, else one that is there, or recorded."""
    if want.uid in remote.held and (want.uid in state.records or not state.records):
        return want
    if not remote.held and not state.records:
        return want
    uids = all_uids(want.series.key)
    for known in (state.records.keys() & remote.held.keys(), remote.held, state.records):
        if uid := next((u for u in uids if u in known), None):
            return want if uid == want.uid else want.with_uid(uid)
    return want


def _happening(want: Wanted, held: Held | None, record: Record | None) -> frozenset[str]:
    days = set(held.canon.days()) if held else set()
    if record and record.applied.stored:
        days |= record.applied.stored.days()
    return frozenset(d for d in days if want.happens_on(d))


def _guards(plan: Plan) -> list[Guard]:
    guards = []
    if plan.remote.is_partial:
        guards.append(
            Guard(
                "partial", "the server gave only a part of the calendar's list, so that nothing can be said of the rest"
            )
        )
    guards += [
        Guard(
            "unreadable",
            f"an event of this agreement in the calendar cannot be read ({unclear.why}): "
            f"{unclear.place.rpartition('/')[2]}; look at it there, or take it out",
        )
        for unclear in plan.remote.unclear
    ]
    staying = {s.ritual for s in (*plan.steps, *plan.others) if s.want is not None}
    going = [s for s in plan.steps if s.kind == DELETE and s.ritual not in staying]
    ours = [uid for uid, r in plan.state.records.items() if uid in plan.remote.held and not r.applied.settled]
    if going and len(going) * 2 > len(ours):
        what = "all" if len(going) == len(ours) else "most"
        titles = ", ".join(dict.fromkeys(s.title for s in going[:5]))
        guards.append(
            Guard(
                "removal",
                f"{what} of what this agreement has in the calendar would be taken out "
                f"({len(going)} of {len(ours)}: {titles}{', …' if len(going) > 5 else ''}){_coming(plan)}",
            )
        )
    return guards


def _coming(plan: Plan) -> str:
    """What comes in beside what goes: with it, the calendar is not left empty."""
    coming = plan.count(CREATE)
    return "" if not coming else f", and {'1 other comes' if coming == 1 else f'{coming} others come'} in"


def pending_state(plan: Plan) -> State:
    """The state to keep before the first write: what is about to be written, so that the next run knows it again."""
    records = dict(plan.state.records)
    for step in plan.steps:
        if step.want is not None and step.decision.base is not None:
            before = records.get(step.uid)
            applied = before.applied if before else Applied(None)
            records[step.uid] = Record(step.ritual, step.title, applied._replace(pending=step.decision.base.wrote))
    return plan.state._replace(records=records, is_known=True)


def settled_records(plan: Plan) -> dict[str, Record]:
    """The records after the plan, but for its steps: what is adopted, left, or forgotten."""
    records = dict(plan.state.records)
    for step in plan.others:
        if step.kind == FORGET:
            records.pop(step.uid, None)
        elif step.decision.base is not None and step.kind in (ADOPT, LEAVE):
            records[step.uid] = Record(step.ritual, step.title, step.decision.base)
    return records
