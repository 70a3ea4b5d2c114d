"""What this machine last did with one calendar, as values and as the JSON text of its state file.

In: text of a state file. Out: `State`, and text again. A state that is lost or cannot be read loses nothing: it turns
"they edited it" into a question. It holds what the calendar's own reader may see, and no secret. No file enters.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from planner.canonical import Canon, canon_of, canon_value
from planner.sync.deciding import Applied

_FORM = 1


class Record(NamedTuple):
    """One series of ours in this calendar: of which ritual it is, how it is called there, and what was applied."""

    ritual: str
    title: str
    applied: Applied


class Seen(NamedTuple):
    """An object as last seen: its tag, the UID if it is ours ("" for others'), and what it held.

    `follows` is the UID of ours with which an app's own series goes on; of others' objects only such a one has a canon.
    """

    etag: str
    uid: str
    canon: Canon | None
    follows: str = ""


class State(NamedTuple):
    """What is known of one calendar. `is_known` is False where there was no state, or none that could be read.

    `versions` are the files of agreed versions that stood beside the agreement.
    """

    agreement: str
    url: str
    path: str = ""
    is_known: bool = False
    records: dict[str, Record] = {}  # noqa: RUF012  (a field, not a class attribute)
    seen: dict[str, Seen] = {}  # noqa: RUF012
    versions: tuple[str, ...] = ()


def read_state(text: str | None, agreement: str, url: str) -> State:
    """The state that a text holds; an empty one where there is none, or it is of another agreement or calendar."""
    empty = State(agreement, url)
    if text is None:
        return empty
    try:
        value = json.loads(text)
        if value["form"] != _FORM or value["agreement"] != agreement or value["url"] != url:
            return empty
        records = {str(uid): _record_of(r) for uid, r in value["series"].items()}
        seen = {str(place): _seen_of(s, records) for place, s in value["seen"].items()}
        for place, (uid, canon) in value.get("goes_on", {}).items():
            seen[place] = seen[place]._replace(canon=canon_of(canon), follows=str(uid))
        versions = tuple(str(name) for name in value.get("versions", ()))
        return State(agreement, url, str(value["path"]), True, records, seen, versions)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        return empty


def state_text(state: State) -> str:
    """The text of a state file."""
    value = {
        "form": _FORM,
        "agreement": state.agreement,
        "url": state.url,
        "path": state.path,
        "versions": list(state.versions),
        "series": {uid: _record_value(r) for uid, r in sorted(state.records.items())},
        "seen": {place: _seen_value(s, state.records) for place, s in sorted(state.seen.items())},
    }
    going_on = {p: [s.follows, canon_value(s.canon)] for p, s in sorted(state.seen.items()) if s.follows and s.canon}
    if going_on:
        value["goes_on"] = going_on
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def _record_value(record: Record) -> dict[str, Any]:
    applied = record.applied
    value: dict[str, Any] = {"ritual": record.ritual, "title": record.title}
    for name, canon in (("wrote", applied.wrote), ("pending", applied.pending)):
        if canon is not None:
            value[name] = canon_value(canon)
    if applied.stored is not None:
        value["stored"] = "as wrote" if applied.stored == applied.wrote else canon_value(applied.stored)
    if applied.settled:
        value["settled"] = True
    return value


def _record_of(value: Any) -> Record:
    canons = {name: canon_of(value[name]) for name in ("wrote", "pending") if name in value}
    stored = value.get("stored")
    applied = Applied(
        canons.get("wrote"),
        canons.get("wrote") if stored == "as wrote" else canon_of(stored) if stored is not None else None,
        canons.get("pending"),
        value.get("settled") is True,
    )
    return Record(str(value["ritual"]), str(value["title"]), applied)


def _seen_value(seen: Seen, records: dict[str, Record]) -> Any:
    if not seen.uid:
        return seen.etag
    record = records.get(seen.uid)
    same = record is not None and record.applied.stored == seen.canon
    return [seen.etag, seen.uid] if same or seen.canon is None else [seen.etag, seen.uid, canon_value(seen.canon)]


def _seen_of(value: Any, records: dict[str, Record]) -> Seen:
    if isinstance(value, str):
        return Seen(value, "", None)
    etag, uid, *canon = value
    if canon:
        return Seen(str(etag), str(uid), canon_of(canon[0]))
    record = records.get(uid)
    return Seen(str(etag), str(uid), record.applied.stored if record else None)
