"""Everything of an agreement out of a calendar, known by its UIDs alone.

In: a Store, the agreement's id. Out: what is there, and what is left after taking it out. What holds a stranger's event
too is not ours to take. No state and no agreement enter.
"""

from __future__ import annotations

from typing import NamedTuple

from planner.sync.looking import SEVERAL, Own, own_object
from planner.sync.store import Changed, Store, Stored

TIMES = 3
"""How often a calendar is looked through again, where a delete did not hold or a list was short."""


class Ours(NamedTuple):
    """What of an agreement is in a calendar, with its titles; how many objects are others'; whether that is all."""

    found: tuple[Stored, ...]
    titles: tuple[str, ...]
    others: int
    is_partial: bool


def ours_in(store: Store, agreement: str) -> Ours:
    """What of an agreement is in a calendar: one listing, one reading."""
    listing = store.listing()
    found: list[Stored] = []
    titles: set[str] = set()
    for stored in store.read(listing.refs.values()).values() if listing.refs else ():
        own = own_object(stored.text, agreement)
        if isinstance(own, Own):
            found.append(stored)
            titles.add(own.canon.face.summary)
        elif own is not None and own[1] != SEVERAL:
            found.append(stored)
    return Ours(tuple(found), tuple(sorted(titles - {""})), len(listing.refs) - len(found), listing.is_partial)


def take_out(store: Store, agreement: str, ours: Ours) -> Ours:
    """Take all of it out; what is left after looking again, some times over: nothing, as a rule."""
    for _ in range(TIMES):
        for stored in ours.found:
            try:
                store.delete(stored)
            except Changed:
                continue  # somebody changed it meanwhile: it is read again
        ours = ours_in(store, agreement)
        if not ours.found:
            break
    return ours
