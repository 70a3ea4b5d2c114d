"""`Ritual` → the values that a file would hold for it: the way back from `reading`.

In: an `Agreement`, a `Ritual`, defaults filled in. Out: plain values by key, in the order in which people write them;
read again they give the same. `terms_of` are those that ask for people's time. No file, no document and no clock enter.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from planner.agreement import (
    TABLES,
    Agreed,
    Agreement,
    Change,
    CheckIn,
    InSeason,
    Ladder,
    Placed,
    Program,
    Ritual,
    Season,
)
from planner.day_words import join_days
from planner.words import (
    MONTHS,
    ORDINAL_WORDS,
    WEEKDAYS,
    AllDay,
    Dates,
    Days,
    Every,
    InCycle,
    InTurn,
    MonthDays,
    Ordinal,
    Steady,
    Time,
    Timed,
    Weekly,
    YearDay,
    YearDays,
    say_clock,
    say_length,
)

Values = dict[str, Any]

_NATURAL: dict[type, str] = {Weekly: "week", InTurn: "week", Ordinal: "month", MonthDays: "month", YearDays: "year"}
_WHOLE = {tuple(range(7)): "every day", tuple(range(5)): "weekdays"}


# ── terms ────────────────────────────────────────────────────────────


TERM_KEYS = frozenset(
    (
        *("who", "host", "hosts", "turns", "missed_turn", "follows", "cover", "yes"),
        *("on", "every", "times", "at", "for", "ladder", "starts", "until", "trial", "timezone", "count_from"),
        *("check_in", "by", "if_needed", "not_in", "only_in", "in_season"),
    )
)
"""The keys of a ritual in the file that say its terms; its other ones hold at once."""


def terms_of(ritual: Ritual, week_starts: int = 0) -> Values:
    """What a ritual asks of people's time, and what counts it: these change by agreement alone.

    `week_starts`, where it decides on which weeks the ritual comes, stands among them as a key of its own. What it has
    of a ritual that it follows is not among them.
    """
    ritual = ritual.alone or ritual
    dated = not ritual.program and not ritual.follows
    found: Values = {"follows": ritual.follows} if ritual.follows else {}
    found |= {"who": _who(ritual), **_turns(ritual), **_when(ritual)}
    found["timezone"] = ritual.timezone
    if dated:  # a session has one day, which says all of it
        found["starts"] = ritual.starts
    for key, day in (("until", ritual.until), ("trial", ritual.trial), ("count_from", ritual.count_from)):
        if day is not None and dated:
            found[key] = day
    if ritual.ladder:
        found["ladder"] = _ladder(ritual.ladder)
    if ritual.check_ins:
        found["check_in"] = _single_or_list([_check_in(c) for c in ritual.check_ins])
    if ritual.cover:
        found["cover"] = ritual.cover
    if ritual.yes:
        found["yes"] = _single_or_list(list(ritual.yes))
    if ritual.if_needed:
        found["if_needed"] = True
    if ritual.by == "in person":
        found["by"] = ritual.by
    found |= {key: [s.key for s in named] for key in ("not_in", "only_in") if (named := getattr(ritual, key))}
    if ritual.in_season:
        found["in_season"] = {one.season.key: _in_season(ritual, one) for one in ritual.in_season}
    if week_starts and _counts_weeks(ritual):
        found["week_starts"] = WEEKDAYS[week_starts]
    return found


def whole_terms_of(ritual: Ritual, week_starts: int = 0) -> Values:
    """The terms of a ritual with the days and turns that it has of another one."""
    return terms_of(ritual._replace(follows=None, alone=None), week_starts)


def _in_season(ritual: Ritual, one: InSeason) -> Values:
    all_day = any(isinstance(slot.time, AllDay) for slot in ritual.slots)
    found: Values = {} if one.start is None else {"at": say_clock(one.start)}
    if one.length:
        found["for"] = say_length(one.length * 1440 if all_day else one.length)
    return found


def _counts_weeks(ritual: Ritual) -> bool:
    if any(isinstance(slot.days, InTurn) for slot in ritual.slots):
        return True
    weekly = any(isinstance(slot.days, Weekly) for slot in ritual.slots)
    return weekly and (ritual.every.number > 1 or bool(ritual.turns))


def _who(ritual: Ritual) -> Any:
    if ritual.who_is_turn or ritual.who_is_not_turn:
        return "turn" if ritual.who_is_turn else "not turn"
    return ritual.who[0] if ritual.kind == "me_block" and ritual.who else list(ritual.who)


def _turns(ritual: Ritual) -> Values:
    if ritual.host:
        return {"host": ritual.host}
    if ritual.turns:
        waits = {"missed_turn": "waits"} if ritual.turn_waits else {}
        return {"hosts" if ritual.hosting else "turns": list(ritual.turns), **waits}
    return {}


def _when(ritual: Ritual) -> Values:
    """`on`, `every`, `at`, `for`."""
    if ritual.open_time:
        return _open(ritual)
    times = {slot.time: None for slot in ritual.slots}
    found: Values = {}
    days = join_days([slot.days for slot in ritual.slots])
    if len(times) == 1 and days is not None:
        if words := list(day_words(days)):
            whole = _WHOLE.get(days.weekdays) if isinstance(days, Weekly) else None
            found["on"] = whole or _single_or_list(words)
        found |= {} if ritual.follows else _every(days, ritual.every)
        found["at"] = _at(ritual.slots[0].time, ritual)
    else:
        dated = [(word, slot.time) for slot in ritual.slots for word in day_words(slot.days)]
        found |= _every(ritual.slots[0].days, ritual.every)
        found["at"] = {word: _at(time, ritual) for word, time in dated}
    match ritual.slots[0].time:
        case Timed(_, length) if length >= 1440 and not ritual.ladder:
            found["for"] = say_length(length)
        case AllDay(number) if number > 1:
            found["for"] = f"{number} days"
    return found


def _open(ritual: Ritual) -> Values:
    times, length = ritual.open_time or (1, 0)
    found: Values = {"every": _spacing(ritual.every)}
    found |= {"times": times} if times > 1 else {}
    return found | {"at": "open"} | ({"for": say_length(length)} if length else {})


def day_words(days: Days) -> Iterator[Any]:
    """Each of the days as the file names it: "wednesday", "tuesday, then thursday", "day 15", or a date."""
    match days:
        case Weekly(weekdays):
            yield from (WEEKDAYS[n] for n in weekdays)
        case InTurn(weekdays):
            yield ", then ".join(WEEKDAYS[n] for n in weekdays)
        case InCycle(numbered):
            yield from (f"day {n} of {of}" for n, of in numbered)
        case Ordinal(ordinals):
            yield from (f"{ORDINAL_WORDS[n]} {WEEKDAYS[weekday]}" for n, weekday in ordinals)
        case MonthDays(numbers):
            yield from ("last day" if n == -1 else f"day {n}" for n in numbers)
        case YearDays(of_year):
            yield from map(_year_day, of_year)
        case Dates(dates):
            yield from dates
        case Steady():
            return


def _year_day(of: YearDay) -> str:
    month = MONTHS[of.month - 1]
    return f"{of.day} {month}" if of.day else f"{ORDINAL_WORDS[of.n]} {WEEKDAYS[of.weekday]} of {month}"


def _every(days: Days, every: Every) -> Values:
    if isinstance(days, Dates | InCycle) or (every.number == 1 and _NATURAL.get(type(days)) == every.unit):
        return {}
    return {"every": _spacing(every)}


def _spacing(every: Every) -> str:
    return every.unit if every.number == 1 else f"{every.number} {every.unit}s"


def _at(time: Time, ritual: Ritual) -> str:
    match time:
        case AllDay():
            return "all day"
        case Timed(start, length):
            begins = say_clock(start)
    if ritual.ladder or length >= 1440:
        return begins
    return f"{begins}-{say_clock(start + length)}"


def _ladder(ladder: Ladder) -> Values:
    each = [
        f"{n} {unit}{'' if n == 1 else 's'}"
        for n, unit in ((ladder.each_months, "month"), (ladder.each_days, "day"))
        if n
    ]
    found: Values = {"steps": [say_length(n) for n in ladder.steps], "each": " ".join(each)}
    return found | ({"grows": "by date"} if ladder.by_date else {"step": ladder.step})


def _check_in(check_in: CheckIn) -> Values:
    after, before = check_in.after, check_in.before_end
    moment = {"after": say_length(after)} if after is not None else {"before_end": say_length(before or 0)}
    return {**moment, "by": check_in.by, "for": say_length(check_in.length)}


def _single_or_list(items: list[Any]) -> Any:
    return items[0] if len(items) == 1 else items


# ── words ────────────────────────────────────────────────────────────


def words_of(ritual: Ritual) -> Values:
    """What a ritual says beside its terms: texts, sharing, reminders, single dates."""
    ritual = ritual.alone or ritual
    found: Values = {"title": ritual.title}
    found |= {key: text for key in ("where", "notes", "gist") if (text := getattr(ritual, key))}
    found |= {key: list(texts) for key in ("prompts", "tags") if (texts := getattr(ritual, key))}
    found["share"] = ritual.share
    found["remind"] = [say_length(n) for n in ritual.remind] or "none"
    if ritual.by and ritual.by != "in person":
        found["by"] = ritual.by
    if ritual.prompts_from:
        found["prompts_from"] = ritual.prompts_from
    if ritual.on_holidays:
        found["on_holidays"] = ritual.on_holidays
    if ritual.was:
        found["was"] = ritual.was
    if ritual.skip:
        found["skip"] = list(ritual.skip)
    changes = [_change(ritual, c) for c in ritual.changes]
    if changes := [change for change in changes if len(change) > 1]:
        found["changes"] = changes
    if ritual.placed:
        found["placed"] = [_placed(placed) for placed in ritual.placed]
    return found


def _placed(placed: Placed) -> Values:
    found: Values = {"on": placed.on}
    if placed.start is not None:
        found["at"] = say_clock(placed.start)
    if placed.length:
        found["for"] = say_length(placed.length)
    found |= {key: text for key in ("where", "note") if (text := getattr(placed, key))}
    found |= {"was": placed.was} if placed.was else {}
    return found | ({"number": placed.number} if placed.number else {})


def _change(ritual: Ritual, change: Change) -> Values:
    all_day = any(isinstance(slot.time, AllDay) for slot in ritual.slots)
    found: Values = {"on": change.on}
    if change.moved_to:
        found["moved_to"] = change.moved_to
    if change.start is not None:
        found["at"] = say_clock(change.start)
    if change.length:
        found["for"] = say_length(change.length * 1440 if all_day else change.length)
    if change.turn and ritual.turns:
        found["host" if ritual.hosting else "turn"] = change.turn
    if not change.counts and ritual.turns:
        found["counts"] = False
    return found | {key: text for key in ("where", "note") if (text := getattr(change, key))}


# ── a whole version ──────────────────────────────────────────────────


def version_values(agreement: Agreement, agreed: Agreed) -> Values:
    """The values of an agreed version: its header, its people, its rituals and programmes, every default written out.

    Pauses, pairs, hopes and the like are of the current file alone and not in it.
    """
    rituals = [r for r in agreement.rituals.values() if r.table in TABLES]
    head: Values = {
        "id": agreement.id,
        "title": agreement.title,
        "starts": min([agreement.starts, *(r.starts for r in rituals)]),
        "timezone": agreement.timezone,
    }
    lasts = [r.until for r in rituals]
    if agreement.until and all(last and last <= agreement.until for last in lasts):
        head["until"] = agreement.until
    if agreement.week_starts:
        head["week_starts"] = WEEKDAYS[agreement.week_starts]
    found: Values = {"agreed": _header(agreed), "agreement": head}
    people = agreement.people.items()
    found["people"] = {key: {"name": person.name, "timezone": person.timezone} for key, person in people}
    if agreement.helpers:
        found["helpers"] = {key: {"name": name} for key, name in agreement.helpers.items()}
    for ritual in rituals:
        found.setdefault(ritual.table, {})[ritual.path.split(".", 1)[1]] = {
            "title": ritual.title,
            **terms_of(ritual),
            **words_of(ritual),
        }
    seasons = {s.key: s for r in rituals for s in (*r.not_in, *r.only_in, *(one.season for one in r.in_season))}
    for key, season in seasons.items():
        found.setdefault("seasons", {})[key] = _season(season)
    for program in agreement.programs:
        kept = {"course": program.course} if program.course else {}
        found.setdefault("programs", {})[program.key] = program_values(program) | kept
    return found


def _season(season: Season) -> Values:
    if not season.yearly:
        return {
            "title": season.title,
            "dates": [{"starts": first, "until": last} for first, last in season.spans],
        }
    first, last = season.spans[0]
    said = [f"{day.day} {MONTHS[day.month - 1]}" for day in (first, last)]
    return {"title": season.title, "starts": said[0], "until": said[1]}


def program_values(program: Program) -> Values:
    """A programme as a file has it."""
    found: Values = {"template": program.template, "who": list(program.who), "starts": program.starts}
    found |= {"until": program.until} if program.until else {}
    found |= {"skip": list(program.skip)} if program.skip else {}
    return found | ({"changes": program.changes} if program.changes else {})


def _header(agreed: Agreed) -> Values:
    found: Values = {"on": agreed.on}
    if agreed.said:
        found["said"] = agreed.said
    if agreed.yes:
        found["yes"] = list(agreed.yes)
    if agreed.note:
        found["note"] = agreed.note
    if agreed.replaces:
        found["replaces"] = list(agreed.replaces)
    if agreed.waited:
        found["waited"] = {path: list(days) for path, days in agreed.waited}
    return found


def same_terms(one: Values, other: Values) -> bool:
    """Whether two sets of terms ask for the same; in which order people or days are named makes no difference."""
    return one.keys() == other.keys() and all(_plain(key, one[key]) == _plain(key, other[key]) for key in one)


def _plain(key: str, value: Any) -> Any:
    if key not in ("who", "yes", "on", "not_in", "only_in"):
        return value
    return sorted(map(str, value)) if isinstance(value, list) else [str(value)]


def as_said(value: Any) -> Any:
    """A value with dates as texts, for a digest or for JSON."""
    match value:
        case dict():
            return {key: as_said(inner) for key, inner in value.items()}
        case list() | tuple():
            return [as_said(inner) for inner in value]
        case date():
            return value.isoformat()
    return value
