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
from planner.sync.looking import Held, Own, own_object
from planner.sync.merging import merged_text, new_text
from planner.sync.plan import Plan, Step, pending_state, settled_records
from planner.sync.state import Record, Seen, State
from planner.sync.store import Changed, Ref, Refused, Store, Stored
from planner.sync.troubles import ServerTrouble, host
from planner.sync.wanted import Wanted, all_uids


class Outcome(NamedTuple):
    """What came of a plan: the steps done, those whose object had changed meanwhile, the new state, the trouble."""

    done: tuple[Step, ...]
    changed: tuple[Step, ...]
    state: State
    trouble: ServerTrouble | None = None


_NOT_THE_UID = (
    *("need-privileges", "supported-calendar-data", "valid-calendar-data", "valid-calendar-object-resource"),
    *("supported-calendar-component", "calendar-collection-location-ok", "max-resource-size", "max-instances"),
    *("min-date-time", "max-date-time", "max-attendees-per-instance", "quota-not-exceeded"),
)
"""What a server names (RFC 4791 §5.3.2.1, RFC 3744 §7.1.1) where another UID would be refused as well."""


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
        except Refused as e:  # this one alone: the others need not wait for it
            trouble = trouble or ServerTrouble("refused", f"{step.title}: {e}", e.status, e.said)
        except ServerTrouble as e:
            trouble = e
            break
    try:
        back = _read_back(store, written, plan.remote.seen)
        trouble = trouble or _swallowed(written, back)
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
        self._looked = set(plan.remote.seen)
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
                return _Written(step, uid, self._put(want if uid == want.uid else want.with_uid(uid), step))
            except Refused as refused:
                first = first or refused
                if self._refuses_all or any(word in refused.said for word in _NOT_THE_UID):
                    break
                if self._has_come(uid, want):
                    raise Changed(uid) from None
        self._refuses_all = True  # it is not about UIDs: the rest need not try each of them
        raise first or ServerTrouble("refused", f"no identity is left for {step.title} in this calendar")

    def _has_come(self, uid: str, want: Wanted) -> bool:
        """Whether a refused UID is there by now: another machine's, or our own whose answer was lost, renamed."""
        refs = {place: ref for place, ref in self._store.listing().refs.items() if place not in self._looked}
        owns = [own_object(stored.text, want.series.key[0]) for stored in self._store.read(refs.values()).values()]
        self._looked |= refs.keys()
        self._taken |= {own.uid for own in owns if isinstance(own, Own)}
        return uid in self._taken

    def _put(self, want: Wanted, step: Step) -> Ref:
        return self._store.create(f"{want.uid}.ics", new_text(want.tree, self._now, step.carried))


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
    mine = {w.uid: w.step.held for w in written}
    agreement = next(iter(written)).step.want
    found = {}
    for place, stored in read.items():
        own = own_object(stored.text, agreement.series.key[0]) if agreement else None
        if isinstance(own, Own) and own.uid in mine and not _is_as_before(stored, mine[own.uid]):
            found[own.uid] = (place, stored, own.canon)
    return found


def _is_as_before(stored: Stored, held: Held | None) -> bool:
    """Whether an object is what it was before the write, so that the write never arrived."""
    before = held.stored if held else None
    return before is not None and _lasting(before.text) == _lasting(stored.text)


def _lasting(text: str) -> list[str]:
    """The lines of a text without the stamp that some servers set at each reading."""
    return sorted(line for line in text.splitlines() if not line.startswith("DTSTAMP"))


def _swallowed(written: list[_Written], back: Mapping[str, object]) -> ServerTrouble | None:
    """The trouble of a server, or of something before it, that said yes to a write and did not do it."""
    lost = [w for w in written if w.uid not in back]
    if not lost:
        return None
    return ServerTrouble(
        "broken",
        f"{host(lost[0].ref.url)} said that it took {lost[0].step.title}"
        f"{f' and {len(lost) - 1} more' if len(lost) > 1 else ''}, and it is not there; "
        "the next `planner sync` tries it again",
    )


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
    for step in gone:  # remembered until a listing shows that it is gone
        if step.held and (record := records.get(step.uid)) is not None:
            records[step.uid] = record._replace(applied=Applied(None, pending=step.held.canon))
            seen.pop(step.held.place, None)
    for step, uid, _ in written:
        before, base = records.pop(step.uid, None), step.decision.base or Applied(None)
        if step.held:
            seen.pop(step.held.place, None)
        if uid in back:
            place, stored, canon = back[uid]
            goes_on = step.kind == UPDATE or step.carried
            base = read_back(step.decision, canon) if goes_on else Applied(base.wrote, canon)
            seen[place] = Seen(stored.etag or "", uid, canon)
        else:  # perhaps it arrived, whatever the answer was
            applied = before.applied if before and step.kind == UPDATE else Applied(None)
            base = applied._replace(pending=base.wrote)
        records[uid] = Record(step.ritual, step.title, base)
    return plan.state._replace(records=records, seen=seen, is_known=True)
