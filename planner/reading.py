"""Document → `Agreement`, or what is wrong with it, all at once.

In: a Document (values and places). Out: the Agreement with every default filled in, and findings. No file is opened,
nothing is expanded; what needs occurrences to judge is in `checks`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any

from planner.agreement import TABLES, Agreed, Agreement, Hope, Pair, Pause, Person, Program, Ritual
from planner.colors import color_names, is_color
from planner.problems import Finding, nearest
from planner.reading_rituals import SHARES, Ground, read_people, read_reminds, read_ritual, read_zone
from planner.reading_when import DAY, read_clock, read_for, read_on, read_some_length
from planner.tables import KEY, KEY_FORM, MOST_FINDINGS, Findings, Path, Table, TooManyFindings, as_key, unknown
from planner.words import WEEKDAYS, shown

LANGUAGES = ("en", "de", "es", "fr")
_TOP = (
    "agreement",
    "people",
    "helpers",
    *TABLES,
    "programs",
    "pauses",
    "pairs",
    "balance",
    "holidays",
    "calendar",
)
_HEAD = ("id", "title", "starts", "timezone", "until", "purpose", "week_starts")
_EXAMPLES = {
    "me_blocks": "pottery",
    "shared_evenings": "friday",
    "check_ins": "midweek",
    "host_nights": "salon",
    "reviews": "monthly",
    "rituals": "walk",
}
_ZONE = ("timezone", "it is called `timezone`")
_CALLED = {
    **dict.fromkeys(("person", "persons", "partner", "partners"), "people"),
    **dict.fromkeys(("event", "events", "chores", "habits", "routines"), "rituals"),
    **dict.fromkeys(("vacation", "vacations", "breaks"), "pauses"),
}
_NAME = ("name", "it is called `name`")
_PAUSE_ELSEWHERE = {
    "from": ("starts", "the first day is written as `starts`"),
    "to": ("until", "the last day is written as `until`"),
}


def read_agreement(values: dict[str, Any], *, version: bool = False) -> tuple[Agreement | None, list[Finding]]:
    """The agreement that the document's values describe, and all findings; None where one of them is an error.

    `version` reads an agreed version, which has an `[agreed]` header.
    """
    findings = Findings()
    try:
        agreement = _read(Table(values, (), findings), version=version)
    except TooManyFindings:
        findings.found.append(Finding((), "too-many", f"more than {MOST_FINDINGS} things are amiss; these come first"))
        return None, findings.found
    return (None if findings.errors() else agreement), findings.found


def _read(top: Table, *, version: bool) -> Agreement | None:
    top.know(*_TOP)
    agreed = _agreed(top) if version else None
    _unknown_tables(top, version=version)
    head = _head(top)
    zone = read_zone(head, "timezone")
    people = _people(top, zone or "UTC")
    helpers = _helpers(top, people)
    starts, until = head.day("starts"), head.day("until")
    if not head.has("starts"):
        head.missing("starts", "the first day on which anything here applies: starts = 2027-01-04")
    if not head.has("timezone"):
        head.missing("timezone", 'whose clocks count: timezone = "Europe/Berlin"')
    if starts and until and until < starts:
        head.wrong("until", "ends-before-start", f"the last day, {until}, lies before the first, {starts}")
        until = None
    calendar = _calendar(top, people)
    ground = Ground(people, helpers, starts, until, zone or "UTC", calendar[1], calendar[0])
    rituals: dict[str, Ritual] = {}
    written: list[str] = []
    for name, kind in TABLES.items():
        for key, table in top.keyed(name, f"[{name}.{_EXAMPLES[name]}]"):
            written.append(f"{name}.{key}")
            if ritual := read_ritual(table, kind, key, ground):
                rituals[ritual.path] = ritual
    rituals = {path: rituals[path] for path in sorted(rituals, key=_file_order(top.values))}
    programs = tuple(_program(key, table) for key, table in top.keyed("programs", "[programs.first-month]"))
    known = dict.fromkeys((*written, *(f"programs.{p.key}" for p in programs)))
    _references(top, written, known)
    agreement = Agreement(
        id=_identifier(head, people),
        title=head.text("title") or " & ".join(p.name for p in people.values()),
        starts=starts or dt.date(2000, 1, 1),
        until=until,
        timezone=zone or "UTC",
        purpose=head.text("purpose", lines=True),
        week_starts=WEEKDAYS.index(head.choice("week_starts", WEEKDAYS, "weekday") or "monday"),
        people=people,
        helpers=helpers,
        rituals=rituals,
        pauses=tuple(
            _pause(t, people, known) for t in _array(top, "pauses", "starts = 2027-03-08 and until = 2027-03-14")
        ),
        pairs=tuple(_pair(t, known) for t in _array(top, "pairs", "these = [two rituals]")),
        hopes=tuple(h for key, t in top.keyed("balance", "[balance.own-time]") if (h := _hope(key, t, people))),
        programs=tuple(p for p in programs if p.template),
        holidays=_holidays(top),
        colors=calendar[3],
        language=calendar[2],
        agreed=agreed,
    )
    head.finish({"name": ("title", "it has a `title`"), "zone": _ZONE, "start": ("starts", "it is called `starts`")})
    return agreement


def _unknown_tables(top: Table, *, version: bool) -> None:
    """Note what stands at the top and is not known; rituals and people below it are not unknown as well."""
    forgiven = top.findings.forgiven
    bare = False
    for key, value in top.values.items():
        if key in _TOP or (version and key == "agreed"):
            continue
        near = _CALLED.get(key) or nearest(key, _TOP)
        if key == "agreed":
            hint = "[agreed] belongs to the agreed versions in the history folder"
        elif isinstance(value, dict | list):
            hint = f"no part of an agreement is called [{shown(key)}]; "
            hint += f"did you mean {_headed(near)}?" if near else f"there are {', '.join(map(_headed, _TOP))}"
            forgiven.update((near or "", *(f"{near}.{inner}" for inner in value if isinstance(inner, str))))
        else:
            heading = "[agreement]" if key in _HEAD else "the heading it belongs to"
            hint = f'"{shown(key)}" stands above every heading; write {heading} above it'
            forgiven.add("agreement" if key in _HEAD else "")
            if bare:
                continue
            bare = True
        top.wrong(key, "unknown-key", hint, part="key")


def _headed(table: str) -> str:
    return f"[[{table}]]" if table in ("pauses", "pairs") else f"[{table}]"


def _head(top: Table) -> Table:
    """The [agreement] table; where there is none, an empty one of which nothing more is said."""
    head = top.table("agreement", "[agreement]")
    if head is not None:
        return head
    if not top.has("agreement") and "agreement" not in top.findings.forgiven:
        top.findings.add((), "missing-table", "[agreement] is missing; `planner init` writes a first file that has it")
    return Table({}, ("agreement",), Findings())


def _file_order(values: dict[str, Any]) -> Any:
    """A sorting key that puts ritual paths in the order of the file."""
    order = {
        f"{table}.{key}": (n, m)
        for n, table in enumerate(values)
        if isinstance(values[table], dict)
        for m, key in enumerate(values[table])
    }
    return lambda path: order[path]


def _array(top: Table, key: str, example: str) -> list[Table]:
    if isinstance(top.raw(key), dict):
        top.wrong(key, "wrong-kind", f"write [[{key}]] with two brackets: there can be several", part="key")
        return []
    return top.tables(key, f"[[{key}]] with {example}")


def _identifier(head: Table, people: dict[str, Person]) -> str:
    if not head.has("id"):
        own = "-".join([*people, "x7k2"])
        own = own if people and KEY.fullmatch(own) else "quiet-harbor-k3v9"
        head.missing("id", f'a word of your own that no other agreement has, and that never changes: id = "{own}"')
        return "missing"
    text = head.text("id")
    if text is None:
        return "missing"
    if not KEY.fullmatch(text):
        guess = f'; write it as "{as_key(text)}"' if as_key(text) else ""
        head.wrong("id", "bad-key", f'"{shown(text)}" is no id; an id is {KEY_FORM}{guess}')
    return text


# ── people ───────────────────────────────────────────────────────────


def _people(top: Table, zone: str) -> dict[str, Person]:
    people: dict[str, Person] = {}
    for key, table in top.keyed("people", "[people.ana]"):
        name = table.text("name")
        if not table.has("name"):
            table.missing("name", f'write name = "{key.capitalize()}"')
        color = _color(table, "color")
        person_zone = read_zone(table, "timezone")
        people[key] = Person(key, name or key, person_zone or zone, color, table.texts("busy"))
        table.finish({"colour": ("color", "it is spelled `color`, as in calendars"), "zone": _ZONE, "title": _NAME})
    if "people" in top.findings.forgiven:
        return people
    if not top.has("people"):
        if top.values:
            top.findings.add(
                (), "missing-table", 'nobody is named yet; add [people.ana] with name = "Ana", and one more'
            )
    elif isinstance(top.raw("people"), dict) and len(top.raw("people")) < 2:
        top.wrong(
            "people",
            "too-few-people",
            "an agreement is between two people or more; add another [people.NAME]",
            part="key",
        )
    return people


def _helpers(top: Table, people: dict[str, Person]) -> dict[str, str]:
    helpers: dict[str, str] = {}
    for key, table in top.keyed("helpers", "[helpers.grandma]"):
        name = table.text("name")
        if not table.has("name"):
            table.missing("name", f'write name = "{key.capitalize()}"')
        if key in people:
            top.wrong(
                ("helpers", key),
                "key-twice",
                f'"{key}" is a person already; give the helper another key',
                part="key",
            )
        helpers[key] = name or key
        table.finish({"title": _NAME})
    return helpers


def _color(table: Table, key: str) -> str | None:
    """A colour name in small letters, or None."""
    text = table.text(key, wanted='the name of a colour in quotes such as "teal"')
    if text is None or is_color(text.casefold()):
        return text.casefold() if text else None
    near = nearest(text, color_names())
    hint = f'did you mean "{near}"?' if near else 'write a colour name of web pages, such as "teal" or "orchid"'
    table.wrong(key, "unknown-color", f'no colour "{shown(text)}"; {hint}')
    return None


# ── calendars ────────────────────────────────────────────────────────


def _calendar(top: Table, people: dict[str, Person]) -> tuple[tuple[int, ...], str | None, str, dict[str, str]]:
    """Reminders, share, language, colours."""
    table = top.table("calendar", '[calendar] with share = "busy", for example,')
    if table is None:
        return (), None, "en", {}
    remind = read_reminds(table, "remind") if table.has("remind") else ()
    share = table.choice("share", SHARES, "level of sharing")
    language = table.choice("language", LANGUAGES, "language") or "en"
    colors: dict[str, str] = {}
    inner = table.table("colors", '[calendar.colors] with ana = "teal", for example,')
    if inner is not None:
        for key in inner.values:
            if key not in people and key not in TABLES:
                if f"people.{key}" not in inner.findings.forgiven:
                    message = f'no person or kind of ritual "{shown(key)}"; {unknown(key, [*people, *TABLES])}'
                    inner.wrong(key, "unknown-key", message, part="key")
            elif color := _color(inner, key):
                colors[key] = color
    table.finish({"reminder": ("remind", "it is called `remind`"), "colours": ("colors", "it is spelled `colors`")})
    return remind, share, language, colors


def _holidays(top: Table) -> tuple[str, str | None] | None:
    table = top.table("holidays", '[holidays] with country = "DE", for example,')
    if table is None:
        return None
    country, region = table.text("country"), table.text("region")
    if not table.has("country"):
        table.missing("country", 'write its two letters: country = "DE"')
    elif country and not re.fullmatch("[A-Z]{2}", country):
        upper = country.upper()
        hint = f'write "{upper}"' if re.fullmatch("[A-Z]{2}", upper) else 'write its two letters, such as "DE" or "PT"'
        table.wrong("country", "unknown-country", f'no country "{shown(country)}"; {hint}')
    table.finish({"state": ("region", "it is called `region`")})
    return (country, region) if country else None


# ── what speaks of rituals ───────────────────────────────────────────


def _references(top: Table, written: list[str], known: dict[str, None]) -> None:
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
                _unknown_ritual(table, place, other.strip(), known)
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


def _unknown_ritual(table: Table, place: Path, text: str, known: Iterable[str], *more: str) -> None:
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
            _unknown_ritual(table, path, text, known, *(TABLES if tables else ()))
    return tuple(found)


def _pause(table: Table, people: dict[str, Person], known: dict[str, None]) -> Pause:
    starts, until = table.day("starts"), table.day("until")
    if not table.has("starts"):
        table.missing("starts", "its first day: starts = 2027-03-08")
    if not table.has("until"):
        table.missing("until", "its last day: until = 2027-03-14")
    if starts and until and until < starts:
        table.wrong("until", "ends-before-start", f"the last day, {until}, lies before the first, {starts}")
    who = read_people(table, "who", people) or ()
    only = _named(table, "only", known, tables=True)
    note = table.text("note", lines=True)
    table.finish(_PAUSE_ELSEWHERE)
    nothing = dt.date(2000, 1, 1)
    return Pause(starts or nothing, until or nothing, who, only, note)


def _pair(table: Table, known: dict[str, None]) -> Pair:
    these = _named(table, "these", known, tables=False)
    if not table.has("these"):
        table.missing("these", 'name what belongs together: these = ["me_blocks.class", "shared_evenings.friday"]')
    elif len({str(item) for _, item in table.items("these")}) == 1:
        table.wrong("these", "pair-of-one", "a pair names two rituals or more")
    note = table.text("note", lines=True)
    table.finish()
    return Pair(these, note)


def _hope(key: str, table: Table, people: dict[str, Person]) -> Hope | None:
    who = read_people(table, "who", people) if table.has("who") else tuple(people)
    of = table.choice("of", ("own", "together", "friends", "hosting", "covering"), "kind of time")
    per = table.choice("per", ("week", "month"), "period")
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


def _program(key: str, table: Table) -> Program:
    template, starts = table.text("template"), table.day("starts")
    if not table.has("template"):
        table.missing("template", 'name the programme: template = "four-weeks"')
    if not table.has("starts"):
        table.missing("starts", "its first day: starts = 2027-01-04")
    changes: dict[str, dict[str, object]] = {}
    for session, inner in _sessions(table):
        if inner.has("on"):
            read_on(inner, "on")
        if inner.has("at"):
            read_clock(inner, ("at",), inner.raw("at"))
        read_for(inner)
        inner.finish()
        changes[session] = dict(inner.values)
    table.finish()
    return Program(key, template or "", starts or dt.date(2000, 1, 1), changes)


def _sessions(table: Table) -> list[tuple[str, Table]]:
    example = 'changes.SESSION = { on = "sunday" }'
    outer = table.table("changes", example)
    tables = [(session, outer.table(session, example)) for session in outer.values] if outer else []
    return [(session, inner) for session, inner in tables if inner is not None]


def _agreed(top: Table) -> Agreed | None:
    table = top.table("agreed", "[agreed] with on = 2027-03-01")
    if table is None:
        return None
    on, yes, note = table.day("on"), table.texts("yes"), table.text("note", lines=True)
    if not table.has("on"):
        table.missing("on", "the day it takes effect: on = 2027-03-01")
    table.finish()
    return Agreed(on or dt.date(2000, 1, 1), yes, note)
