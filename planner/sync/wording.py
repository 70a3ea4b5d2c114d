"""A `Plan` in sentences, and as the JSON of `sync --json`.

In: a Plan, the names of its calendar. Out: lines of text, plain values. No terminal and no colour enter.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from planner.canonical import Canon, Face
from planner.saying import listed, say_date, say_rule, say_zone
from planner.sync.deciding import CREATE, DELETE, UPDATE, Drift
from planner.sync.plan import Plan, Step
from planner.words import Days, Every, MonthDays, Ordinal, Steady, Weekly, YearDay, YearDays

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_UNITS = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}
_CALLED = {"summary": "title", "description": "notes", "location": "place", "standing": "how it counts", "when": "time"}


# ── when ─────────────────────────────────────────────────────────────


def say_series(face: Face, home: str = "") -> str:
    """The days of a series and the clock on them: "every Wednesday, 18:30–21:00"; its zone, if it is not `home`."""
    first = _day(face.start)
    days = say_days_of(face)
    elsewhere = home and face.zone not in (home, "date", "")
    return f"{days or f'on {say_date(first)}'}, {say_clocks(face)}{f', {say_zone(face.zone)}' if elsewhere else ''}"


def say_days_of(face: Face) -> str:
    """The days of a rule in words; "" where there is no rule."""
    if not face.rule:
        return ""
    parts = dict(part.partition("=")[::2] for part in face.rule.split(";"))
    days = days_of_rule(parts, _day(face.start))
    unit = _UNITS.get(parts.get("FREQ", ""))
    if days is None or unit is None or "|" in face.rule:
        return "on days of its own"
    number = parts.get("INTERVAL", "1")
    said = say_rule(days, Every(int(number) if number.isdigit() else 1, unit))
    until = parts.get("UNTIL", "")[:8]
    return f"{said} until {say_date(_day(until))}" if len(until) == 8 and until.isdigit() else said


def days_of_rule(parts: dict[str, str], first: date) -> Days | None:
    """The days that the parts of a rule mean, None for a form that an agreement has no words for."""
    by_day = [_by_day(text) for text in parts.get("BYDAY", "").split(",") if text]
    by_month_day = [int(n) for n in parts.get("BYMONTHDAY", "").split(",") if n.lstrip("-").isdigit()]
    if any(d is None for d in by_day) or "BYSETPOS" in parts or "COUNT" in parts:
        return None
    places = [d for d in by_day if d is not None]
    match parts.get("FREQ"):
        case "DAILY":
            return Steady() if not by_day and not by_month_day else None
        case "WEEKLY":
            return Weekly(tuple(sorted(d for _, d in places)) or (first.weekday(),))
        case "MONTHLY" if places and not by_month_day and all(n for n, _ in places):
            return Ordinal(tuple(places))
        case "MONTHLY" if not places:
            return MonthDays(tuple(by_month_day) or (first.day,))
        case "YEARLY":
            return _of_year(parts, places, by_month_day, first)
    return None


def _of_year(parts: dict[str, str], places: list[tuple[int, int]], numbers: list[int], first: date) -> Days | None:
    month = parts.get("BYMONTH", str(first.month))
    if not month.isdigit() or not 1 <= int(month) <= 12:
        return None
    if places and all(n for n, _ in places):
        return YearDays(tuple(YearDay(int(month), n=n, weekday=d) for n, d in places))
    return YearDays(tuple(YearDay(int(month), n) for n in numbers or [first.day])) if not places else None


def _by_day(text: str) -> tuple[int, int] | None:
    number, name = text[:-2], text[-2:]
    if name not in _WEEKDAYS or not (number or "0").lstrip("-+").isdigit():
        return None
    return int(number or 0), _WEEKDAYS.index(name)


def _day(value: str) -> date:
    return date(int(value[:4]), int(value[4:6]), int(value[6:8]))


def say_clocks(face: Face) -> str:
    """The clock from start to end: "18:30–21:00", "all day"."""
    if face.zone == "date" or "T" not in face.start:
        days = (_day(face.end) - _day(face.start)).days
        return "all day" if days <= 1 else f"{days} whole days"
    return f"{_clock(face.start)}–{_clock(face.end)}"


def _clock(value: str) -> str:
    return f"{datetime.strptime(value, '%Y%m%dT%H%M%S'):%H:%M}"  # noqa: DTZ007  (a wall clock)


def say_occurrence(face: Face) -> str:
    """One occurrence's day and clock: "Saturday 13 March 2027, 18:00–21:00"."""
    return f"{say_date(_day(face.start))}, {say_clocks(face)}"


# ── steps ────────────────────────────────────────────────────────────


def step_line(step: Step, home: str = "") -> str:
    """What a step does, in one line that begins with the title. Times in another zone than `home` say which."""
    match step.kind, step.want:
        case "create", want if want is not None:
            return f"{step.title}: new, {say_series(want.canon.face, home)}{_exceptions(want.canon)}"
        case "update", want if want is not None:
            old = step.held.canon if step.held else want.canon
            return f"{step.title}: {_changes(old, want.canon, home)}"
        case _:
            return f"{step.title}: goes, it is no longer in what you agreed"


def with_other_dates(plan: Plan) -> list[str]:
    """The rituals that are at other times with this plan, or that a phone moved, cancelled or took out."""
    found = [s.ritual for s in plan.steps if s.kind == DELETE or (s.kind == UPDATE and _has_other_dates(s))]
    found += [s.ritual for s, d in plan.drift if d.is_conflict or d.what in ("moved", "cancelled", "deleted")]
    return list(dict.fromkeys(found))


def _has_other_dates(step: Step) -> bool:
    if step.want is None or step.held is None:
        return False
    old, new = step.held.canon, step.want.canon
    if "when" in new.face.differs(old.face) or set(old.gone) != set(new.gone):
        return True
    days = {*old.differing, *new.differing}
    return any((d in old.differing) != (d in new.differing) for d in days)


def _exceptions(canon: Canon) -> str:
    said = []
    if canon.gone:
        said.append(f"not on {_dates(canon.gone)}")
    if canon.differing:
        said.append(f"otherwise on {_dates(canon.differing)}")
    return f" ({'; '.join(said)})" if said else ""


def _dates(days: Iterable[str]) -> str:
    found = [say_date(date.fromisoformat(d)) for d in days]
    return listed(found) if len(found) <= 4 else f"{listed(found[:3])} and {len(found) - 3} more days"


def _changes(old: Canon, new: Canon, home: str) -> str:
    """What is different, old → new."""
    said = []
    units = new.face.differs(old.face)
    if "summary" in units:
        said.append(f'"{old.face.summary}" is now called "{new.face.summary}"')
    if "when" in units:
        before, after = say_series(old.face, home), say_series(new.face, home)
        said.append(f"{before} → {after}" if before != after else f"from {say_date(_day(new.face.start))} on")
    if "location" in units:
        said.append(f"place {old.face.location or 'none'} → {new.face.location or 'none'}")
    if "description" in units:
        said.append("other notes" if new.face.description else "notes taken out")
    if "standing" in units:
        said.append("counts as free time" if new.face.transp == "TRANSPARENT" else "how it counts")
    added = sorted(set(new.gone) - set(old.gone))
    back = sorted(set(old.gone) - set(new.gone) - new.differing.keys())
    if added:
        said.append(f"left out on {_dates(added)}")
    if back:
        said.append(f"takes place again on {_dates(back)}")
    moved = sorted(d for d, f in new.differing.items() if d not in old.differing or f.differs(old.differing[d]))
    said += [f"{_name_of(d)} is now {say_occurrence(new.differing[d])}" for d in moved[:4]]
    if len(moved) > 4:
        said.append(f"{len(moved) - 4} more days differ")
    usual = sorted(old.differing.keys() - new.differing.keys() - set(new.gone))
    if usual:
        said.append(f"as usual again on {_dates(usual)}")
    if new.face.alarms != old.face.alarms:
        said.append("other reminders")
    return "; ".join(said) or "small things (colour, tags)"


def _name_of(day: str) -> str:
    return say_date(date.fromisoformat(day))


# ── drift ────────────────────────────────────────────────────────────


def drift_line(step: Step, drift: Drift) -> str:
    """What differs and stays, in a sentence with what can be done."""
    title = step.title or "An event"
    on = _name_of(drift.day) if drift.day else ""
    key = step.ritual or "KEY"
    if drift.is_conflict:
        return f"{title}: {_conflict(drift, on)}. `planner sync --restore {key}` or `--keep {key}` decides"
    match drift.what:
        case "moved" if drift.now:
            also = _units(drift.units, without="when")
            return f"{title}: {on} was moved in the calendar to {say_occurrence(drift.now)}{also}"
        case "cancelled":
            return f"{title}: {on} was cancelled in the calendar"
        case "put back":
            return f"{title}: {on} was put back in the calendar"
        case "lost":
            was = f" ({say_occurrence(drift.now)})" if drift.now else ""
            return f"{title}: what was changed in the calendar on {on}{was} goes; it no longer falls on that day"
        case "deleted":
            return f"{title}: was deleted in the calendar and stays so. `planner sync --restore {key}` brings it back"
        case "copy":
            return f"{title}: is from another copy of the agreement and stays as it is"
    where = f" on {on}" if on else ""
    return f"{title}: {_edited(drift)} in the calendar{where}"


def _conflict(drift: Drift, on: str) -> str:
    if drift.what == "missing":
        return "is not in the calendar; this machine does not know whether it was deleted there or never written"
    if drift.what == "differs":
        return f"the calendar has it otherwise ({_edited(drift)}), and this machine does not know who changed it"
    where = f" on {on}" if on else ""
    verb = {"cancelled": "was cancelled", "moved": "was moved", "put back": "was put back"}.get(
        drift.what, _edited(drift)
    )
    return f"{verb} in the calendar{where}, and changed in the agreement too"


def _edited(drift: Drift) -> str:
    """What of it was changed: "called "Clay"", "is now every Thursday, 19:00–21:00"."""
    if drift.now is None or not drift.units:
        return "was changed"
    said = []
    for unit in drift.units:
        match unit:
            case "summary":
                said.append(f'is called "{drift.now.summary}"')
            case "when":
                said.append(f"is {say_series(drift.now) if not drift.day else say_occurrence(drift.now)}")
            case "location":
                said.append(f"is at {drift.now.location}" if drift.now.location else "has no place")
            case "description":
                said.append("has other notes")
            case _:
                said.append("counts otherwise")
    return listed(said)


def _units(units: tuple[str, ...], *, without: str) -> str:
    names = [_CALLED[u] for u in units if u != without]
    return f", with another {listed(names)}" if names else ""


# ── as values ────────────────────────────────────────────────────────


def plan_value(name: str, plan: Plan, last: Plan, *, applied: bool) -> dict[str, Any]:
    """The plan as `sync --json` gives it; `last` is the one made last, which may know of more that differs."""
    drift = list(
        dict.fromkeys((step.uid, step.ritual, d, drift_line(step, d)) for p in (plan, last) for step, d in p.drift)
    )
    return {
        "calendar": name,
        "creates": plan.count(CREATE),
        "updates": plan.count(UPDATE),
        "deletes": plan.count(DELETE),
        "unchanged": plan.unchanged,
        "drift": [
            {"ritual": ritual, "uid": uid, "what": "conflict" if d.is_conflict else d.what, "message": message}
            for uid, ritual, d, message in drift
        ],
        "applied": applied,
        "adopts": plan.count("adopt"),
        "guards": [{"name": g.name, "message": g.message} for g in plan.guards],
    }
