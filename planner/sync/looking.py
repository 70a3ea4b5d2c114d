"""What one calendar holds: ours by UID, and what else was seen, in one listing and one request for what is not known.

In: a `Store`, the `State` of this machine, what is wanted, what a person said. Out: a `Remote`. Nothing is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from planner.canonical import Canon, read_canon, uids
from planner.content import Component, Unreadable, read_component, unfold
from planner.series import owns
from planner.sync.neighbours import going_on
from planner.sync.state import Seen, State
from planner.sync.store import Listing, Ref, Store, Stored
from planner.sync.wanted import Wanted, all_uids

SEVERAL = "it holds events of several identities"


class Held(NamedTuple):
    """One object of ours in the calendar. `stored` and `tree` are None where it is known without reading it again."""

    place: str
    uid: str
    canon: Canon
    stored: Stored | None
    tree: Component | None


class Unclear(NamedTuple):
    """An object that carries one of our UIDs and cannot be read, and why."""

    place: str
    uid: str
    why: str


class Remote(NamedTuple):
    """What the calendar holds: ours by UID, what of ours cannot be read, all that was seen, how many are others'.

    `twice` are the UIDs of ours that several objects have; one of them is held.
    """

    held: dict[str, Held]
    unclear: tuple[Unclear, ...]
    seen: dict[str, Seen]
    foreign: int
    is_partial: bool
    twice: frozenset[str] = frozenset()


def look(
    store: Store, state: State, wants: list[Wanted], said: Mapping[str, str], anew: frozenset[str] = frozenset()
) -> Remote:
    """What the calendar holds. Reads what is new, what has another tag, what will be written, and the UIDs `anew`."""
    listing = store.listing()
    touched = _to_be_touched(state, wants, said) | anew
    unknown = [ref for place, ref in listing.refs.items() if not _is_known(state, place, ref.etag, touched)]
    missing = [Ref(place, None) for place, seen in state.seen.items() if seen.uid and place not in listing.refs]
    read = store.read([*unknown, *missing]) if unknown or missing else {}
    if hidden := {ref.url: ref for ref in missing if ref.url in read}:  # there, and not listed: so may others be
        listing = Listing({**listing.refs, **hidden}, is_partial=True)
    return _remote(listing, read, state, wants)


def _is_known(state: State, place: str, etag: str | None, touched: set[str]) -> bool:
    seen = state.seen.get(place)
    if seen is None or etag is None or seen.etag != etag:
        return False
    return not seen.uid or (seen.canon is not None and seen.uid not in touched)


def _to_be_touched(state: State, wants: list[Wanted], said: Mapping[str, str]) -> set[str]:
    """The UIDs of objects that will probably be written, so that they are read in the same request as the rest."""
    found = {
        uid
        for uid, r in state.records.items()
        if said_of(said, r.ritual) or r.applied.pending is not None or r.applied.stored is None
    }
    known = set()
    for want in wants:
        uid = next((u for u in (want.uid, *_later_epochs(state, want)) if u in state.records), want.uid)
        known.add(uid)
        record = state.records.get(uid)
        if record is None or record.applied.wrote != want.canon:
            found.add(uid)
    return found | (state.records.keys() - known)


def _later_epochs(state: State, want: Wanted) -> list[str]:
    return [] if want.uid in state.records or not state.records else all_uids(want.series.key)[1:]


def _remote(listing: Listing, read: Mapping[str, Stored], state: State, wants: list[Wanted]) -> Remote:
    held: dict[str, Held] = {}
    others: dict[str, str] = {}
    twice: set[str] = set()
    unclear: list[Unclear] = []
    seen: dict[str, Seen] = {}
    foreign = 0
    for place, ref in listing.refs.items():
        stored = read.get(place)
        if stored is None:
            known = state.seen.get(place)
            if known is None or ref.etag is None or known.etag != ref.etag:
                continue  # gone between the listing and the reading
            seen[place] = known
            if known.uid and known.canon is not None:
                twice |= {known.uid} & held.keys()
                _hold(held, Held(place, known.uid, known.canon, None, None))
            else:
                foreign += 1
            continue
        etag = stored.etag or ""
        mine = own_object(stored.text, state.agreement)
        if mine is None:
            foreign += 1
            seen[place] = Seen(etag, "", None)
            others[place] = stored.text
        elif isinstance(mine, tuple) and not isinstance(mine, Own):
            uid, why = mine
            unclear.append(Unclear(place, uid, why))
        else:
            seen[place] = Seen(etag, mine.uid, mine.canon)
            twice |= {mine.uid} & held.keys()
            _hold(held, Held(place, mine.uid, mine.canon, stored, mine.tree))
    ours = {uid: one.canon for uid, one in held.items()}
    for place, uid, canon in going_on(others, ours, {w.uid: w for w in wants}):
        seen[place] = seen[place]._replace(canon=canon, follows=uid)
    return Remote(held, tuple(unclear), seen, foreign, listing.is_partial, frozenset(twice))


class Own(NamedTuple):
    """An object of ours in its parts."""

    uid: str
    canon: Canon
    tree: Component


def own_object(text: str, agreement: str) -> Own | tuple[str, str] | None:
    """An object of ours in its parts; (UID, why) where it is ours and cannot be read; None where it is not ours."""
    prefix = f"planner-{agreement}-"
    if prefix not in unfold(text):
        return None
    try:
        tree = read_component(text)
    except Unreadable as e:
        uid = _bare_uid(text, agreement)
        return (uid, str(e)) if uid else None
    names = uids(tree)
    mine = {u for u in names if owns(agreement, u)}
    if not mine:
        return None  # it only speaks of one of ours, such as in RELATED-TO
    uid = min(mine)
    if len(names) > 1:
        return uid, SEVERAL
    try:
        return Own(uid, read_canon(tree), tree)
    except Unreadable as e:
        return uid, str(e)


def _bare_uid(text: str, agreement: str) -> str | None:
    """The UID of ours that a text which cannot be read carries on a UID line."""
    lines = unfold(text).splitlines()
    values = [line.partition(":")[2].strip() for line in lines if line.upper().startswith("UID")]
    return next((v for v in values if owns(agreement, v)), None)


def _hold(held: dict[str, Held], one: Held) -> None:
    """Keep an object under its UID; of two with one UID (some servers allow it), the one under its own name."""
    other = held.get(one.uid)
    if other is None or (not other.place.endswith(f"/{one.uid}.ics") and one.place.endswith(f"/{one.uid}.ics")):
        held[one.uid] = one


def said_of(said: Mapping[str, str], ritual: str) -> str:
    """What was said about a ritual; its check-ins and its cover go with it."""
    for key in (ritual, ritual.rpartition(".")[0], "all"):
        if key in said:
            return said[key]
    return ""
