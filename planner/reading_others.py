"""What speaks of rituals or stands beside them: references, pauses, pairs, hopes, the agreed header.

In: `Table`s, the keys of the rituals that are written. Out: the values of `agreement`, and findings. Nothing is
expanded: whether a pause touches anything is for later stages.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from planner.agreement import FIRST_YEAR, LAST_YEAR, TABLES, Agreed, Hope, Pair, Pause, Person, Stay
from planner.reading_bounds import ENDS, is_dated, read_yearly
from planner.reading_people import read_people, read_zone
from planner.reading_when import DAY, read_some_length
from planner.tables import KEY, Path, Table, unknown
from planner.words import shown

KINDS_OF_TIME = ("own", "together", "friends", "hosting", "covering")
PERIODS = ("week", "month")
_LONGEST_PAUSE = 10  # years
_PAUSE_ELSEWHERE = {
    "from": ("starts", "the first day is written as `starts`"),
    "to": ("until", "the last day is written as `until`"),
}


def check_references(top: Table, written: list[str], known: dict[str, None]) -> None:
    """Hold `may_overlap` and `was` to rituals that are there (or no longer there)."""
    former: dict[str, str] = {}
    for path in written:
        name, key = path.split(".", 1)
        table = Table(top.values[name][key], (name, key), top.findings)
        for place, other in table.items("may_overlap"):
            if not isinstance(other, str) or not other.strip():
                continue  # said already
            if other.strip() == path:
                table.wrong(place, "unknown-ritual", "this is the ritual itself; name the other one")
            elif not _is_there(other.strip(), known):
                unknown_ritual(table, place, other.strip(), known)
        was = table.raw("was")
        if not isinstance(was, str) or not was.strip():
            continue
        was = was.strip()
        old_table, _, old_key = was.partition(".")
        if old_table not in TABLES or not KEY.fullmatch(old_key):
            table.wrong("was", "unknown-ritual", f'"{shown(was)}" is no ritual\'s key; write it like "rituals.old-key"')
        elif was in known:
            table.wrong(
                "was",
                "still-there",
                f"[{was}] is still in the file; `was` names the key that this one replaces",
            )
        elif was in former:
            table.wrong(
                "was",
                "was-twice",
                f"[{former[was]}] says so already; only one ritual can be what [{was}] was",
            )
        former.setdefault(was, path)


def _is_there(text: str, known: Iterable[str]) -> bool:
    """Whether a dotted key names a ritual or a programme of the file, or (programs.KEY.SESSION) one of its sessions."""
    program, _, session = text.rpartition(".")
    return text in known or (text.startswith("programs.") and program in known and bool(KEY.fullmatch(session)))


def unknown_ritual(table: Table, place: Path, text: str, known: Iterable[str], *more: str) -> None:
    """Note that there is no such ritual, with the nearest."""
    if {text, f"{text.partition('.')[0]}."} & table.findings.forgiven:
        return  # there is a finding already
    alone = [k for k in known if k.partition(".")[2] == text]
    names = [*known, *more] if more and "." not in text else known
    hint = f'did you mean "{alone[0]}"?' if alone else unknown(text, names)
    table.wrong(place, "unknown-ritual", f'no ritual "{shown(text)}"; {hint}')


def _named(table: Table, key: str, known: dict[str, None], *, tables: bool) -> tuple[str, ...]:
    """Dotted keys of rituals (and, with `tables`, whole tables) that exist."""
    found = []
    for path, value in table.items(key):
        text = table.check_text(path, value, wanted='the dotted key of a ritual in quotes, such as "me_blocks.class",')
        if text is None:
            continue
        if _is_there(text, known) or (tables and (text in TABLES or text == "programs")):
            found.append(text)
        else:
            unknown_ritual(table, path, text, known, *(TABLES if tables else ()))
    return tuple(found)


def read_pause(table: Table, people: dict[str, Person], known: dict[str, None], from_year: int) -> Pause:
    """One `[[pauses]]`; placeholder dates, with findings, where they are missing.

    One that comes every year begins in the year before `from_year`: it may reach into that one.
    """
    yearly = any(isinstance(table.values.get(key), str) and not is_dated(table.values[key]) for key in ENDS)
    if yearly:
        starts, until = read_yearly(table, from_year - 1, "pause") or (None, None)
    else:
        starts, until = table.day("starts"), table.day("until")
    _both_ends(table, starts, until, yearly=yearly)
    if starts and until and until < starts:
        table.wrong("until", "ends-before-start", f"the last day, {until}, lies before the first, {starts}")
    elif starts and until and until.year - starts.year > _LONGEST_PAUSE:
        message = f"this pause goes on for {until.year - starts.year} years, and {_LONGEST_PAUSE} are the most"
        table.wrong("until", "too-long", f"{message}; a ritual that rests longer ends with an `until` of its own")
    who = read_people(table, "who", people) or ()
    only = _named(table, "only", known, tables=True)
    note = table.text("note", lines=True)
    table.finish(_PAUSE_ELSEWHERE)
    nothing = dt.date(2000, 1, 1)
    return Pause(starts or nothing, until or nothing, who, only, note, yearly)


def _both_ends(table: Table, starts: dt.date | None, until: dt.date | None, *, yearly: bool = False) -> None:
    """Note an end that is missing, with one that would go with the other."""
    for key, other, days in (("starts", until, -6), ("until", starts, 6)):
        if yearly:
            example = '"20 december"' if key == "starts" else '"6 january"'
        elif other and FIRST_YEAR < other.year < LAST_YEAR:
            example = str(other + dt.timedelta(days=days))
        else:
            example = "2027-03-08" if key == "starts" else "2027-03-14"
        if not table.has(key):
            what = f"its {'first' if key == 'starts' else 'last'} day"
            table.missing(key, f"{what}{', every year' if yearly else ''}: {key} = {example}")


def read_stays(tables: list[Table], people: dict[str, Person]) -> tuple[Stay, ...]:
    """All `[[stays]]`, in order of their days."""
    found: list[Stay] = []
    for table in tables:
        who, zone = read_people(table, "who", people) or (), read_zone(table, "timezone")
        starts, until = table.day("starts"), table.day("until")
        for key, remedy in (
            ("who", f'who stays elsewhere: who = "{next(iter(people), "ana")}"'),
            ("timezone", 'whose clocks count there: timezone = "America/New_York"'),
        ):
            if not table.has(key):
                table.missing(key, remedy)
        _both_ends(table, starts, until)
        if starts and until and until < starts:
            table.wrong("until", "ends-before-start", f"the last day, {until}, lies before the first, {starts}")
        elif starts and until:
            stay = Stay(starts, until, who, zone or "UTC", table.text("note", lines=True))
            for other in found:
                if other.starts <= until and starts <= other.until and set(who) & set(other.who):
                    message = f"one place at a time: another stay goes from {other.starts} to {other.until}"
                    table.wrong("starts", "stays-meet", message)
            found.append(stay)
        table.know("note")
        table.finish({**_PAUSE_ELSEWHERE, "zone": ("timezone", "it is called `timezone`")})
    return tuple(sorted(found))


def read_pair(table: Table, known: dict[str, None]) -> Pair:
    """One `[[pairs]]`."""
    these = _named(table, "these", known, tables=False)
    if not table.has("these"):
        table.missing("these", 'name what belongs together: these = ["me_blocks.class", "shared_evenings.friday"]')
    elif len({str(item) for _, item in table.items("these")}) == 1:
        table.wrong("these", "pair-of-one", "a pair names two rituals or more")
    note = table.text("note", lines=True)
    table.finish()
    return Pair(these, note)


def read_hope(key: str, table: Table, people: dict[str, Person]) -> Hope | None:
    """One `[balance.KEY]`, in the couple's own measure."""
    who = read_people(table, "who", people) if table.has("who") else tuple(people)
    of = table.choice("of", KINDS_OF_TIME, "kind of time")
    per = table.choice("per", PERIODS, "period")
    for needed, remedy in (
        ("of", 'of = "own", "together", "friends", "hosting" or "covering"'),
        ("per", 'per = "week"'),
    ):
        if not table.has(needed):
            table.missing(needed, f"write {remedy}")
    bounds: dict[str, int] = {}
    in_times = False
    for bound in ("at_least", "at_most"):
        if not table.has(bound):
            continue
        value = table.raw(bound)
        if isinstance(value, int) and not isinstance(value, bool):
            in_times = True
            bounds[bound] = value
            if not 0 <= value <= 1000:
                table.wrong(bound, "unknown-length", "a number of times goes from 0 to 1000")
            continue
        length = read_some_length(table, (bound,), value, 'a length in quotes such as "4h", or a number of times,')
        if length is not None:
            bounds[bound] = length.minutes + length.months * 30 * DAY
    if not table.has("at_least") and not table.has("at_most"):
        table.missing("at_least", 'say how much you hope for: at_least = "4h", or at_most, or a number of times')
    elif len(bounds) == 2 and type(table.raw("at_least")) is not type(table.raw("at_most")):
        table.wrong("at_most", "wrong-kind", "`at_least` and `at_most` are both lengths or both numbers of times")
    elif len(bounds) == 2 and bounds["at_least"] > bounds["at_most"]:
        table.wrong("at_most", "most-below-least", "`at_most` is less than `at_least`; turn them round")
    words = table.text("words")
    table.finish()
    return Hope(
        key, who or (), of or "own", per or "week", in_times, bounds.get("at_least"), bounds.get("at_most"), words
    )


def read_agreed(top: Table) -> Agreed | None:
    """The `[agreed]` header of an agreed version, None where it has none."""
    table = top.table("agreed", "[agreed] with on = 2027-03-01")
    if table is None:
        return None
    on, said = table.day("on"), table.day("said")
    yes, note, replaces = table.texts("yes"), table.text("note", lines=True), table.texts("replaces")
    if not table.has("on"):
        table.missing("on", "the day it takes effect: on = 2027-03-01")
    inner = table.table("waited", 'waited."rituals.bedtime" = [2027-03-10]')
    waited = tuple((path, inner.days(path) if inner.raw(path) != [] else ()) for path in inner.values) if inner else ()
    if inner:
        inner.finish()
    table.finish()
    return Agreed(on or dt.date(2000, 1, 1), yes, note, said, replaces, waited)
