"""A `Plan` in sentences, and as the JSON of `sync --json`.

In: a Plan, the names of its calendar. Out: lines of text, plain values. No terminal and no colour enter.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from planner.canonical import ONWARD, Canon, Face
from planner.rewritten import clock_of, date_of, has_date, meaning
from planner.saying import listed, say_date, say_rule, say_zone, weekday_name
from planner.sync.deciding import CREATE, DELETE, UPDATE, Decision, Drift
from planner.sync.plan import Fold, Plan, Step
from planner.sync.wanted import Wanted
from planner.words import ORDINAL_WORDS, Days, Every, MonthDays, Ordinal, Steady, Weekly, YearDay, YearDays

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_SAYABLE = {"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYMONTH", "UNTIL"}
_STATUS = {"CANCELLED": "is marked as cancelled", "TENTATIVE": "is marked as tentative"}
_UNITS = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}


# ── when ─────────────────────────────────────────────────────────────


def say_series(face: Face, home: str = "") -> str:
    """The days of a series and the clock on them: "every Wednesday, 18:30–21:00"; its zone, if it is not `home`."""
    first = day_of(face.start)
    days = say_days_of(face)
    return f"{days or f'on {say_date(first)}'}, {say_clocks(face)}{_elsewhere(face, home)}"


def _elsewhere(face: Face, home: str) -> str:
    if not home or face.zone in (home, "date") or "date" in (home, face.zone):
        return ""
    if not face.zone:
        return ", without a time zone"
    year = int(face.start[:4])
    return "" if clock_of(face.zone, year) == clock_of(home, year) else f", {say_zone(face.zone)}"


def say_days_of(face: Face) -> str:
    """The days of a rule in words; "" where there is no rule."""
    means = meaning(face.rule, face.start, face.zone)
    also = sorted(d for o in means.others if (d := date_of(o.removeprefix("RDATE="))) is not None)
    if not means.parts and not means.others:
        return ""
    parts = dict(means.parts)
    days = days_of_rule(parts, day_of(face.start))
    unit, number = _UNITS.get(parts.get("FREQ", "")), parts.get("INTERVAL", "1")
    if len(also) < len(means.others) or (means.parts and (days is None or unit is None or not number.isdecimal())):
        said = "on days of its own"
    elif days is not None and unit is not None:
        said = say_rule(days, Every(int(number), unit))
    else:
        said = f"on {say_date(day_of(face.start))}"
    said += f" until {say_date(means.last)}" if means.last else ""
    return f"{said} and also on {_dates(d.isoformat() for d in also)}" if also else said


def days_of_rule(parts: dict[str, str], first: date) -> Days | None:
    """The days that the parts of a rule mean, None for a form that an agreement has no words for."""
    by_day = [_by_day(text) for text in parts.get("BYDAY", "").split(",") if text]
    by_month_day = [int(n) for n in parts.get("BYMONTHDAY", "").split(",") if n.removeprefix("-").isdecimal()]
    if any(d is None for d in by_day) or parts.keys() - _SAYABLE:
        return None
    if any(not -1 <= n <= 31 or n == 0 for n in by_month_day) or (parts.get("FREQ") != "YEARLY" and "BYMONTH" in parts):
        return None
    places = [d for d in by_day if d is not None]
    match parts.get("FREQ"):
        case "DAILY":
            return Steady() if not by_day and not by_month_day else None
        case "WEEKLY" if not by_month_day and not any(n for n, _ in places):
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
    if not month.isdecimal() or not 1 <= int(month) <= 12:
        return None
    if places and all(n for n, _ in places):
        return YearDays(tuple(YearDay(int(month), n=n, weekday=d) for n, d in places))
    return YearDays(tuple(YearDay(int(month), n) for n in numbers or [first.day])) if not places else None


def _by_day(text: str) -> tuple[int, int] | None:
    number, name = text[:-2], text[-2:]
    if name not in _WEEKDAYS or not (number or "0").lstrip("+").removeprefix("-").isdecimal():
        return None
    place = int(number or 0)
    return (place, _WEEKDAYS.index(name)) if place == 0 or place in ORDINAL_WORDS else None


def day_of(value: str) -> date:
    """The day of a canonical date or wall clock, "20270113" or "20270113T183000"."""
    return date(int(value[:4]), int(value[4:6]), int(value[6:8]))


def say_clocks(face: Face) -> str:
    """The clock from start to end: "18:30–21:00", "all day"."""
    if face.zone == "date" or "T" not in face.start:
        days = (day_of(face.end) - day_of(face.start)).days
        return "all day" if days <= 1 else f"{days} whole days"
    is_long = _moment(face.end) - _moment(face.start) >= timedelta(days=1)
    last = f"{weekday_name(day_of(face.end).weekday())} " if is_long else ""
    return f"{_clock(face.start)}–{last}{_clock(face.end)}"


def _moment(value: str) -> datetime:
    return datetime.strptime(value, "%Y%m%dT%H%M%S")  # noqa: DTZ007  (a wall clock)


def _clock(value: str) -> str:
    return f"{_moment(value):%H:%M}"


def say_occurrence(face: Face, home: str = "") -> str:
    """One occurrence's day and clock: "Saturday 13 March 2027, 18:00–21:00"; its zone, if it is not `home`."""
    return f"{say_date(day_of(face.start))}, {say_clocks(face)}{_elsewhere(face, home)}"


# ── steps ────────────────────────────────────────────────────────────


def step_line(step: Step, home: str = "", today: date | None = None) -> str:
    """What a step does, in one line that begins with the title. Times in another zone than `home` say which.

    With `today`, what is new and began before says that its past comes too.
    """
    match step.kind, step.want:
        case "create", want if want is not None:
            said = f"{step.title}: new{_since(want)}, {say_series(want.canon.face, home)}{_exceptions(want.canon)}"
            return f"{said}{_with_past(want, today)}"
        case "update", want if want is not None:
            old = step.held.canon if step.held else want.canon
            return f"{step.title}: {_changes(old, want.canon, step.decision, home)}"
        case _:
            return f"{step.title}: goes, it is no longer in the agreement"


def fold_line(fold: Fold) -> str:
    """What many more steps of one kind do, in one line."""
    does = {"create": "more that are new", "update": "more that change", "delete": "more that go"}[fold.kind]
    return f"{fold.title}: {fold.number} {does}, each for days of its own; --json lists them"


def _since(want: Wanted) -> str:
    """From which day a series goes that takes over from others; "" for what is there from the start."""
    return f" from {say_date(day_of(want.canon.face.start))} on" if want.goes_on else ""


def _with_past(want: Wanted, today: date | None) -> str:
    """That the past of a series comes with it, and from when; "" where it has none, or where that is said already."""
    first = day_of(want.canon.face.start)
    if today is None or first >= today or want.series.rule is None or _since(want):
        return ""
    return f"; with what is past of it, since {say_date(first)}"


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


def _changes(old: Canon, new: Canon, decision: Decision, home: str) -> str:
    """What becomes different, old → new; nothing of what a person changed and keeps."""
    said = []
    merge = decision.merge
    units = [u for u in new.face.differs(old.face) if merge is None or u in merge.master.units]
    if "summary" in units:
        said.append(f'"{old.face.summary}" is now called "{new.face.summary}"')
    if "when" in units:
        before, after = say_series(old.face, home), say_series(new.face, home)
        said.append(f"{before} → {after}" if before != after else f"from {say_date(day_of(new.face.start))} on")
    if "location" in units:
        said.append(f"place {old.face.location or 'none'} → {new.face.location or 'none'}")
    if "description" in units:
        said.append("other notes" if new.face.description else "notes taken out")
    if "standing" in units:
        said += _standing(new.face, old.face)
    kept = set(decision.kept_days) | {d.day for d in decision.drift if d.what == "lost"}
    kept |= merge.theirs.keys() if merge else set()
    added = sorted(set(new.gone) - set(old.gone) - kept)
    stays = kept | (merge.gone if merge else set())
    back = sorted(d for d in set(old.gone) - new.days() - stays if new.said(d) is None and _has(old, d))
    if added:
        said.append(f"left out on {_dates(added)}")
    if back:
        said.append(f"takes place again on {_dates(back)}")
    was = {d: f for d, f in old.differing.items() if d not in kept and old.said(d) is not None}
    differing = {d: f for d, f in new.differing.items() if d not in kept}
    moved = sorted(d for d, f in differing.items() if d not in was or f.differs(was[d], ("when",)))
    other = sorted(d for d in differing.keys() & was.keys() if d not in moved and _differs_beside(new, old, d, units))
    if other:
        said.append(f"other words on {_dates(other)}")
    said += [f"{_name_of(d)} is now {say_occurrence(new.differing[d], home)}" for d in moved[:4]]
    if len(moved) > 4:
        said.append(f"{len(moved) - 4} more days differ")
    usual = sorted(d for d in was.keys() - new.days() if new.said(d) is None)
    if usual:
        said.append(f"as usual again on {_dates(usual)}")
    if merge is None or merge.master.alarms != old.face.alarms:
        said.append("other reminders")
    return "; ".join(said) or "small things (colour, tags)"


def _differs_beside(new: Canon, old: Canon, day: str, units: list[str]) -> bool:
    """Whether a single date is worded otherwise than before, by more than the series is."""
    return any(u not in units for u in new.differing[day].differs(old.differing[day]))


def _has(canon: Canon, day: str) -> bool:
    return has_date(canon.face.rule, canon.face.start, canon.face.zone, date.fromisoformat(day))


def _name_of(day: str) -> str:
    return say_date(date.fromisoformat(day))


# ── drift ────────────────────────────────────────────────────────────


def drift_line(step: Step, drift: Drift, home: str = "") -> str:
    """What differs and stays, in a sentence with what can be done. Times in another zone than `home` say which."""
    title = step.title or "An event"
    on = _name_of(drift.day) if drift.day else ""
    key = step.ritual or "KEY"
    if drift.is_conflict:
        return f"{title}: {_conflict(drift, on, home)}. `planner sync --restore {key}` or `--keep {key}` decides"
    match drift.what:
        case "moved" if drift.now and drift.now.rule == ONWARD:
            return (
                f"{title}: from {on} on it was changed for good in the calendar, the first time to "
                f"{say_occurrence(drift.now, home)}{_also(drift)}"
            )
        case "moved" if drift.now and drift.now.start[:8] == (drift.day or "").replace("-", ""):
            clocks = say_clocks(drift.now) + _elsewhere(drift.now, home)
            return f"{title}: {on} was changed in the calendar to {clocks}{_also(drift)}"
        case "moved" if drift.now:
            return f"{title}: {on} was moved in the calendar to {say_occurrence(drift.now, home)}{_also(drift)}"
        case "cancelled":
            return f"{title}: {on} was cancelled in the calendar"
        case "put back":
            return f"{title}: {on} was put back in the calendar"
        case "lost" if drift.now is None:
            return f"{title}: {on} was cancelled in the calendar; it no longer falls on that day anyway"
        case "lost":
            was = f" ({say_occurrence(drift.now, home)})" if drift.now else ""
            return f"{title}: what was changed in the calendar on {on}{was} goes; it no longer falls on that day"
        case "deleted":
            return f"{title}: was deleted in the calendar and stays so. `planner sync --restore {key}` brings it back"
        case "copy":
            return f"{title}: is from another copy of the agreement and stays as it is"
        case "series" if drift.now:
            since = f"{say_date(day_of(drift.now.start))} on, {say_series(drift.now, home)}"
            return (
                f"{title}: your app has made its own series from {since}; it is not in the agreement, "
                "and stays as it is. Change the ritual in the file from that day on, or bring the old "
                f"one back with `planner sync --restore {key}`; and take that series out in your app"
            )
        case "twice":
            return (
                f"{title}: is in the calendar twice, as two objects of one identity, and only one is kept in step. "
                "Take one of them out in your calendar app; whichever it is, the other goes on"
            )
    where = f" on {on}" if on else ""
    return f"{title}: {_edited(drift, home)} in the calendar{where}"


def _conflict(drift: Drift, on: str, home: str) -> str:
    if drift.what == "missing":
        return "is not in the calendar; this machine does not know whether it was deleted there or never written"
    if drift.what == "differs":
        return f"the calendar has it otherwise ({_edited(drift, home)}), and this machine does not know who changed it"
    where = f" on {on}" if on else ""
    verb = {"cancelled": "was cancelled", "moved": "was moved", "put back": "was put back"}.get(
        drift.what, _edited(drift, home)
    )
    return f"{verb} in the calendar{where}, and changed in the agreement too"


def _edited(drift: Drift, home: str = "") -> str:
    """What of it was changed: "is called "Clay"", "is every Thursday, 19:00–21:00"."""
    if drift.now is None or not drift.units:
        return "was changed"
    said = []
    for unit in drift.units:
        match unit:
            case "summary":
                said.append(f'is called "{drift.now.summary}"' if drift.now.summary else "has no title")
            case "when":
                said.append(_edited_time(drift.now, drift.before, home, is_single=bool(drift.day)))
            case "location":
                said.append(f"is at {drift.now.location}" if drift.now.location else "has no place")
            case "description":
                said.append("has other notes" if drift.now.description else "has no notes")
            case _:
                said += _standing(drift.now, drift.before)
    return listed(said)


def _edited_time(now: Face, before: Face | None, home: str, *, is_single: bool) -> str:
    if is_single:
        return f"is {say_occurrence(now, home)}"
    home = home or (before.zone if before else "")
    after = say_series(now, home)
    if before is None or after != say_series(before, home):
        return f"is {after}"
    if now.start[:8] != before.start[:8]:
        return f"begins on {say_date(day_of(now.start))}"
    return "is at other times"


def _standing(now: Face, before: Face | None) -> list[str]:
    said = []
    if before is None or now.status != before.status:
        said.append(_STATUS.get(now.status, "is confirmed"))
    if before is None or now.transp != before.transp:
        said.append("counts as free time" if now.transp == "TRANSPARENT" else "counts as busy time")
    if before is None or now.discretion != before.discretion:
        said.append(f"is marked as {now.discretion.lower() or 'public'}")
    return said


def _also(drift: Drift) -> str:
    units = tuple(u for u in drift.units if u != "when")
    return f", and {_edited(drift._replace(units=units))}" if units else ""


def kept_line(step: Step) -> str:
    """What somebody said may stay otherwise, and how it comes back."""
    what = "is otherwise in the calendar" if step.held else "is not in the calendar"
    return f"{step.title}: {what}, as one of you decided; `planner sync --restore {step.ritual}` brings it back"


# ── as values ────────────────────────────────────────────────────────


def plan_value(name: str, plan: Plan, last: Plan, home: str = "", *, applied: bool) -> dict[str, Any]:
    """The plan as `sync --json` gives it; `last` is the one made last, which may know of more that differs."""
    drift = list(
        dict.fromkeys(
            (step.uid, step.ritual, d, drift_line(step, d, home)) for p in (plan, last) for step, d in p.drift
        )
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
        "kept": len(plan.kept),
        "guards": [{"name": g.name, "message": g.message} for g in plan.guards],
    }
