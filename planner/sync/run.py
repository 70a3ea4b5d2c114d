"""A plan, done; and planned again for what changed meanwhile, a bounded number of times.

In: a Store, what is wanted, the State, what a person said. Out: an `Outcome`, and the last Plan, which tells what still
differs. A second plan does nothing that the shown one did not name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from planner.sync.apply import Outcome, apply_plan
from planner.sync.looking import look
from planner.sync.plan import NONE, Names, Plan, Step, make_plan
from planner.sync.state import State
from planner.sync.store import Store
from planner.sync.wanted import Wanted

TIMES = 3
"""How often a plan is made again where something changed between the look and the write."""


def carry_out(
    plan: Plan,
    store: Store,
    wants: list[Wanted],
    said: Mapping[str, str],
    *,
    now: datetime,
    save: Callable[[State], None],
    progress: Callable[[Step], None] = lambda _step: None,
    names: Names = NONE,
) -> tuple[Outcome, Plan]:
    """Do the plan; see the module. The outcome's `changed` are steps whose object went on changing."""
    outcome = apply_plan(plan, store, now=now, save=save, progress=progress)
    done = list(outcome.done)
    allowed = {g.name for g in plan.guards}  # somebody was told of these, and went on
    for _ in range(TIMES):
        if not outcome.changed or outcome.trouble is not None:
            break
        again = {s.uid: s.kind for s in outcome.changed}
        remote = look(store, outcome.state, wants, said, frozenset(again))
        fresh = make_plan(wants, outcome.state, remote, said, names)
        if {g.name for g in fresh.guards} - allowed:
            break  # what has changed is not to be touched without being told
        plan = fresh._replace(steps=tuple(s for s in fresh.steps if s.uid in again))
        outcome = apply_plan(plan, store, now=now, save=save, progress=progress)
        done += outcome.done
    return outcome._replace(done=tuple(done)), plan
