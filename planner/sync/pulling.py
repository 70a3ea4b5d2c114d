"""What people changed in a calendar → changes to the file, as proposals.

In: a `Plan` with its drift, the `History`. Out: `Proposal`s: a sentence each, and the edit that it means, made on
whatever the document is by then; or a sentence that says why the file cannot say it. Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, NamedTuple

from planner.agreement import Agreement, History, Ritual
from planner.canonical import ONWARD, Face
from planner.document import Document
from planner.edit_dates import move, skip
from planner.edit_open import adjust_part, move_part, take_back_part
from planner.edit_pieces import Edit, NotPossible
from planner.edits import revise
from planner.recurrence import first_on_or_after
from planner.rewritten import Meaning, clock_of, counted, meaning
from planner.saying import say_date
from planner.series import EVERYONE, Series
from planner.strands import PLACED, placed_parts
from planner.sync.deciding import Drift
from planner.sync.plan import Plan, Step
from planner.sync.wanted import Wanted
from planner.sync.wording import day_of, days_of_rule, drift_line, say_clocks, say_occurrence, say_series
from planner.words import MonthDays, Ordinal, Steady, Weekly

Making = Callable[[Document, History], Edit]


class Proposal(NamedTuple):
    """One change to the file: of which ritual, what a person did, in a sentence, and the edit.

    `make` is None where the file cannot say it; the sentence then tells why. `about` is the day or the key that it is
    about: two that are about the same and come from two calendars may contradict each other.
    """

    ritual: str
    what: str
    sentence: str
    make: Making | None
    about: str = ""


def proposals(plan: Plan, history: History, audience: str) -> list[Proposal]:
    """What the file could take over from this calendar, in the order of the plan."""
    found: list[Proposal] = []
    alone = Counter(s.ritual for s in (*plan.steps, *plan.others) if s.want is not None)
    for step, drift in sorted(plan.drift, key=lambda told: told[1].what != "put back"):  # a skip may be in the way
        if drift.what in ("copy", "missing", "lost", "twice"):
            continue
        if drift.what == "series":
            found.append(_cannot(step, drift, drift_line(step, drift)))
            continue
        offered = _proposed(step, drift, history, audience, is_alone=alone[step.ritual] < 2)
        found.extend(p._replace(about=drift.day) if drift.day else p for p in offered)
    return found


def contradicting(offered: list[tuple[str, Proposal]]) -> list[frozenset[str]]:
    """By its place in the list: from which other calendars there is something else about the same as each proposal."""
    said: dict[tuple[str, str], dict[str, set[str]]] = {}
    for name, p in offered:
        if p.make is not None and p.about:
            said.setdefault((p.ritual, p.about), {}).setdefault(name, set()).add(p.sentence)
    found = []
    for name, p in offered:
        by_name = said.get((p.ritual, p.about), {}) if p.make is not None else {}
        found.append(frozenset(n for n, sentences in by_name.items() if sentences != by_name.get(name)))
    return found


def _proposed(step: Step, drift: Drift, history: History, audience: str, *, is_alone: bool) -> list[Proposal]:
    agreement = history.current
    ritual = agreement.rituals.get(step.ritual)
    if step.ritual in history.own:
        said = (
            f"{step.title}: this stands in a file of one's own; change it there, or it stays so in this calendar alone"
        )
        return [_cannot(step, drift, said)]
    is_placed = ritual is not None and _part(step) != ""
    if step.want is None or (drift.what == "deleted" and not is_placed):
        line = drift_line(step, drift).partition(" `planner")[0].rstrip(".")
        return [_cannot(step, drift, f"{line}; the file keeps it until you take it out there")]
    if ritual is None:
        return [_cannot(step, drift, f"{step.title}: what belongs to a ritual follows it; change the ritual itself")]
    if audience != EVERYONE and audience not in ritual.who:
        whose = agreement.names(ritual.who)
        return [_cannot(step, drift, f"{step.title}: this is {whose}'s to change; it stays so in this calendar alone")]
    if audience == EVERYONE and ritual.share != "full":
        return [_cannot(step, drift, f"{step.title}: this calendar shows but a part of it; change it in the file")]
    if is_placed:
        return _of_placed(step, drift, ritual)
    if drift.day is not None:
        return _of_occurrence(step, drift, ritual)
    if step.want.series.rule is None and not is_alone and drift.now and not drift.now.rule:
        return _of_occurrence(step, drift._replace(day=_date_by_rule(step.want.series).isoformat()), ritual)
    return _of_series(step, drift, ritual, is_alone=is_alone)


def _cannot(step: Step, drift: Drift, sentence: str) -> Proposal:
    return Proposal(step.ritual, drift.what, sentence, None)


# ── open time ────────────────────────────────────────────────────────


def _part(step: Step) -> str:
    """What an event that is placed is known by; "" for any other."""
    part = step.want.series.key[4] if step.want else ""
    return part if part.startswith(PLACED) else ""


def _of_placed(step: Step, drift: Drift, ritual: Ritual) -> list[Proposal]:
    """What is placed is an event by itself: moved, it gets another day in the file; deleted, it is to place again."""
    series = step.want.series if step.want else None
    if series is None:
        return []
    day, part = series.first, _part(step)
    if drift.what in ("deleted", "cancelled"):
        sentence = f"{step.title}: take back what is placed on {say_date(day)}"
        taken = _made(ritual, lambda d, now, h: take_back_part(d, now, part, h))
        return [Proposal(ritual.path, drift.what, sentence, taken, day.isoformat())]
    if drift.now and drift.now.rule:
        said = f"{step.title}: {say_date(day)} comes again and again there"
        return [_cannot(step, drift, f"{said}; open time is placed one by one, so that stays in the calendar")]
    return _of_occurrence(step, drift._replace(day=day.isoformat()), ritual)


def _made(ritual: Ritual, edit: Callable[[Document, Ritual, History], Edit]) -> Making:
    """An edit of a ritual as the file has it by then."""
    return lambda document, history: edit(document, history.current.rituals[ritual.path], history)


def _move(step: Step, ritual: Ritual, day: date, to: date, at: str | None) -> Making:
    """The edit that moves an occurrence."""
    if part := _part(step):
        return _made(ritual, lambda d, now, h: move_part(d, now, part, to, at, h))
    return lambda d, h: move(d, h.current, ritual.path, day, to, at, h)


def _adjust(step: Step, ritual: Ritual, day: date, name: str, value: Any) -> Making:
    """The edit that says something of one occurrence alone."""
    if part := _part(step):
        return _made(ritual, lambda d, now, _: adjust_part(d, now, part, name, value))
    return lambda d, h: _in_change(d, h.current, ritual.path, day, name, value)


def _without_note(step: Step, ritual: Ritual, usual: Face) -> Face:
    """What an event says but for a note of its own, where it is one that is placed."""
    placed = dict(zip(placed_parts(ritual), ritual.placed, strict=True)).get(_part(step))
    note = placed.note if placed else None
    return usual._replace(description=usual.description.removesuffix(note).rstrip()) if note else usual


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
    if drift.now is None or step.want is None:
        return []
    if drift.now.rule == ONWARD:
        return [_cannot(step, drift, f"{drift_line(step, drift)}; the file says that by a change of the ritual itself")]
    found = []
    usual = step.want.canon.face
    if "when" in drift.units:
        found.append(_moved(step, drift, ritual, day))
    if "location" in drift.units:
        place = drift.now.location
        if place and place != usual.location:
            sentence = f"{title}: on {said} at {place}"
            found.append(Proposal(key, "edited", sentence, _adjust(step, ritual, day, "where", place)))
        elif place:
            sentence = f"{title}: on {said} at its usual place"
            found.append(Proposal(key, "edited", sentence, _adjust(step, ritual, day, "where", None)))
        else:
            found.append(_cannot(step, drift, f"{title}: on {said} it has no place; the file cannot take one away"))
    if "description" in drift.units:
        found.append(_noted(step, drift, ritual, day, _without_note(step, ritual, usual)))
    if "standing" in drift.units:
        line = drift_line(step, drift._replace(units=("standing",), what="edited", is_conflict=False))
        found.append(_cannot(step, drift, f"{line}; that stays in the calendar alone"))
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


def _noted(step: Step, drift: Drift, ritual: Ritual, day: date, usual: Face) -> Proposal:
    """Other notes of one occurrence: what stands below those of the ritual."""
    shown, title = (drift.now.description if drift.now else ""), step.title
    shown, below = " ".join(shown.split()), " ".join(usual.description.split())
    note = shown.removeprefix(below)
    if below and (not shown.startswith(below) or note[:1] not in ("", " ")):
        line = f"{title}: the notes of {say_date(day)} were rewritten"
        return _cannot(step, drift, f"{line}; the file can only add to them, so that stays in the calendar")
    note = note.strip()
    sentence = (
        f'{title}: a note for {say_date(day)}: "{_short(note)}"' if note else f"{title}: no note for {say_date(day)}"
    )
    return Proposal(ritual.path, "edited", sentence, _adjust(step, ritual, day, "note", note or None))


def _moved(step: Step, drift: Drift, ritual: Ritual, day: date) -> Proposal:
    """A move of one occurrence."""
    now, title, said = drift.now, step.title, say_date(day)
    usual = step.want.canon.face if step.want else None
    if now is None or usual is None:
        raise AssertionError("a move has a place to go")
    if clock_of(now.zone, day.year) != clock_of(usual.zone, day.year):
        whole = "for the whole day" if now.zone == "date" else "to a time in another zone"
        return _cannot(step, drift, f"{title}: {said} was moved {whole}, which the file cannot say of one day")
    to = day_of(now.start)
    if now.zone == "date":
        if (day_of(now.end) - to) != (day_of(usual.end) - day_of(usual.start)):
            return _cannot(step, drift, f"{title}: {said} has another number of days; change that in the file by hand")
        return Proposal(
            ritual.path,
            "moved",
            f"{title}: {said} → {say_occurrence(now)}",
            _move(step, ritual, day, to, None),
        )
    length = _moment(now.end) - _moment(now.start)
    if not 0 < length.total_seconds() < 86400:
        return _cannot(step, drift, f"{title}: {said} now takes a day or more, which the file cannot say of one day")
    same_clock = now.start[8:] == usual.start[8:] and now.end[8:] == usual.end[8:]
    has_entry = any(c.on == day for c in ritual.changes)
    at = None if same_clock and not has_entry else say_clocks(now).replace("–", "-")
    return Proposal(
        ritual.path,
        "moved",
        f"{title}: {said} → {say_occurrence(now)}",
        _move(step, ritual, day, to, at),
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
    if value is None and (at is None or name not in entries[at]):
        raise NotPossible("the file says nothing of its own for that day")
    if value is None and at is not None and entries[at].keys() == {"on", name}:
        return _without_change(document, agreement, key, day)
    if at is not None:
        return revise(document, agreement, key, [(("changes", at, name), value)])
    return revise(document, agreement, key, [(("changes",), [*entries, {"on": day, name: value}])])


# ── a whole series ───────────────────────────────────────────────────


def _of_series(step: Step, drift: Drift, ritual: Ritual, *, is_alone: bool) -> list[Proposal]:
    if drift.now is None:
        return []
    key, title, now = ritual.path, step.title, drift.now
    found: list[Proposal] = []
    for unit in drift.units:
        match unit:
            case "description" if ritual.program and step.want:
                found.append(_session_noted(step, drift, ritual, step.want))
            case "location" if ritual.program and not now.location:
                written = ritual.changes and ritual.changes[0].where
                if written:
                    found.append(_of_session(ritual, f"{title}: at its usual place", "where", None))
                else:
                    found.append(_cannot(step, drift, f"{title}: it has no place; the file cannot take one away"))
            case "summary" if ritual.program:
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
            case "when" if step.want and step.want.series.rule is None and not now.rule and not ritual.turns:
                found.append(_moved(step, drift, ritual, _date_by_rule(step.want.series)))
            case "when" if (assigned := _when(step, drift, ritual, is_alone=is_alone)) is not None:
                begins = f", from {say_date(day_of(now.start))} on" if "starts" in dict(assigned) else ""
                found.append(_revision(ritual, drift, f"{title}: {say_series(now)}{begins}", *assigned))
            case _:
                line = drift_line(step, drift._replace(units=(unit,), is_conflict=False))
                found.append(_cannot(step, drift, f"{line}; take that into {key} by hand, if you like"))
    return found


def _session_noted(step: Step, drift: Drift, ritual: Ritual, want: Wanted) -> Proposal:
    """Other notes of a session of a programme: what stands below those that its programme gives it."""
    before = ((ritual.changes[0].note if ritual.changes else None) or "").strip()
    usual = want.canon.face.description
    own = usual.strip().removesuffix(before).rstrip() if before else usual
    shown, below = (" ".join(text.split()) for text in (drift.now.description if drift.now else "", own))
    note = shown.removeprefix(below)
    if below and (not shown.startswith(below) or note[:1] not in ("", " ")):
        said = f"{step.title}: the notes of its programme were rewritten"
        return _cannot(step, drift, f"{said}; the file can only add to them, so that stays in the calendar")
    note = note.strip()
    said = f'{step.title}: a note for this session: "{_short(note)}"' if note else f"{step.title}: no note of its own"
    return _of_session(ritual, said, "note", note or None)


def _of_session(ritual: Ritual, sentence: str, name: str, value: Any) -> Proposal:
    return Proposal(
        ritual.path, "edited", sentence, lambda d, h: revise(d, h.current, ritual.path, [((name,), value)]), name
    )


def _date_by_rule(series: Series) -> date:
    """The date of a series that is on one date alone, as `changes` and `skip` speak of it."""
    return series.overrides[0].on if series.overrides else series.first


def _revision(ritual: Ritual, drift: Drift, sentence: str, *assigned: tuple[str, Any]) -> Proposal:
    def make(document: Document, history: History) -> Edit:
        there = _table_of(document, ritual.path)
        values = [((name,), value) for name, value in assigned if value is not None or name in there]
        if not values:
            raise NotPossible(
                "the file does not say it at this ritual; look at its history, or at the agreement itself"
            )
        return revise(document, history.current, ritual.path, values)

    return Proposal(ritual.path, drift.what, sentence, make, assigned[0][0] if assigned else "")


_SPACED = {"WEEKLY": "weeks", "MONTHLY": "months"}


def _when(step: Step, drift: Drift, ritual: Ritual, *, is_alone: bool) -> list[tuple[str, Any]] | None:
    """The keys that say the new days and time; None where the file says it in several parts, or not at all."""
    now, want = drift.now, step.want
    if now is None or want is None or len(ritual.slots) != 1 or ritual.turns or ritual.ladder:
        return None
    usual, first = want.canon.face, day_of(now.start)
    if clock_of(now.zone, first.year) != clock_of(usual.zone, first.year):
        return None
    same_clock = now.start[8:] == usual.start[8:] and now.end[8:] == usual.end[8:]
    if not is_alone:  # the others of this ritual are not what was changed
        return None
    means, meant = (meaning(f.rule, f.start, f.zone) for f in (now, usual))
    new, old = dict(means.parts), dict(meant.parts)
    until, was_until = new.pop("UNTIL", ""), old.pop("UNTIL", "")
    if means.others or bool(new) != bool(old):
        return None
    assigned: list[tuple[str, Any]] = []
    if new != old:
        on, every = _on(new, first), new.get("INTERVAL", "1")
        if on is None or ritual.count_from is not None or (every != "1" and new["FREQ"] not in _SPACED):
            return None
        assigned.append(("on", on))
        if [new.get(k) for k in ("FREQ", "INTERVAL")] != [old.get(k) for k in ("FREQ", "INTERVAL")]:
            assigned.append(("every", None if every == "1" else f"{every} {_SPACED[new['FREQ']]}"))
    elif not new and first != day_of(usual.start):
        return None
    if new and first != _first_by_file(means, ritual, was=day_of(usual.start), same_rule=new == old):
        assigned.append(("starts", first))
    if until != was_until:
        assigned.append(("until", day_of(until) if until else None))
    if not same_clock:
        if now.zone == "date" or not 0 < (_moment(now.end) - _moment(now.start)).total_seconds() < 86400:
            return None
        assigned.append(("at", say_clocks(now).replace("–", "-")))
        assigned.append(("for", None))
    elif day_of(now.end) - first != day_of(usual.end) - day_of(usual.start):
        return None
    return assigned or None


def _first_by_file(means: Meaning, ritual: Ritual, *, was: date, same_rule: bool) -> date | None:
    """The first day that the file gives to a rule of this kind without a word about `starts`."""
    rule = counted(means, ritual.starts)
    rule = rule._replace(interval=1) if rule else None  # it counts from the first day of its kind
    return was if same_rule else first_on_or_after(rule, ritual.starts) if rule else None


def _on(parts: dict[str, str], first: date) -> Any:
    """The value of `on` that a rule means, None where there is none."""
    from planner.words import ORDINAL_WORDS, WEEKDAYS

    match days_of_rule(parts, first):
        case Steady():
            return "every day"
        case Weekly(weekdays):
            names = [WEEKDAYS[d] for d in weekdays]
        case Ordinal(places):
            names = [f"{ORDINAL_WORDS[n]} {WEEKDAYS[d]}" for n, d in places]
        case MonthDays(numbers):
            names = ["last day" if n == -1 else f"day {n}" for n in numbers]
        case _:
            return None
    return names[0] if len(names) == 1 else names


def _moment(value: str) -> datetime:
    return datetime.strptime(value, "%Y%m%dT%H%M%S")  # noqa: DTZ007  (a wall clock)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:59]}…"
