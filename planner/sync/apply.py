"""Doing a `Plan`: creates, updates, deletes, then reading back what the server made of them.

In: a Plan, a Store, the instant of writing, where to keep the state and tell the progress. Out: an `Outcome` with the
new state, whatever happened: what is done stays done and known, and the next run finishes the rest. A step whose object
has changed meanwhile is left for a new plan.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from planner.canonical import Canon
from planner.sync.deciding import CREATE, UPDATE, Applied, read_back
from planner.sync.merging import merged_text, new_text
from planner.sync.plan import Own, Plan, Step, own_object, pending_state, settled_records
from planner.sync.state import Record, Seen, State
from planner.sync.store import Changed, Ref, Refused, Store, Stored
from planner.sync.troubles import ServerTrouble
from planner.sync.wanted import Wanted, all_uids


class Outcome(NamedTuple):
    """What came of a plan: the steps done, those whose object had changed meanwhile, the new state, the trouble."""

    done: tuple[Step, ...]
    changed: tuple[Step, ...]
    state: State
    trouble: ServerTrouble | None = None


class _Written(NamedTuple):
    step: Step
    uid: str
    ref: Ref


def apply_plan(
    plan: Plan,
    store: Store,
    *,
    now: datetime,
    save: Callable[[State], None],
    progress: Callable[[Step], None] = lambda _step: None,
) -> Outcome:
    """Do the plan's steps in their order; see the module. `save` keeps a state for good."""
    if plan.steps:
        save(pending_state(plan))
    done: list[Step] = []
    changed: list[Step] = []
    written: list[_Written] = []
    gone: list[Step] = []
    trouble: ServerTrouble | None = None
    maker = _Maker(store, now, plan)
    for step in plan.steps:
        try:
            if step.kind == CREATE:
                written.append(maker.create(step))
            elif step.kind == UPDATE:
                written.append(_update(step, store, now))
            else:
                _delete(step, store)
                gone.append(step)
            done.append(step)
            progress(step)
        except Changed:
            changed.append(step)
        except ServerTrouble as e:
            trouble = e
            break
    try:
        back = _read_back(store, written, plan.remote.seen)
    except ServerTrouble as e:
        trouble, back = trouble or e, {}
    state = _new_state(plan, written, gone, back)
    save(state)
    return Outcome(tuple(done), tuple(changed), state, trouble)


def _update(step: Step, store: Store, now: datetime) -> _Written:
    held, want, merge = step.held, step.want, step.decision.merge
    if held is None or held.stored is None or held.tree is None or want is None or merge is None:
        raise Changed(step.uid)  # it was not read; the next look does
    store.update(held.stored, merged_text(held.tree, want.tree, merge, now))
    return _Written(step, step.uid, Ref(held.stored.url, None))


def _delete(step: Step, store: Store) -> None:
    if step.held is None or step.held.stored is None:
        raise Changed(step.uid)
    store.delete(step.held.stored)


class _Maker:
    """Makes new objects; where a server refuses a UID that was deleted once, under the next epoch of it."""

    def __init__(self, store: Store, now: datetime, plan: Plan) -> None:
        self._store = store
        self._now = now
        self._taken = {*plan.remote.held, *(u.uid for u in plan.remote.unclear)}
        self._refuses_all = False

    def create(self, step: Step) -> _Written:
        want = step.want
        if want is None:
            raise Changed(step.uid)
        first: Refused | None = None
        uids = all_uids(want.series.key)
        for uid in uids[uids.index(want.uid) :]:
            if uid in self._taken:
                continue
            try:
                return _Written(step, uid, self._put(want if uid == want.uid else want.with_uid(uid)))
            except Refused as refused:
                first = first or refused
                if self._refuses_all:
                    break
        self._refuses_all = True  # it is not about UIDs: the rest need not try each of them
        raise ServerTrouble("refused", str(first), first.status if first else 0)

    def _put(self, want: Wanted) -> Ref:
        return self._store.create(f"{want.uid}.ics", new_text(want.tree, self._now))


def _read_back(store: Store, written: list[_Written], seen: Mapping[str, Seen]) -> dict[str, tuple[str, Stored, Canon]]:
    """By UID, what the server holds of what was written: its place, itself, its meaning. One request as a rule."""
    if not written:
        return {}
    mine = {w.uid for w in written}
    found = _by_uid(store.read([w.ref for w in written]), written)
    if mine - found.keys():  # the server gave some another name
        listing = store.listing()
        known = {place for place, _, _ in found.values()} | seen.keys()
        found |= _by_uid(store.read([r for p, r in listing.refs.items() if p not in known]), written)
    return found


def _by_uid(read: dict[str, Stored], written: list[_Written]) -> dict[str, tuple[str, Stored, Canon]]:
    mine = {w.uid for w in written}
    agreement = next(iter(written)).step.want
    found = {}
    for place, stored in read.items():
        own = own_object(stored.text, agreement.series.key[0]) if agreement else None
        if isinstance(own, Own) and own.uid in mine:
            found[own.uid] = (place, stored, own.canon)
    return found


def _new_state(
    plan: Plan, written: list[_Written], gone: list[Step], back: dict[str, tuple[str, Stored, Canon]]
) -> State:
    """The state after the run: what was written and read back, what went, and what had no step at all."""
    records = settled_records(plan)
    pending = pending_state(plan).records
    seen = dict(plan.remote.seen)
    finished = {w.step.uid for w in written} | {s.uid for s in gone}
    for step in plan.steps:
        if step.uid not in finished and step.uid in pending:
            records[step.uid] = pending[step.uid]  # perhaps it arrived
    for step in gone:
        records.pop(step.uid, None)
        if step.held:
            seen.pop(step.held.place, None)
    for step, uid, _ in written:
        base = step.decision.base or Applied(None)
        if step.held:
            seen.pop(step.held.place, None)
        records.pop(step.uid, None)
        if uid in back:
            place, stored, canon = back[uid]
            base = read_back(step.decision, canon) if step.kind == UPDATE else Applied(base.wrote, canon)
            seen[place] = Seen(stored.etag or "", uid, canon)
        else:
            base = Applied(base.wrote)
        records[uid] = Record(step.ritual, step.title, base)
    return plan.state._replace(records=records, seen=seen, is_known=True)
