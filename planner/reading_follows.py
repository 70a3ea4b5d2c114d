"""Rituals that follow another one: its days and its turns, for those whose turn it is not.

In: the rituals as they are read one by one. Out: the same, each that follows with the days and turns of its leader, and
findings. Nothing is expanded.
"""

from __future__ import annotations

from planner.agreement import Change, Ritual, Slot
from planner.reading_others import unknown_ritual
from planner.tables import Table


def follow(top: Table, rituals: dict[str, Ritual], known: dict[str, None]) -> None:
    """Give each ritual that follows another what it has of it, in `rituals`."""
    followers = {path: ritual.follows for path, ritual in rituals.items() if ritual.follows}
    done: set[str] = set()
    for path in followers:
        chain = [path]
        while (leader := followers.get(chain[-1])) and leader not in chain:
            chain.append(leader)
        for one in reversed(chain):
            if one in followers and one not in done:
                done.add(one)
                _one(top, rituals, known, one, circle=leader is not None)


def _one(top: Table, rituals: dict[str, Ritual], known: dict[str, None], path: str, *, circle: bool) -> None:
    ritual = rituals[path]
    name, _, key = path.partition(".")
    table = Table(top.values[name][key], (name, key), top.findings)
    follows = ritual.follows or ""
    leader = rituals.get(follows)
    if follows == path:
        table.wrong("follows", "unknown-ritual", "this is the ritual itself; name the other one")
    elif circle:
        table.wrong(
            "follows", "follows-circle", "these follow each other in a circle; one of them needs days of its own"
        )
    elif leader is None:
        if follows not in known:
            unknown_ritual(table, ("follows",), follows, known)
    elif len(set(leader.turns)) < 2:
        message = f'"{follows}" takes no turns, so it is nobody\'s turn or not; name one that has `turns` or `hosts`'
        table.wrong("follows", "no-turns", message)
    else:
        rituals[path] = led(ritual, leader)


def led(ritual: Ritual, leader: Ritual) -> Ritual:
    """A ritual with the days and turns of the one that it follows."""
    return dated(ritual, leader)._replace(
        slots=tuple(Slot(slot.days, ritual.slots[0].time) for slot in leader.slots),
        every=leader.every,
        starts=leader.starts,
        until=leader.until,
        count_from=leader.count_from,
        turns=leader.turns,
        turn_waits=leader.turn_waits,
        who=tuple(dict.fromkeys(leader.turns)),
        not_in=tuple(dict.fromkeys((*ritual.not_in, *leader.not_in))),
        only_in=leader.only_in,
        alone=ritual,
    )


def dated(ritual: Ritual, leader: Ritual) -> Ritual:
    """A ritual with the single dates of the one that it follows beside its own: these hold at once."""
    return ritual._replace(
        skip=tuple(dict.fromkeys((*ritual.skip, *leader.skip))),
        changes=_changes(ritual, leader),
        on_holidays=ritual.on_holidays or leader.on_holidays,
    )


def _changes(ritual: Ritual, leader: Ritual) -> tuple[Change, ...]:
    """The ritual's own changes, and where its leader moves or swaps a date, that too."""
    found = {change.on: change for change in ritual.changes}
    for theirs in leader.changes:
        if theirs.moved_to or theirs.turn:
            own = found.get(theirs.on, Change(theirs.on))
            found[theirs.on] = own._replace(moved_to=own.moved_to or theirs.moved_to, turn=theirs.turn)
    return tuple(found[on] for on in sorted(found))
