"""What people changed in a calendar → changes to the file, as proposals.

In: a `Plan` with its drift, the `History`. Out: `Proposal`s: a sentence each, and the edit that it means, made on
whatever the document is by then; or a sentence that says why the file cannot say it. Pure.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, NamedTuple

from planner.agreement import Agreement, History, Ritual
from planner.document import Document
from planner.edits import Edit, move, revise, skip
from planner.saying import say_date
from planner.series import EVERYONE
from planner.sync.deciding import Drift
from planner.sync.plan import Plan, Step
from planner.sync.wording import days_of_rule, drift_line, say_clocks, say_occurrence, say_series
from planner.words import MonthDays, Ordinal, Weekly

Making = Callable[[Document, History], Edit]


class Proposal(NamedTuple):
    """One change to the file: of which ritual, what a person did, in a sentence, and the edit.

    `make` is None where the file cannot say it; the sentence then tells why.
    """

    ritual: str
    what: str
    sentence: str
    make: Making | None


def proposals(plan: Plan, history: History, audience: str) -> list[Proposal]:
    """What the file could take over from this calendar, in the order of the plan."""
    found: list[Proposal] = []
    for step, drift in plan.drift:
        if drift.what in ("copy", "missing", "lost"):
            continue
        found.extend(_proposed(step, drift, history, audience))
    return found


def _proposed(step: Step, drift: Drift, history: History, audience: str) -> list[Proposal]:
    agreement = history.current
    ritual = agreement.rituals.get(step.ritual)
    if step.ritual in history.own:
        said = (
            f"{step.title}: this stands in a file of one's own; change it there, or it stays so in this calendar alone"
        )
        return [_cannot(step, drift, said)]
    if step.want is None or drift.what == "deleted":
        line = drift_line(step, drift).partition(" `planner")[0].rstrip(".")
        return [_cannot(step, drift, f"{line}; the file keeps it until you take it out there")]
    if ritual is None:
        return [_cannot(step, drift, f"{step.title}: what belongs to a ritual follows it; change the ritual itself")]
    if audience != EVERYONE and audience not in ritual.who:
        whose = agreement.names(ritual.who)
        return [_cannot(step, drift, f"{step.title}: this is {whose}'s to change; it stays so in this calendar alone")]
    if audience == EVERYONE and ritual.share != "full":
        return [_cannot(step, drift, f"{step.title}: this calendar shows but a part of it; change it in the file")]
    if drift.day is not None:
        return _of_occurrence(step, drift, ritual)
    return _of_series(step, drift, ritual)


def _cannot(step: Step, drift: Drift, sentence: str) -> Proposal:
    return Proposal(step.ritual, drift.what, sentence, None)


# ── one occurrence ───────────────────────────────────────────────────


def _of_occurrence(step: Step, drift: Drift, ritual: Ritual) -> list[Proposal]:
    day = date.fromisoformat(drift.day or "")
    key, title, said = ritual.path, step.title, say_date(day)
    if drift.what == "cancelled":
        return [
            Proposal(key, "cancelled", f"{title}: leave out {said}", lambda d, h: skip(d, h.current, key, [day], h))
        ]
    if drift.what == "put back":
        return [_put_back(step, drift, ritual, day)]
    if drift.now is None:
        return []
    found = []
    if "when" in drift.units:
        found.append(_moved(step, drift, ritual, day))
    if "location" in drift.units:
        place = drift.now.location or None
        sentence = f"{title}: on {said} at {place}" if place else f"{title}: on {said} at its usual place"
        found.append(Proposal(key, "edited", sentence, lambda d, h: _in_change(d, h.current, key, day, "where", place)))
    if "description" in drift.units and drift.now.description:
        before = drift.before.description if drift.before else ""
        note = drift.now.description.removeprefix(before).strip()
        if note:
            sentence = f'{title}: a note for {said}: "{_short(note)}"'
            found.append(
                Proposal(key, "edited", sentence, lambda d, h: _in_change(d, h.current, key, day, "note", note))
            )
    if "summary" in drift.units:
        found.append(
            _cannot(
                step,
                drift,
                f'{title}: on {said} it is called "{drift.now.summary}"; a title of a single day has no place in the '
                "file and stays in the calendar",
            )
        )
    return found


def _moved(step: Step, drift: Drift, ritual: Ritual, day: date) -> Proposal:
    """A move of one occurrence."""
    now, title, said = drift.now, step.title, say_date(day)
    usual = step.want.canon.face if step.want else None
    if now is None or usual is None:
        raise AssertionError("a move has a place to go")
    if now.zone != usual.zone:
        return _cannot(step, drift, f"{title}: {said} was moved to a time that the file cannot say")
    to = _day(now.start)
    if now.zone == "date":
        if (_day(now.end) - to) != (_day(usual.end) - _day(usual.start)):
            return _cannot(step, drift, f"{title}: {said} has another number of days; change that in the file by hand")
        return Proposal(
            ritual.path,
            "moved",
            f"{title}: {said} → {say_occurrence(now)}",
            lambda d, h: move(d, h.current, ritual.path, day, to, None, h),
        )
    length = _moment(now.end) - _moment(now.start)
    if not 0 < length.total_seconds() < 86400:
        return _cannot(step, drift, f"{title}: {said} was moved to a time that the file cannot say")
    same_clock = now.start[8:] == usual.start[8:] and now.end[8:] == usual.end[8:]
    at = None if same_clock else say_clocks(now).replace("–", "-")
    return Proposal(
        ritual.path,
        "moved",
        f"{title}: {said} → {say_occurrence(now)}",
        lambda d, h: move(d, h.current, ritual.path, day, to, at, h),
    )


def _put_back(step: Step, drift: Drift, ritual: Ritual, day: date) -> Proposal:
    key = ritual.path
    if day in ritual.skip:
        left = [d for d in ritual.skip if d != day]
        return Proposal(
            key,
            "put back",
            f"{step.title}: take {say_date(day)} back in",
            lambda d, h: revise(d, h.current, key, [(("skip",), left or None)]),
        )
    if any(c.on == day for c in ritual.changes):
        said = f"{step.title}: {say_date(day)} as usual again"
        return Proposal(key, "put back", said, lambda d, h: _without_change(d, h.current, key, day))
    return _cannot(step, drift, f"{step.title}: {say_date(day)} was put back, while a pause rests it in the file")


def _without_change(document: Document, agreement: Agreement, key: str, day: date) -> Edit:
    """`changes` without the entry for this day."""
    left = [entry for entry in _entries(document, key) if entry.get("on") != day]
    return revise(document, agreement, key, [(("changes",), left or None)])


def _table_of(document: Document, key: str) -> dict[str, Any]:
    table, _, inner = key.partition(".")
    found: dict[str, Any] = document.values.get(table, {}).get(inner, {})
    return found


def _entries(document: Document, key: str) -> list[dict[str, Any]]:
    entries = _table_of(document, key).get("changes", [])
    return [entries] if isinstance(entries, dict) else list(entries)


def _in_change(document: Document, agreement: Agreement, key: str, day: date, name: str, value: Any) -> Edit:
    """A key in the entry of `changes` for this day, which is made where there is none."""
    entries = _entries(document, key)
    at = next((n for n, e in enumerate(entries) if e.get("on") == day), None)
    if at is not None:
        return revise(document, agreement, key, [(("changes", at, name), value)])
    return revise(document, agreement, key, [(("changes",), [*entries, {"on": day, name: value}])])


# ── a whole series ───────────────────────────────────────────────────


def _of_series(step: Step, drift: Drift, ritual: Ritual) -> list[Proposal]:
    if drift.now is None:
        return []
    key, title, now = ritual.path, step.title, drift.now
    found: list[Proposal] = []
    for unit in drift.units:
        match unit:
            case "when" if ritual.program and not now.rule:
                found.append(_session_moved(step, drift, ritual))
            case "summary" | "description" if ritual.program:
                found.append(_cannot(step, drift, f"{title}: what a session says is its programme's; it stays so here"))
            case "summary" if ritual.title == title and now.summary:
                found.append(_revision(ritual, drift, f'{title}: call it "{now.summary}"', ("title", now.summary)))
            case "location":
                said = f"{title}: at {now.location}" if now.location else f"{title}: without a place"
                found.append(_revision(ritual, drift, said, ("where", now.location or None)))
            case "description" if step.want and (ritual.notes or "").strip() == step.want.canon.face.description:
                notes = now.description or None
                said = f'{title}: with the notes "{_short(notes)}"' if notes else f"{title}: without notes"
                found.append(_revision(ritual, drift, said, ("notes", notes)))
            case "when" if (assigned := _when(step, drift, ritual)) is not None:
                found.append(_revision(ritual, drift, f"{title}: {say_series(now)}", *assigned))
            case _:
                line = drift_line(step, drift._replace(units=(unit,), is_conflict=False))
                found.append(_cannot(step, drift, f"{line}; take that into {key} by hand, if you like"))
    return found


def _session_moved(step: Step, drift: Drift, ritual: Ritual) -> Proposal:
    """A session of a programme at another time: it comes once, so that the whole of it is one occurrence."""
    assert step.want is not None  # noqa: S101  (only what is wanted is proposed)
    return _moved(step, drift, ritual, _day(step.want.canon.face.start))


def _revision(ritual: Ritual, drift: Drift, sentence: str, *assigned: tuple[str, Any]) -> Proposal:
    def make(document: Document, history: History) -> Edit:
        there = _table_of(document, ritual.path)
        values = [((name,), value) for name, value in assigned if value is not None or name in there]
        return revise(document, history.current, ritual.path, values)

    return Proposal(ritual.path, drift.what, sentence, make)


def _when(step: Step, drift: Drift, ritual: Ritual) -> list[tuple[str, Any]] | None:
    """The keys that say the new days and time; None where the file says it in several parts, or not at all."""
    now, want = drift.now, step.want
    if now is None or want is None or len(ritual.slots) != 1 or ritual.turns or ritual.ladder:
        return None
    usual = want.canon.face
    if now.zone != usual.zone:
        return None
    assigned: list[tuple[str, Any]] = []
    old, new = _parts(usual.rule), _parts(now.rule)
    until, was_until = new.pop("UNTIL", ""), old.pop("UNTIL", "")
    moved_by = (_day(now.start) - _day(usual.start)).days
    if new != old or (not now.rule and moved_by):
        on = _on(now.rule, now.start)
        if on is None or {k: v for k, v in old.items() if k in ("FREQ", "INTERVAL")} != {
            k: v for k, v in new.items() if k in ("FREQ", "INTERVAL")
        }:
            return None
        assigned.append(("on", on))
    elif moved_by and moved_by % 7:
        return None
    if until != was_until and until[:8].isdigit():
        assigned.append(("until", _day(until)))
    if now.start[8:] != usual.start[8:] or now.end[8:] != usual.end[8:]:
        if now.zone == "date":
            return None
        assigned.append(("at", say_clocks(now).replace("–", "-")))
        assigned.append(("for", None))
    return assigned or None


def _parts(rule: str) -> dict[str, str]:
    return {name: what for part in rule.split(";") if part for name, _, what in [part.partition("=")]}


def _on(rule: str, start: str) -> Any:
    """The value of `on` that a rule means, None where there is none."""
    from planner.words import ORDINAL_WORDS, WEEKDAYS

    match days_of_rule(_parts(rule), _day(start)) if rule else None:
        case Weekly(weekdays):
            names = [WEEKDAYS[d] for d in weekdays]
        case Ordinal(places):
            names = [f"{ORDINAL_WORDS[n]} {WEEKDAYS[d]}" for n, d in places]
        case MonthDays(numbers):
            names = ["last day" if n == -1 else f"day {n}" for n in numbers]
        case None if not rule:
            return _day(start)
        case _:
            return None
    return names[0] if len(names) == 1 else names


def _day(value: str) -> date:
    return date(int(value[:4]), int(value[4:6]), int(value[6:8]))


def _moment(value: str) -> datetime:
    return datetime.strptime(value, "%Y%m%dT%H%M%S")  # noqa: DTZ007  (a wall clock)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:59]}…"
