"""What goes with a ritual: what others see, reminders, check-ins inside it, steps that grow, single dates that differ.

In: a `Table`, the `Ground`. Out: the values of a `Ritual`, or findings.
"""

from __future__ import annotations

import datetime as dt

from planner.agreement import Change, CheckIn, Ladder, OpenTime, Slot
from planner.problems import WARNING
from planner.reading_people import Ground, read_person
from planner.reading_when import (
    DAY,
    LONG_LENGTHS,
    LONGEST,
    read_for,
    read_other_time,
    read_some_length,
)
from planner.tables import Table
from planner.words import AllDay

SHARES = ("full", "gist", "busy", "private")
WAYS = ("text", "voice note", "call", "in person")
GROWS = ("when we say so", "by date")
_MOST_CHECK_INS = 24
_CHANGES_ELSEWHERE = {
    "date": ("on", "its date by the rule is `on`"),
    "to": ("moved_to", "the new date is `moved_to`"),
    "notes": ("note", "here it is one `note`"),
}


def read_sharing(table: Table, who: tuple[str, ...], ground: Ground) -> tuple[str, str | None]:
    """The level of sharing, and the gist; a gist that is given means that level."""
    share, gist = table.choice("share", SHARES, "level of sharing"), table.text("gist")
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
    return "full" if set(ground.people) <= set(who) else "gist", gist


def read_reminds(table: Table, key: str) -> tuple[int, ...]:
    """Minutes before the start, longest first; none for "none"."""
    value = table.raw(key)
    if isinstance(value, str) and value.strip().casefold() == "none":
        return ()
    minutes = []
    for path, item in table.items(key):
        if item == "none":
            table.wrong(path, "unknown-length", '"none" stands alone: remind = "none"')
            continue
        length = read_some_length(table, path, item, 'a length in quotes such as "30m", or "none",')
        if length is None:
            continue
        if length.months or length.minutes > 28 * DAY:
            table.wrong(path, "too-long", "a reminder comes four weeks ahead at most")
            continue
        minutes.append(length.minutes)
    return tuple(sorted(set(minutes), reverse=True))


def read_check_ins(table: Table, slots: tuple[Slot, ...], open_time: OpenTime | None) -> tuple[CheckIn, ...]:
    """The check-ins inside a me-block, each within its length."""
    found = []
    for inner in table.tables("check_in", 'check_in = { after = "20m" }', _MOST_CHECK_INS):
        by = inner.choice("by", WAYS, "way to be in touch") or "text"
        length = read_for(inner) if inner.has("for") else 5
        moments = {}
        for key in ("after", "before_end"):
            read = read_some_length(inner, (key,), inner.raw(key)) if inner.has(key) else None
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
            if any(isinstance(slot.time, AllDay) for slot in slots) or (open_time and open_time.is_all_day):
                inner.findings.add(inner.path, "no-time", "a check-in needs a block with a time of day", part="key")
        inner.finish()
    return tuple(found)


def read_ladder(table: Table) -> Ladder | None:
    """The ladder, with its steps, how long each lasts and how it grows."""
    inner = table.table("ladder", 'ladder = { steps = ["30m", "45m", "1h"], each = "2 weeks" }')
    if inner is None:
        return None
    items = inner.items("steps")
    steps = []
    for path, value in items:
        length = read_some_length(inner, path, value)
        if length is not None and (length.months or length.minutes > LONGEST):
            inner.wrong(path, "too-long", "a step lasts 31 days at most")
        elif length is not None:
            steps.append(length.minutes)
    if not inner.has("steps"):
        inner.missing("steps", 'write the lengths in order: steps = ["30m", "45m", "1h"]')
    wanted = 'a length in quotes such as "2 weeks"'
    each = read_some_length(inner, ("each",), inner.raw("each"), wanted, LONG_LENGTHS) if inner.has("each") else None
    if not inner.has("each"):
        inner.missing("each", 'say how long a step lasts at least: each = "2 weeks"')
    elif each is not None and (each.minutes % DAY or each.months > 600 or each.minutes > 600 * 31 * DAY):
        inner.wrong("each", "unknown-length", 'a step lasts days, weeks or months: "2 weeks", "1 month"')
    by_date = inner.choice("grows", GROWS, "way to grow") == "by date"
    step = inner.number("step")
    if step is not None and by_date:
        inner.wrong(
            "step",
            "step-by-date",
            'with grows = "by date" the date decides the step; leave `step` out',
            part="key",
        )
    elif step is not None and steps and len(steps) == len(items) and not 1 <= step <= len(steps):
        there = f"there are {len(steps)} steps; write a number from 1 to {len(steps)}"
        inner.wrong("step", "no-step", "there is one step; leave `step` out" if len(steps) == 1 else there)
    inner.finish()
    if not steps or each is None:
        return None
    return Ladder(tuple(steps), each.minutes // DAY, each.months, by_date, step or 1)


def read_changes(
    table: Table, slots: tuple[Slot, ...], turns: tuple[str, ...], turn_key: str, ground: Ground
) -> tuple[Change, ...]:
    """The single dates that differ."""
    found: dict[dt.date, Change] = {}
    for inner in table.tables("changes", 'changes = [{ on = 2027-03-13, at = "18:00" }]'):
        on, moved_to = inner.day("on"), inner.day("moved_to")
        start, length = read_other_time(inner, slots)
        turn = _changed_turn(table, inner, turns, turn_key, ground)
        counts = _counts(table, inner)
        change = Change(
            on or dt.date(2000, 1, 1), moved_to, start, length, turn, inner.text("where"), inner.text("note"), counts
        )
        if not inner.has("on"):
            inner.missing("on", "name the date by the rule: on = 2027-03-13")
        elif len(inner.values) == 1:
            inner.wrong("on", "no-change", "nothing differs on this date; add moved_to, at, for, where or note")
        elif on in found:
            inner.wrong("on", "change-twice", f"{on} is changed twice; put both into one")
        elif on:
            found[on] = change
        inner.finish(_CHANGES_ELSEWHERE)
    return tuple(sorted(found.values()))


def _counts(table: Table, inner: Table) -> bool:
    """Whether a change of a date leaves it one that uses up a turn."""
    if not inner.has("counts"):
        return True
    counts = inner.flag("counts") or not isinstance(inner.raw("counts"), bool)
    if not ("turns" in table.values or "hosts" in table.values):
        inner.wrong("counts", "no-turns", "this ritual has no turns that a date could use up", part="key")
    elif not counts and table.raw("missed_turn") != "waits":
        message = 'every date counts here, for turns pass; with missed_turn = "waits" one can be left out of the count'
        inner.wrong("counts", "counts-anyway", message, severity=WARNING)
    return counts


def _changed_turn(table: Table, inner: Table, turns: tuple[str, ...], turn_key: str, ground: Ground) -> str | None:
    """Whose turn a change makes it."""
    turn = None
    takes_turns = "turns" in table.values or "hosts" in table.values
    for key in ("host", "turn"):
        if not inner.has(key):
            continue
        if key != turn_key or not takes_turns:
            hint = f"here it is written as `{turn_key}`" if takes_turns else "this ritual has no turns to swap"
            inner.wrong(key, "no-turns", hint, part="key")
            continue
        turn = read_person(inner, (key,), inner.raw(key), ground.people)
        if turn and turns and turn not in turns and table.raw("who") == "turn":
            listed = ", ".join(dict.fromkeys(turns))
            message = f'"{turn}" takes no turns here; there are {listed}'
            inner.wrong(key, "not-taking-part", message)
    return turn
