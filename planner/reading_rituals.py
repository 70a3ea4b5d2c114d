"""One ritual's table → `Ritual`: the keys of every kind of ritual, and how they combine.

In: a `Table`, the `Ground` (what holds for the whole agreement). Out: a `Ritual`, or None with findings. Nothing is
expanded: whether a skip hits an occurrence is for `checks`.
"""

from __future__ import annotations

import datetime as dt
from datetime import timedelta
from typing import Any, NamedTuple

from planner.agreement import TABLES, Change, CheckIn, Ladder, Person, Ritual, Slot
from planner.tables import Path, Table, said, unknown
from planner.words import (
    AllDay,
    Dates,
    Days,
    Every,
    MonthDays,
    Ordinal,
    Steady,
    Time,
    Timed,
    Unclear,
    Weekly,
    YearDays,
    add_length,
    join_days,
    length_between,
    read_at,
    read_days,
    read_every,
    read_length,
)
from planner.zones import is_zone

SHARES = ("full", "gist", "busy", "private")
WAYS = ("text", "voice note", "call", "in person")
DAY = 1440
LONGEST = 31 * DAY
DEFAULT_LENGTHS = {"check_in": 10, "review": 30}
_ELSEWHERE = {
    "host": "a host belongs to [host_nights]",
    "hosts": "hosts belong to [host_nights]; elsewhere write `turns`",
    "turns": "turns belong to [rituals] and [shared_evenings]; for host nights write `hosts`",
    "by": "`by` belongs to [check_ins] and to a `check_in`",
    "check_in": "a `check_in` belongs inside a me-block; a check-in of its own goes into [check_ins]",
    "end": 'an end is written in `at`: "18:30-21:00"',
    "ends": "the last day is written as `until`",
    "end_date": "the last day is written as `until`",
    "start": 'the first day is `starts`, the time of day is `at = "18:30"`',
    "location": "the place is written as `where`",
    "place": "the place is written as `where`",
    "name": "a ritual has a `title`",
    "description": "longer texts are `notes`",
    "note": "longer texts are `notes`",
    "day": "the day is written as `on`",
    "days": "the days are written as `on`",
    "time": 'the time of day is `at = "18:30-21:00"`',
    "duration": 'the length is `for = "45m"`',
    "length": 'the length is `for = "45m"`',
    "reminder": "a reminder is written as `remind`",
    "except": "dates on which it does not happen are `skip`",
}


class Ground(NamedTuple):
    """What holds for the whole agreement, and what a ritual may leave to it."""

    people: dict[str, Person]
    helpers: dict[str, str]
    starts: dt.date | None
    until: dt.date | None
    timezone: str
    share: str | None
    remind: tuple[int, ...]


def read_ritual(table: Table, kind: str, key: str, ground: Ground) -> Ritual | None:
    """The ritual that `table` describes; None, with findings, where it cannot be read."""
    before = len(table.findings.found)
    who, who_is_turn, host, turns = _people(table, kind, ground)
    slots, every = _when(table, kind)
    starts, until, trial = _bounds(table, ground)
    timezone = read_zone(table, "timezone")
    title = (
        table.text("title")
        or key.replace("-", " ").replace("_", " ")[:1].upper() + key.replace("-", " ").replace("_", " ")[1:]
    )
    share, gist = _sharing(table, who, turns, ground)
    remind = read_reminds(table, "remind") if table.has("remind") else ground.remind
    by = table.choice("by", WAYS, "way to be in touch") if kind == "check_in" else None
    check_ins = _check_ins(table, slots) if kind == "me_block" else ()
    texts = {
        "where": table.text("where"),
        "notes": table.text("notes", lines=True),
        "gist": gist,
        "title": title,
    }
    prompts = table.texts("prompts")
    _turn_in_texts(table, turns, host)
    ritual_zone = timezone or (ground.people[who[0]].timezone if len(who) == 1 and not who_is_turn else ground.timezone)
    ladder = _ladder(table)
    changes = _changes(table, slots, turns, "host" if kind == "host_night" else "turn", ground)
    cover = _cover(table, who, share, ground)
    count_from = table.day("count_from")
    if count_from and slots and any(isinstance(s.days, Dates) for s in slots):
        table.wrong("count_from", "nothing-to-count", "single dates count nothing; leave `count_from` out")
    ritual = Ritual(
        path=f"{table.path[0]}.{key}",
        kind=kind,
        who=who,
        slots=slots,
        every=every or Every(1, "week"),
        starts=starts or dt.date(2000, 1, 1),
        until=until,
        timezone=ritual_zone,
        share=share,
        who_is_turn=who_is_turn,
        host=host,
        turns=turns,
        hosting=kind == "host_night",
        count_from=count_from,
        trial=trial,
        prompts=prompts,
        tags=table.texts("tags"),
        remind=remind,
        skip=table.days("skip"),
        changes=changes,
        check_ins=check_ins,
        ladder=ladder,
        yes=read_people(table, "yes", ground.people),
        cover=cover,
        may_overlap=table.texts("may_overlap"),
        if_needed=table.flag("if_needed"),
        by=by,
        on_holidays=table.choice("on_holidays", ("skip", "keep"), "way with holidays"),
        was=table.text("was"),
        **texts,  # type: ignore[arg-type]  # the four texts above, by name
    )
    table.finish(_ELSEWHERE)
    return ritual if len(table.findings.found) == before else None


# ── people ───────────────────────────────────────────────────────────


def read_person(table: Table, path: Path, value: Any, people: dict[str, Person]) -> str | None:
    """The key of a person, or None with a finding."""
    if not isinstance(value, str):
        table.wrong(path, "wrong-kind", f"a person's key in quotes is meant here, not {said(value)}")
        return None
    if value in people:
        return value
    by_name = {p.name.casefold(): k for k, p in people.items()}
    hint = f'write the key, "{by_name[value.casefold()]}"' if value.casefold() in by_name else unknown(value, people)
    table.wrong(path, "unknown-person", f'no person "{value[:40]}"; {hint}')
    return None


def read_people(table: Table, key: str, people: dict[str, Person], *, twice: bool = False) -> tuple[str, ...]:
    """The keys of one or several people; "everyone" is all of them. A name stands twice only in turns."""
    found: list[str] = []
    for path, value in table.items(key):
        if value == "everyone" and not twice:
            found.extend(people)
        elif person := read_person(table, path, value, people):
            found.append(person)
    return tuple(found) if twice else tuple(dict.fromkeys(found))


def _people(table: Table, kind: str, ground: Ground) -> tuple[tuple[str, ...], bool, str | None, tuple[str, ...]]:
    everyone = tuple(ground.people)
    turns: tuple[str, ...] = ()
    host = None
    if kind == "host_night":
        host, turns = _hosts(table, ground)
    elif kind in ("ritual", "shared_evening"):
        turns = read_people(table, "turns", ground.people, twice=True)
    if kind == "me_block":
        return _owner(table, ground), False, None, turns
    if not table.has("who"):
        return everyone, False, host, turns
    if table.raw("who") in ("turn", ["turn"]):
        if not turns and not table.has("hosts") and not table.has("turns"):
            table.wrong("who", "no-turns", 'who = "turn" needs to know who takes turns; add `turns` (or `hosts`)')
        return tuple(dict.fromkeys(turns)) or everyone, True, host, turns
    who = read_people(table, "who", ground.people)
    for key, named in (
        ("host", (host,) if host else ()),
        ("hosts" if kind == "host_night" else "turns", turns),
    ):
        for person in dict.fromkeys(named):
            if who and person not in who:
                table.wrong(key, "not-taking-part", f'"{person}" takes a turn but is not in `who`; add them there')
    return who or everyone, False, host, turns


def _owner(table: Table, ground: Ground) -> tuple[str, ...]:
    if not table.has("who"):
        table.missing("who", f'a me-block is one person\'s own: who = "{next(iter(ground.people), "ana")}"')
        return tuple(ground.people)[:1]
    who = read_people(table, "who", ground.people)
    if len(who) > 1:
        table.wrong("who", "one-owner", "a me-block is one person's own; what several share goes into [rituals]")
    return who[:1] or tuple(ground.people)[:1]


def _hosts(table: Table, ground: Ground) -> tuple[str | None, tuple[str, ...]]:
    host: str | None = None
    turns: tuple[str, ...] = ()
    if table.has("host"):
        host = read_person(table, ("host",), table.raw("host"), ground.people)
    if table.has("hosts"):
        turns = read_people(table, "hosts", ground.people, twice=True)
        if table.has("host"):
            table.wrong("host", "host-and-hosts", "`host` and `hosts` say two things; keep one of them", part="key")
    elif not table.has("host"):
        people = ", ".join(f'"{k}"' for k in ground.people)
        table.missing("hosts", f"write hosts = [{people}] to take turns, or one `host`")
    return host, turns


def _turn_in_texts(table: Table, turns: tuple[str, ...], host: str | None) -> None:
    if turns or host or table.has("hosts") or table.has("turns"):
        return
    for key in ("title", "where", "notes", "gist", "prompts"):
        for path, value in table.items(key) if table.has(key) else []:
            if isinstance(value, str) and "{turn}" in value:
                table.wrong(path, "no-turns", "{turn} stands for the one whose turn it is; this ritual has no turns")


def _cover(table: Table, who: tuple[str, ...], share: str, ground: Ground) -> str | None:
    cover = table.text("cover")
    if cover is None or cover in ground.helpers:
        return cover
    if cover not in ground.people:
        known = [*ground.people, *ground.helpers]
        table.wrong("cover", "unknown-person", f'no person or helper "{cover}"; {unknown(cover, known)}')
    elif cover in who:
        table.wrong(
            "cover",
            "cover-takes-part",
            f'"{cover}" takes part and cannot cover too; name someone else, or a helper',
        )
    elif share == "private":
        table.wrong("cover", "private-cover", 'who covers must know when; write share = "busy" instead of "private"')
    return cover


# ── when ─────────────────────────────────────────────────────────────

_NATURAL: dict[type, str] = {Weekly: "week", Ordinal: "month", MonthDays: "month", YearDays: "year"}


def _when(table: Table, kind: str) -> tuple[tuple[Slot, ...], Every | None]:
    """The slots (days with their time) and the spacing; no slots where the text says nothing definite."""
    every = table.clear(("every",), lambda: read_every(table.text("every") or "week")) if table.has("every") else None
    at = table.raw("at")
    if isinstance(at, dict):
        if table.has("on"):
            table.wrong(
                "on",
                "on-and-days",
                "`at` names the days already; leave `on` out, or give `at` one time",
                part="key",
            )
        slots = _slots_by_day(table, at, kind)
        days = slots[0].days if slots else None
        place = "at"
    else:
        days = read_on(table, "on") if table.has("on") else None
        if days is None and not table.has("on"):
            if every is not None and every.unit == "day":
                days = Steady()
            elif not table.has("every"):
                table.missing("on", 'say which day: on = "friday", or "first friday", or a date')
            elif every is not None:
                table.wrong("every", "which-day", f"which day? add `on`, such as {_example(every)}")
        time = _time(table, kind)
        slots = (Slot(days, time),) if days is not None and time is not None else ()
        place = "on"
    if days is None or (table.has("every") and every is None):
        return (), None
    return slots, _spacing(table, days, every, place)


def _example(every: Every) -> str:
    return {"week": 'on = "monday"', "month": 'on = "first monday"', "year": 'on = "14 february"'}[every.unit]


def _spacing(table: Table, days: Days, every: Every | None, place: str) -> Every | None:
    """The spacing that goes with `days`; None with the question it raises where the two say nothing definite."""
    if isinstance(days, Dates):
        if every is not None:
            table.wrong("every", "dates-once", "single dates happen once each; leave `every` out, or name a weekday")
        return Every(1, "day")
    if isinstance(days, Steady):
        return every
    natural = _NATURAL[type(days)]
    if every is None:
        return Every(1, natural)
    if every.unit == natural:
        return every
    word = table.raw(place) if place == "on" else next(iter(table.raw("at")), "monday")
    shown = word if isinstance(word, str) else str(word[0]) if isinstance(word, list) else str(word)
    asks = {
        ("week", "month"): f'which {shown}? write "first {shown}" (or "last {shown}") without `every`',
        ("week", "year"): f'which {shown} of the year? write "first {shown} of may" without `every`',
        ("week", "day"): f"every day, or every {shown}? keep `every` or `on`, not both",
        (
            "month",
            "week",
        ): f'"{shown}" comes once a month; leave `every` out, or write on = "monday" for every week',
        ("month", "day"): f'every day, or each "{shown}"? keep `every` or `on`, not both',
        ("month", "year"): f'in which month? write "{shown} of may" without `every`',
        ("year", "day"): f'every day, or each "{shown}"? keep `every` or `on`, not both',
        ("year", "week"): f'"{shown}" comes once a year; leave `every` out',
        ("year", "month"): f'"{shown}" comes once a year; leave `every` out, or name a day of the month',
    }
    table.wrong("every", "which-day", asks[natural, every.unit])
    return None


def read_on(table: Table, key: str) -> Days | None:
    """The days that `on` names, all of one form; None with findings."""
    parts: list[Days] = []
    complete = True
    for path, value in table.items(key):
        if isinstance(value, str):
            days = table.clear(path, lambda value=value: read_days(value))  # type: ignore[misc]
        elif isinstance(value, dt.date) and not isinstance(value, dt.datetime):
            day = table.check_day(path, value)
            days = Dates((day,)) if day else None
        else:
            table.wrong(path, "wrong-kind", f'a day is meant here, such as "friday" or 2027-02-14, not {said(value)}')
            days = None
        complete = complete and days is not None
        if days is not None:
            parts.append(days)
    if not complete or not parts:
        return None
    joined = join_days(parts)
    if joined is None:
        table.wrong(
            key,
            "mixed-days",
            "a list of days holds one form: weekdays, or ordinals, or dates; make two rituals of it",
        )
    return joined


def _clock_of(table: Table, path: Path, value: Any) -> tuple[int, int | None] | str | None:
    """(start, end) of an `at` value, "all day", or None with a finding."""
    if isinstance(value, dt.time):
        if value.second or value.microsecond:
            table.wrong(path, "seconds", "times go by the minute; leave the seconds at 00")
            return None
        return value.hour * 60 + value.minute, None
    if isinstance(value, str):
        try:
            return read_at(value) or "all day"
        except Unclear as e:
            table.wrong(path, e.code, str(e))
            return None
    table.wrong(path, "wrong-kind", f'a time is meant here, such as "18:30-21:00" or "all day", not {said(value)}')
    return None


def _time(table: Table, kind: str) -> Time | None:
    if not table.has("at"):
        table.missing("at", 'say when: at = "18:30-21:00", or at = "all day"')
        read_for(table)
        table.has("ladder")
        return None
    clock = _clock_of(table, ("at",), table.raw("at"))
    return _timed(table, ("at",), clock, kind) if clock is not None else None


def read_for(table: Table) -> int | None:
    """The minutes that `for` says, or None."""
    text = table.text("for")
    length = table.clear(("for",), lambda: read_length(text)) if text else None
    if length is None:
        return None
    if length.months or length.minutes > LONGEST:
        table.wrong(
            "for",
            "too-long",
            "one occurrence lasts 31 days at most; for a longer stretch use `starts` and `until`",
        )
        return None
    return length.minutes


def _timed(table: Table, path: Path, clock: tuple[int, int | None] | str, kind: str) -> Time | None:
    """One time from `at` with its end, `for` or `ladder`: exactly one of them says how long it lasts."""
    length = read_for(table)
    laddered = table.has("ladder")
    if isinstance(clock, str):
        if laddered:
            table.wrong("ladder", "two-lengths", "whole days cannot grow in steps; give `at` a time of day")
        if table.has("for") and length is None:
            return None
        if length is not None and length % DAY:
            table.wrong("for", "part-of-a-day", 'what goes on all day lasts whole days: "1 day", "2 days"')
            return None
        return AllDay((length or DAY) // DAY)
    start, end = clock
    if end is not None:
        for other in ("for", "ladder"):
            if table.has(other):
                table.wrong(
                    other,
                    "two-lengths",
                    f"`at` says when it ends already; keep its end or `{other}`, not both",
                    part="key",
                )
        return Timed(start, length_between(start, end))
    if table.has("for") and laddered:
        table.wrong("for", "two-lengths", "`for` and `ladder` both say how long; keep one of them", part="key")
    if laddered:
        return Timed(start, 0)  # each step has its own length
    if length is None:
        if table.has("for"):
            return None
        length = DEFAULT_LENGTHS.get(kind)
        if length is None:
            table.wrong(
                path,
                "no-length",
                f'how long? give an end, "{start // 60:02d}:{start % 60:02d}-…", or add for = "2h"',
            )
            return None
    return Timed(start, length)


def _slots_by_day(table: Table, at: dict[str, Any], kind: str) -> tuple[Slot, ...]:
    slots: list[Slot] = []
    seen: set[object] = set()
    for name, value in at.items():
        days = table.clear(("at", name), lambda name=name: read_days(name))  # type: ignore[misc]
        clock = _clock_of(table, ("at", name), value)
        if days is None or clock is None:
            continue
        if slots and type(days) is not type(slots[0].days):
            table.wrong(
                ("at", name),
                "mixed-days",
                "the days of one ritual have one form; make two rituals of it",
                part="key",
            )
            continue
        time = _timed(table, ("at", name), clock, kind)
        if time is None:
            continue
        if slots and type(time) is not type(slots[0].time):
            table.wrong(
                ("at", name),
                "mixed-days",
                "one ritual is all day or at a time, not both; make two rituals of it",
            )
            continue
        named: set[object] = {day for group in days for day in group}
        if named & seen:
            table.wrong(("at", name), "day-twice", f'"{name}" names a day that stands here already', part="key")
            continue
        seen |= named
        slots.append(Slot(days, time))
    if not at:
        table.wrong("at", "empty-list", 'no day is named; write at = { tuesday = "19:30-21:00" }')
    return tuple(slots)


def _bounds(table: Table, ground: Ground) -> tuple[dt.date | None, dt.date | None, dt.date | None]:
    """First day, last day, and the last day of a trial."""
    starts, until = table.day("starts"), table.day("until")
    if starts and ground.starts and starts < ground.starts:
        table.wrong(
            "starts",
            "starts-early",
            f"the agreement itself starts on {ground.starts}; start here on that day or later",
        )
    first = starts or ground.starts
    if until and first and until < first:
        table.wrong("until", "ends-before-start", f"the last day, {until}, lies before the first, {first}")
    if until and ground.until and until > ground.until:
        table.wrong(
            "until",
            "ends-late",
            f"the agreement itself ends on {ground.until}; this ends with it",
            severity="warning",
        )
    trial = _trial(table, first)
    ends = [day for day in (until, trial, ground.until) if day]
    last = min(ends) if ends else None
    if last and first and last < first and last == ground.until:
        table.wrong(
            "starts",
            "ends-before-start",
            f"this starts on {first}, after the agreement ends on {ground.until}",
        )
    return first, last, trial


def _trial(table: Table, first: dt.date | None) -> dt.date | None:
    if not table.has("trial"):
        return None
    value = table.raw("trial")
    if not isinstance(value, str):
        day = table.day("trial")
        if day and first and day < first:
            table.wrong("trial", "ends-before-start", f"the trial's last day, {day}, lies before the first, {first}")
        return day
    text = table.text("trial")
    length = table.clear(("trial",), lambda: read_length(text)) if text else None
    if length is None:
        return None
    if length.minutes % DAY:
        table.wrong("trial", "unknown-length", 'a trial lasts days, weeks or months: "4 weeks", "3 months"')
        return None
    if length.months > 600 or length.minutes > 600 * 31 * DAY:
        table.wrong("trial", "too-long", "a trial of more than fifty years is no trial; leave it out")
        return None
    return add_length(first, length) - timedelta(days=1) if first else None


def read_zone(table: Table, key: str) -> str | None:
    """An IANA time zone, or None with a finding."""
    name = table.text(key)
    if name is None or is_zone(name):
        return name
    from planner.zones import zone_names  # reads the whole database, for a remedy only

    names = zone_names()
    cities: dict[str, str] = {}
    for known in sorted(names):
        if "/" in known:
            cities.setdefault(known.rpartition("/")[2].casefold(), known)
    exact = cities.get(name.rpartition("/")[2].casefold().replace(" ", "_"))
    hint = f'did you mean "{exact}"?' if exact else unknown_zone(name, names)
    table.wrong(key, "unknown-zone", f'no time zone "{name[:60]}"; {hint}')
    return None


def unknown_zone(name: str, names: frozenset[str]) -> str:
    """A remedy for an unknown time zone."""
    from planner.problems import nearest

    near = nearest(name, names)
    return f'did you mean "{near}"?' if near else 'zones are written like "Europe/Berlin" or "America/New_York"'


# ── what goes with it ────────────────────────────────────────────────


def _sharing(table: Table, who: tuple[str, ...], turns: tuple[str, ...], ground: Ground) -> tuple[str, str | None]:
    share, gist = table.choice("share", SHARES, "level"), table.text("gist")
    if share and gist and share != "gist":
        why = "shows the title itself" if share == "full" else "hides even that"
        table.wrong(
            "gist",
            "gist-unseen",
            f'nobody would read this gist: share = "{share}" {why}; leave one of the two out',
        )
    if share or gist:
        return share or "gist", gist
    if ground.share:
        return ground.share, gist
    everyone = set(ground.people)
    return "full" if everyone <= set(who) or everyone <= set(turns) else "gist", gist


def read_reminds(table: Table, key: str) -> tuple[int, ...]:
    """Minutes before the start, longest first; none for "none"."""
    if table.raw(key) == "none":
        return ()
    minutes = []
    for path, value in table.items(key):
        text = table.check_text(path, value)
        length = table.clear(path, lambda text=text: read_length(text)) if text else None  # type: ignore[misc]
        if length is None:
            continue
        if length.months or length.minutes > 28 * DAY:
            table.wrong(path, "too-long", "a reminder comes four weeks ahead at most")
            continue
        minutes.append(length.minutes)
    return tuple(sorted(set(minutes), reverse=True))


def _check_ins(table: Table, slots: tuple[Slot, ...]) -> tuple[CheckIn, ...]:
    found = []
    for inner in table.tables("check_in"):
        by = inner.choice("by", WAYS, "way to be in touch") or "text"
        length = read_for(inner) if inner.has("for") else 5
        moments = {}
        for key in ("after", "before_end"):
            text = inner.text(key)
            read = inner.clear((key,), lambda text=text: read_length(text)) if text else None  # type: ignore[misc]
            if read is not None:
                moments[key] = read.minutes + read.months * LONGEST
        if inner.has("after") and inner.has("before_end"):
            inner.wrong(
                "before_end",
                "two-moments",
                "`after` and `before_end` say two moments; make it two check-ins",
                part="key",
            )
        elif not inner.has("after") and not inner.has("before_end"):
            inner.missing("after", 'say when inside the block: after = "20m", or before_end = "10m"')
        elif moments and length:
            found.append(CheckIn(moments.get("after"), moments.get("before_end"), by, length))
            if any(isinstance(slot.time, AllDay) for slot in slots):
                inner.findings.add(inner.path, "no-time", "a check-in needs a block with a time of day", part="key")
        inner.finish()
    return tuple(found)


def _ladder(table: Table) -> Ladder | None:
    inner = table.table("ladder")
    if inner is None:
        return None
    steps = []
    for path, value in inner.items("steps"):
        text = inner.check_text(path, value)
        length = inner.clear(path, lambda text=text: read_length(text)) if text else None  # type: ignore[misc]
        if length is not None and (length.months or length.minutes > LONGEST):
            inner.wrong(path, "too-long", "a step lasts 31 days at most")
        elif length is not None:
            steps.append(length.minutes)
    if not inner.has("steps"):
        inner.missing("steps", 'write the lengths in order: steps = ["30m", "45m", "1h"]')
    text = inner.text("each")
    each = inner.clear(("each",), lambda: read_length(text)) if text else None
    if not inner.has("each"):
        inner.missing("each", 'say how long a step lasts at least: each = "2 weeks"')
    elif each is not None and (each.minutes % DAY or each.months > 600 or each.minutes > 600 * 31 * DAY):
        inner.wrong("each", "unknown-length", 'a step lasts weeks or months: "2 weeks", "1 month"')
    by_date = inner.choice("grows", ("when we say so", "by date"), "way to grow") == "by date"
    step = inner.number("step")
    if step is not None and by_date:
        inner.wrong(
            "step",
            "step-by-date",
            'with grows = "by date" the date decides the step; leave `step` out',
            part="key",
        )
    elif step is not None and steps and not 1 <= step <= len(steps):
        inner.wrong("step", "no-step", f"there are {len(steps)} steps; write a number from 1 to {len(steps)}")
    inner.finish()
    if not steps or each is None:
        return None
    return Ladder(tuple(steps), each.minutes // DAY, each.months, by_date, step or 1)


def _changes(
    table: Table, slots: tuple[Slot, ...], turns: tuple[str, ...], turn_key: str, ground: Ground
) -> tuple[Change, ...]:
    found: dict[dt.date, Change] = {}
    all_day = any(isinstance(slot.time, AllDay) for slot in slots)
    for inner in table.tables("changes"):
        on = inner.day("on")
        start = length = None
        if inner.has("at"):
            clock = _clock_of(inner, ("at",), inner.raw("at"))
            if isinstance(clock, str) or (clock and all_day):
                inner.wrong("at", "wrong-kind", "what goes on all day stays all day, and what has a time keeps one")
            elif clock:
                start = clock[0]
                length = length_between(*clock) if clock[1] is not None else None  # type: ignore[arg-type]
        minutes = read_for(inner)
        if minutes is not None:
            if length is not None:
                inner.wrong(
                    "for",
                    "two-lengths",
                    "`at` says when it ends already; keep its end or `for`, not both",
                    part="key",
                )
            elif all_day and minutes % DAY:
                inner.wrong("for", "part-of-a-day", 'what goes on all day lasts whole days: "1 day", "2 days"')
            length = minutes // DAY if all_day else minutes
        turn = None
        for key in ("host", "turn"):
            if inner.has(key):
                if key != turn_key or not (turns or table.has("turns") or table.has("hosts")):
                    hint = f"write `{turn_key}`" if turns else "this ritual has no turns to swap"
                    inner.wrong(key, "no-turns", hint, part="key")
                else:
                    turn = read_person(inner, (key,), inner.raw(key), ground.people)
                    if turn and turns and turn not in turns and table.raw("who") == "turn":
                        inner.wrong(
                            key,
                            "not-taking-part",
                            f'"{turn}" takes no turns here; there are {", ".join(dict.fromkeys(turns))}',
                        )
        change = Change(
            on or dt.date(2000, 1, 1),
            inner.day("moved_to"),
            start,
            length,
            turn,
            inner.text("where"),
            inner.text("note"),
        )
        if not inner.has("on"):
            inner.missing("on", "name the date by the rule: on = 2027-03-13")
        elif len(inner.values) == 1:
            inner.wrong("on", "no-change", "nothing differs on this date; add moved_to, at, for, where or note")
        elif on in found:
            inner.wrong("on", "change-twice", f"{on} is changed twice; put both into one")
        elif on:
            found[on] = change
        inner.finish()
    return tuple(sorted(found.values()))


KINDS = TABLES
