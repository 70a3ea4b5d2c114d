"""Document → `Agreement`, or what is wrong with it, all at once.

In: a Document (values and places). Out: the Agreement with every default filled in, and findings. No file is opened,
nothing is expanded; what needs occurrences to judge is in `checks`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from planner.agreement import QUIET, TABLES, Agreement, Person, Program, Ritual, Season
from planner.colors import color_names, is_color
from planner.languages import LANGUAGES
from planner.problems import WARNING, Finding, nearest
from planner.reading_others import check_references, read_agreed, read_hope, read_pair, read_pause, read_stays
from planner.reading_people import Ground, read_zone
from planner.reading_pieces import SHARES, read_reminds
from planner.reading_rituals import read_ritual
from planner.reading_seasons import read_season
from planner.tables import KEY, KEY_FORM, MOST_FINDINGS, MOST_THINGS, Findings, Table, TooManyFindings, as_key, unknown
from planner.words import WEEKDAYS, shown

_TOP = (
    "agreement",
    "people",
    "helpers",
    *TABLES,
    "programs",
    "prompts",
    "seasons",
    "stays",
    "pauses",
    "pairs",
    "balance",
    "holidays",
    "calendar",
)
_HEAD = ("id", "title", "starts", "timezone", "until", "purpose", "week_starts", "quiet")
_EXAMPLES = {
    "me_blocks": "pottery",
    "shared_evenings": "friday",
    "check_ins": "midweek",
    "host_nights": "salon",
    "reviews": "monthly",
    "rituals": "walk",
}
_MOST_PROGRAMS = 100
_ZONE = ("timezone", "it is called `timezone`")
_CALLED = {
    **dict.fromkeys(("person", "persons", "partner", "partners"), "people"),
    **dict.fromkeys(("event", "events", "chores", "habits", "routines"), "rituals"),
    **dict.fromkeys(("vacation", "vacations", "breaks"), "pauses"),
}
_NAME = ("name", "it is called `name`")


Shelf = Callable[[str], Mapping[str, Any]]
"""What an agreement may take up, by kind ("programs", "prompts"): templates by name, as tomllib gives their values.

A text instead of values says why a template cannot be read.
"""


def nothing(_: str) -> Mapping[str, Any]:
    """A shelf with nothing on it."""
    return {}


def read_agreement(
    values: dict[str, Any],
    *,
    version: bool = False,
    shelf: Shelf = nothing,
    former: Iterable[str] = (),
    placed_freely: bool = False,
) -> tuple[Agreement | None, list[Finding]]:
    """The agreement that the document's values describe, and all findings; None where one of them is an error.

    `version` reads an agreed version, which has an `[agreed]` header. `shelf` has templates. `former` are
    rituals that were agreed once and may be gone from the file: a pause may name them still. With `placed_freely`, as
    in a version, what is placed may have a time of day or none, whatever its ritual says by now.
    """
    findings = Findings()
    try:
        agreement = _read(
            Table(values, (), findings), version=version, shelf=shelf, former=former, placed_freely=placed_freely
        )
    except TooManyFindings:
        if len(findings.found) >= MOST_FINDINGS:
            message = f"more than {MOST_FINDINGS} things are amiss; these come first"
            findings.found.append(Finding((), "too-many", message))
        return None, findings.found
    return (None if findings.errors() else agreement), findings.found


def _read(top: Table, *, version: bool, shelf: Shelf, former: Iterable[str], placed_freely: bool) -> Agreement | None:
    top.know(*_TOP)
    agreed = read_agreed(top) if version else None
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
    seasons = _seasons(top, (starts or dt.date(2000, 1, 1)).year)
    stays = read_stays(_array(top, "stays", 'who = "ana", timezone, starts and until'), people)
    ground = Ground(
        people,
        helpers,
        starts,
        until,
        zone or "UTC",
        calendar[1],
        calendar[0],
        seasons,
        stays,
        calendar[2],
        placed_freely=version or placed_freely,
    )
    rituals: dict[str, Ritual] = {}
    written: list[str] = []
    _not_too_many(top)
    for name, kind in TABLES.items():
        for key, table in top.keyed(name, f"[{name}.{_EXAMPLES[name]}]"):
            written.append(f"{name}.{key}")
            if ritual := read_ritual(table, kind, key, ground):
                rituals[ritual.path] = ritual
    rituals = {path: rituals[path] for path in sorted(rituals, key=_file_order(top.values))}
    programs = _programs(top, ground, shelf, rituals, version=version)
    own_prompts = _own_prompts(top)
    draw_prompts(top, shelf, rituals, own_prompts, calendar[2], version=version)
    known = dict.fromkeys((*written, *(f"programs.{p.key}" for p in programs)))
    check_references(top, written, known)
    if any(ritual.follows for ritual in rituals.values()):
        from planner.reading_follows import follow  # few agreements have one

        follow(top, rituals, known)
    paused = known | dict.fromkeys(former)
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
            read_pause(t, people, paused, (starts or dt.date(2000, 1, 1)).year)
            for t in _array(top, "pauses", "starts = 2027-03-08 and until = 2027-03-14")
        ),
        pairs=tuple(read_pair(t, known) for t in _array(top, "pairs", "these = [two rituals]")),
        hopes=tuple(h for key, t in top.keyed("balance", "[balance.own-time]") if (h := read_hope(key, t, people))),
        programs=programs,
        holidays=_holidays(top),
        colors=calendar[3],
        language=calendar[2],
        agreed=agreed,
        own_prompts=own_prompts,
        seasons=seasons,
        stays=stays,
        quiet=_quiet(head),
    )
    head.finish({"name": ("title", "it has a `title`"), "zone": _ZONE, "start": ("starts", "it is called `starts`")})
    return agreement


def _seasons(top: Table, from_year: int) -> tuple[Season, ...]:
    """The seasons, in the order of the file."""
    if not top.has("seasons"):
        return ()
    return tuple(s for key, t in top.keyed("seasons", "[seasons.summer]") if (s := read_season(key, t, from_year)))


def _programs(
    top: Table, ground: Ground, shelf: Shelf, rituals: dict[str, Ritual], *, version: bool
) -> tuple[Program, ...]:
    """The programmes; their sessions join the rituals. An agreed version has with it what their templates said then."""
    if not top.has("programs"):
        return ()
    from planner.reading_programs import read_program  # few agreements have one

    programs: list[Program] = []
    written = top.keyed("programs", "[programs.first-month]")
    if len(written) > _MOST_PROGRAMS:
        message = f"{len(written)} programmes stand in this file, and {_MOST_PROGRAMS} are the most; take old ones out"
        top.wrong("programs", "too-long", message, part="key")
        return ()
    for key, table in written:
        program, sessions = read_program(key, table, ground, shelf("programs"), version=version)
        programs.append(program)
        rituals |= {session.path: session for session in sessions}
    return tuple(programs)


def _quiet(head: Table) -> tuple[str, ...]:
    """The quiet words that the couple does without."""
    found = []
    for path, value in head.items("quiet"):
        text = head.check_text(path, value)
        if text in QUIET:
            found.append(text)
        elif text:
            head.wrong(path, "unknown-word", f'no quiet word "{shown(text)}"; {unknown(text, QUIET)}')
    return tuple(found)


def _own_prompts(top: Table) -> tuple[Any, ...]:
    """What the couple writes about prompts."""
    if not top.has("prompts"):
        return ()
    from planner.prompts import read_own  # few agreements have any

    return tuple(read_own(name, table) for name, table in top.keyed("prompts", "[prompts.check-ins]"))


def draw_prompts(
    top: Table,
    shelf: Shelf,
    rituals: dict[str, Ritual],
    own_prompts: tuple[Any, ...],
    language: str,
    *,
    version: bool = False,
) -> None:
    """Rituals that name a collection get its prompts in this language, the couple's own before the others.

    An agreed version has none of the couple's own prompts in it: there, a collection that is not known gives none.
    """
    asking = [ritual for ritual in rituals.values() if ritual.prompts_from]
    if not asking:
        return
    from planner.prompts import own_first, read_collection, with_own  # few agreements have any

    own = {one.name: one for one in own_prompts}
    there = shelf("prompts")
    for ritual in asking:
        name = ritual.prompts_from or ""
        collection, trouble = read_collection(name, there[name], language) if name in there else (None, "")
        table, _, key = ritual.path.partition(".")
        place = (table, key.partition(".")[0]) if ritual.program else (table, key, "prompts_from")
        if trouble and not version:
            top.wrong(place, "prompts-unclear", f'the prompts "{shown(name)}" are not clear yet: {trouble}')
        elif merged := with_own(collection, own.get(name), name):
            rituals[ritual.path] = ritual._replace(drawn=own_first(merged, own.get(name)))
        elif not version:
            hint = unknown(name, list(dict.fromkeys((*there, *own))))
            top.wrong(place, "unknown-prompts", f'no collection of prompts "{shown(name)}"; {hint}')


def _unknown_tables(top: Table, *, version: bool) -> None:
    """Note what stands at the top and is not known; rituals and people below it are not unknown as well."""
    forgiven = top.findings.forgiven
    bare = False
    for key, value in top.values.items():
        if key in _TOP or (version and key == "agreed"):
            continue
        known = (*_TOP, "agreed") if version else _TOP
        near = (_CALLED.get(key) or nearest(key, known)) if isinstance(value, dict | list) else None
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
    return f"[[{table}]]" if table in ("stays", "pauses", "pairs") else f"[{table}]"


def _not_too_many(top: Table) -> None:
    """Stop where more rituals stand in the file than two people could ever live by."""
    places = [(name, key) for name in TABLES if isinstance(top.raw(name), dict) for key in top.values[name]]
    if len(places) > MOST_THINGS:
        message = f"{len(places)} rituals stand in this file, and {MOST_THINGS} are the most; is it the right file?"
        top.wrong(places[MOST_THINGS], "too-long", message, part="key")
        raise TooManyFindings


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


def _busy(table: Table, person: str) -> tuple[str, ...]:
    """Where it stands when a person is busy: files and connected calendars, no addresses of the web."""
    found = []
    for place, item in table.items("busy"):
        source = table.check_text(place, item)
        if source and (scheme := re.match("([a-z][a-z0-9+.-]*)://", source, re.IGNORECASE)):
            table.wrong(
                place,
                "busy-address",
                f"an address ({scheme[1]}:) is not fetched from here; save it as an .ics file and name that, or "
                f"connect the calendar (`planner connect work --for {person} --busy-only`) and name it so",
            )
        elif source:
            found.append(source)
    return tuple(found)


def _people(top: Table, zone: str) -> dict[str, Person]:
    people: dict[str, Person] = {}
    for key, table in top.keyed("people", "[people.ana]"):
        name = table.text("name")
        if not table.has("name"):
            table.missing("name", f'write name = "{key.capitalize()}"')
        color = _color(table, "color")
        person_zone = read_zone(table, "timezone")
        people[key] = Person(key, name or key, person_zone or zone, color, _busy(table, key))
        table.finish({"colour": ("color", "it is spelled `color`, as in calendars"), "zone": _ZONE, "title": _NAME})
    _called(top, people)
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


def _called(top: Table, people: dict[str, Person]) -> None:
    """Warn of names by which nobody could be told from somebody else."""
    seen: set[str] = set()
    for key, person in people.items():
        name = person.name.casefold()
        place = ("people", key, "name")
        if name in _NO_NAMES:
            message = (
                f'"{person.name}" reads as a word for all of you in titles and sentences; write the name of a person'
            )
            top.wrong(place, "name-unclear", message, severity=WARNING)
        elif name in seen:
            message = f'two of you are called "{person.name}", and nobody could tell whose evening it is; '
            message += f'give one of them another name, such as "{person.name} B."'
            top.wrong(place, "name-twice", message, severity=WARNING)
        seen.add(name)


_NO_NAMES = ("everyone", "everybody", "all", "none", "nobody", "no one", "turn", "both")


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
