"""The agreement as a JSON Schema (draft 2020-12): what an editor completes, explains and marks as `check` would.

In: the tables of `keys`, the words and patterns of the reading, and `Names` for suggestions. Out: dictionaries to be
written as JSON. What `check` accepts, the schema accepts; what takes two places to see, or a calendar, is left to
`check`. Names are suggestions and never a rule, so that a schema does not grow old while people write.

Editors with Taplo in them hand dates and times over as texts ("2027-01-04", "18:30:00"). They look for explanations
and suggestions in `properties`, `items` and `anyOf`, not behind a `$ref` with neighbours nor in `then`. So each key
has here what is to be seen, and its rule is behind `if: true, then`: there it is held to, and shows up once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from planner import keys, patterns
from planner.agreement import QUIET, TABLES
from planner.colors import color_names
from planner.keys import Key
from planner.languages import LANGUAGES
from planner.names import Names
from planner.reading_open import MOST_TIMES
from planner.reading_others import KINDS_OF_TIME, PERIODS
from planner.reading_pieces import GROWS, SHARES, WAYS
from planner.reading_rituals import MISSED_TURN, ON_HOLIDAYS
from planner.tables import KEY, RESERVED
from planner.words import WEEKDAYS

Schema = dict[str, Any]
DRAFT = "https://json-schema.org/draft/2020-12/schema"

CHOICES = {
    "share": SHARES,
    "by": WAYS,
    "language": LANGUAGES,
    "on_holidays": ON_HOLIDAYS,
    "grows": GROWS,
    "missed_turn": MISSED_TURN,
    "of": KINDS_OF_TIME,
    "per": PERIODS,
    "week_starts": WEEKDAYS,
}
_DAYS = (*WEEKDAYS, "weekdays", "weekends", "every day", "first friday", "last sunday", "day 15", "14 february")
_SPACINGS = ("week", "2 weeks", "month", "quarter", "year", "3 days")
_ROUND_LENGTHS = ("30m", "45m", "1h", "1h 30m", "2h")
_LONG_LENGTHS = ("1 week", "2 weeks", "4 weeks", "1 month", "3 months")


def agreement_schema(names: Names, zones: Iterable[str] = (), programs: Iterable[str] = ()) -> Schema:
    """The schema, with the suggestions that come from an agreement, from a machine's zones and its programmes."""
    shapes = _shapes(names, tuple(sorted(zones)), tuple(programs))
    top = {name: _shown(keys.TOP[name], rule) for name, rule in _tables(shapes).items()}
    return {
        "$schema": DRAFT,
        "title": "An agreement",
        "description": "What you two agreed, in one plain file that planner makes calendars from.",
        "type": "object",
        "properties": top,
        "additionalProperties": False,
        "required": ["agreement", "people"],
        "$defs": _rules(),
    }


# ── rules: what a value has to be, once and for all ──────────────────


def _text(pattern: str) -> Schema:
    return {"type": "string", "pattern": pattern}


def _one_or_more(rule: Schema) -> Schema:
    return {"anyOf": [rule, {"type": "array", "minItems": 1, "items": rule}]}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _rules() -> Schema:
    """Rules by name. A list where one thing would do may hold several."""
    line, date, short, length = (_ref(name) for name in ("line", "date", "short", "length"))
    rules = {name: _text(patterns.whole(patterns.words(known))) for name, known in CHOICES.items()}
    return rules | {
        "text": _text(patterns.TEXT),
        "line": _text(patterns.LINE),
        "lines": _one_or_more(line),
        "sources": _one_or_more({"allOf": [line, {"not": {"pattern": patterns.ADDRESS}}]}),
        "key": _text(patterns.whole(KEY.pattern)),
        "date": _text(patterns.DATE),
        "dates": _one_or_more(date),
        "short": _text(patterns.SHORT_LENGTH),
        "shorts": _one_or_more(short),
        "length": _text(patterns.LENGTH),
        "clock": _text(patterns.AT),
        "on": _one_or_more({"anyOf": [_text(patterns.DAYS), date]}),
        "every": _text(patterns.EVERY),
        "at": {
            "anyOf": [
                _text(patterns.AT),
                _text(patterns.OPEN),
                {
                    "type": "object",
                    "minProperties": 1,
                    "propertyNames": {"pattern": patterns.NAMED_DAYS},
                    "additionalProperties": _text(patterns.AT),
                },
            ]
        },
        "trial": {"anyOf": [length, date]},
        "remind": {"anyOf": [_text(patterns.NONE), _one_or_more(short)]},
        "quiet": _one_or_more(_text(patterns.whole(patterns.exact(QUIET)))),
        "color": _text(patterns.whole(patterns.words(color_names()))),
        "country": _text(patterns.whole("[A-Z]{2}")),
        "year_day": _text(patterns.YEAR_DAY),
        "pause_day": {"anyOf": [date, _text(patterns.YEAR_DAY)]},
        "session_day": {"anyOf": [date, _text(patterns.WEEKDAY)]},
        "bound": {"anyOf": [length, {"type": "integer", "minimum": 0, "maximum": 1000}]},
    }


# ── shapes: what an editor shows of a value, and its rule ────────────


def _shown(text: str, rule: Schema) -> Schema:
    return {"description": text, **rule}


def _value(types: tuple[str, ...], rule: Schema, suggested: Iterable[object] = ()) -> Schema:
    """A value of one of these types that keeps to the rule; some are suggested.

    The `anyOf` holds for every value: it is there to be read by editors.
    """
    found: Schema = {"type": list(types)}
    if known := list(dict.fromkeys(suggested)):
        found["anyOf"] = [{"enum": known}, True]
        if "array" in types:
            found["items"] = {"anyOf": [{"enum": known}, True]}
    return found | {"if": True, "then": rule}


def _shapes(names: Names, zones: tuple[str, ...], programs: tuple[str, ...]) -> Schema:
    """Each shape that `keys` speaks of."""
    one, several = ("string",), ("string", "array")
    everyone = ("everyone", *names.people)
    rituals = (*names.rituals, *names.programs)
    named: Schema = {
        "id": _value(one, _ref("key")),
        "text": _value(one, _ref("text")),
        "line": _value(one, _ref("line")),
        "lines": _value(several, _ref("lines")),
        "sources": _value(several, _ref("sources")),
        "date": _value(one, _ref("date")),
        "dates": _value(several, _ref("dates")),
        "zone": _value(one, _ref("line"), zones),
        "color": _value(one, _ref("color"), color_names()),
        "quiet": _value(several, _ref("quiet"), QUIET),
        "on": _value(several, _ref("on"), _DAYS),
        "every": _value(one, _ref("every"), _SPACINGS),
        "at": _value(("string", "object"), _ref("at"), ("18:30-21:00", "all day", "open")),
        "clock": _value(one, _ref("clock"), ("18:30-21:00", "all day")),
        "short": _value(one, _ref("short"), _ROUND_LENGTHS),
        "shorts": _value(several, _ref("shorts"), _ROUND_LENGTHS),
        "length": _value(one, _ref("length"), (*_ROUND_LENGTHS, *_LONG_LENGTHS)),
        "trial": _value(one, _ref("trial"), _LONG_LENGTHS),
        "remind": _value(several, _ref("remind"), ("none", "15m", "1h", "1d")),
        "flag": {"type": "boolean"},
        "step": {"type": ["integer"], "minimum": 1},
        "times": {"type": ["integer"], "minimum": 1, "maximum": MOST_TIMES},
        "bound": _value(("string", "integer"), _ref("bound"), ("4h", 1)),
        "country": _value(one, _ref("country")),
        "year_day": _value(one, _ref("year_day"), ("1 july", "31 august")),
        "pause_day": _value(one, _ref("pause_day"), ("20 december", "6 january")),
        "seasons": _value(several, _ref("lines"), names.seasons),
        "session_day": _value(one, _ref("session_day"), WEEKDAYS),
        "who": _value(several, _ref("lines"), (*everyone, "turn")),
        "who_or_not": _value(several, _ref("lines"), (*everyone, "turn", "not turn")),
        "people": _value(several, _ref("lines"), everyone),
        "owner": _value(several, _ref("lines"), names.people),
        "turns": _value(several, _ref("lines"), names.people),
        "person": _value(one, _ref("line"), names.people),
        "helper": _value(one, _ref("line"), (*names.helpers, *names.people)),
        "ritual": _value(one, _ref("line"), rituals),
        "rituals": _value(several, _ref("lines"), rituals),
        "parts": _value(several, _ref("lines"), (*TABLES, "programs", *rituals)),
        "pair": {
            "type": ["array"],
            "items": {"anyOf": [{"enum": list(rituals)}, True]} if rituals else {},
            "if": True,
            "then": {"minItems": 2, "items": _ref("line")},
        },
        "program": _value(one, _ref("line"), programs),
        "prompts": _value(one, _ref("line"), names.prompts),
        "colors": {"type": "object", "additionalProperties": _value(one, _ref("color"), color_names())},
    }
    named |= {name: _value(one, _ref(name), known) for name, known in CHOICES.items()}
    moments = [{"required": ["after"]}, {"required": ["before_end"]}]
    check_in = _table(keys.CHECK_IN, named) | {"if": True, "then": {"oneOf": moments}}
    named["check_in"] = _one_or_several_tables(check_in, most=24)
    named["spans"] = _one_or_several_tables(_table(keys.SPAN, named, "starts", "until"), most=100)
    other_time = _table(keys.OTHER_TIME, named) | {"minProperties": 1}
    named["in_season"] = {"type": "object", "additionalProperties": other_time}
    named["placed"] = _one_or_several_tables(_table(keys.PLACED, named, "on"), most=10_000)
    named["ladder"] = _table(keys.LADDER, named, "steps", "each")
    named["sessions"] = {"type": "object", "additionalProperties": _table(keys.SESSION, named)}
    return named


def _properties(of: Mapping[str, Key], shapes: Schema) -> Schema:
    """Each key with its explanation. Where there is an `anyOf`, Taplo takes it from there, so it stands there too.

    Taplo joins all that it finds; its own word for the outer one, an empty text, keeps it from being said twice.
    """
    found = {}
    for key, (shape, text) in of.items():
        schema = _shown(text, shapes[shape])
        if "anyOf" in schema:
            first, *others = schema["anyOf"]
            schema["anyOf"] = [_shown(text, first), *others]
            schema["x-taplo"] = {"docs": {"main": ""}}
        found[key] = schema
    return found


def _table(of: Mapping[str, Key], shapes: Schema, *required: str) -> Schema:
    found: Schema = {"type": "object", "properties": _properties(of, shapes), "additionalProperties": False}
    return found | ({"required": list(required)} if required else {})


def _one_or_several_tables(table: Schema, most: int) -> Schema:
    return {"anyOf": [table, {"type": "array", "minItems": 1, "maxItems": most, "items": table}]}


# ── tables ───────────────────────────────────────────────────────────


def _keyed(table: Schema, *, least: int = 0) -> Schema:
    """Tables under keys of the couple's own."""
    found: Schema = {
        "type": "object",
        "propertyNames": {"pattern": f"^{KEY.pattern}$", "not": {"enum": list(RESERVED)}},
        "additionalProperties": table,
    }
    return found | ({"minProperties": least} if least else {})


def _tables(shapes: Schema) -> Schema:
    several = {"type": "array", "minItems": 1}
    rituals = {name: _keyed(_ritual(name, shapes)) for name in TABLES}
    bounds = {"anyOf": [{"required": ["at_least"]}, {"required": ["at_most"]}]}
    yearly = {"required": ["starts", "until"], "properties": {"dates": False}}
    dated = {"properties": {"starts": False, "until": False}}
    by_dates = {"if": {"required": ["dates"]}, "then": dated, "else": yearly}
    either = {"oneOf": [{"required": ["add"]}, {"required": ["only"]}]}
    return {
        "agreement": _table(keys.AGREEMENT, shapes, "id", "starts", "timezone"),
        "people": _keyed(_table(keys.PERSON, shapes, "name"), least=2),
        "helpers": _keyed(_table(keys.HELPER, shapes, "name")),
        **rituals,
        "programs": _keyed(_table(keys.PROGRAM, shapes, "template", "starts")),
        "prompts": _keyed(_table(keys.OWN_PROMPTS, shapes) | {"if": True, "then": either}),
        "seasons": _keyed(_table(keys.SEASON, shapes) | {"if": True, "then": by_dates}),
        "stays": several | {"items": _table(keys.STAY, shapes, "who", "timezone", "starts", "until")},
        "pauses": several | {"items": _table(keys.PAUSE, shapes, "starts", "until")},
        "pairs": several | {"items": _table(keys.PAIR, shapes, "these")},
        "balance": _keyed(_table(keys.HOPE, shapes, "of", "per") | {"if": True, "then": bounds}),
        "holidays": _table(keys.HOLIDAYS, shapes, "country"),
        "calendar": _table(keys.CALENDAR, shapes),
    }


def _ritual(name: str, shapes: Schema) -> Schema:
    """One ritual of a kind, with the rules of what goes with what."""
    of = keys.RITUALS[name]
    changes = {"host_nights": keys.HOST_CHANGE, "shared_evenings": keys.TURN_CHANGE, "rituals": keys.TURN_CHANGE}
    change = _table(changes.get(name, keys.CHANGE), shapes, "on") | {"minProperties": 2}
    table = _table(of, shapes | {"changes": _one_or_several_tables(change, most=10_000)}, "at")
    if name == "me_blocks":
        table["required"].append("who")
    return table | {"if": True, "then": {"allOf": list(_together(name))}}


def _is(key: str, rule: Schema) -> Schema:
    return {"required": [key], "properties": {key: rule}}


def _together(name: str) -> Iterable[Schema]:
    """What goes with what in one ritual; without `on` or a length, what is said names the key that is missing."""
    by_day, whole_day = _is("at", {"type": "object"}), _is("at", _text(patterns.ALL_DAY))
    daily, is_open = _is("every", _text(patterns.EVERY_DAYS)), _is("at", _text(patterns.OPEN))
    own: Schema = {"if": {"anyOf": [by_day, daily, is_open]}, "else": {"required": ["on"]}}
    if name in ("shared_evenings", "rituals"):
        not_turn: Schema = {"enum": ["not turn", ["not turn"]]}
        of_another = ("on", "every", "count_from", "turns", "missed_turn", "starts", "until", "trial", "only_in")
        own_keys = {"who": not_turn, "at": {"type": "string"}}
        led = {"required": ["who"], "properties": own_keys | dict.fromkeys(of_another, False)}
        yield {"if": {"required": ["follows"]}, "then": led, "else": own}
        yield {"if": _is("who", not_turn), "then": {"required": ["follows"]}}
    else:
        yield own
    yield {"if": by_day, "then": {"properties": {"on": False}}}
    fixed = ("on", "hosts", "turns", "follows", "in_season")
    opened: Schema = {"required": ["every"], "properties": {k: False for k in fixed if k in keys.RITUALS[name]}}
    yield {"if": is_open, "then": opened, "else": {"properties": {"times": False}}}
    yield {"if": {"allOf": [is_open, {"required": ["for"]}]}, "then": {"properties": {"ladder": False}}}
    yield {"if": _is("at", _text(patterns.SPAN)), "then": {"properties": {"for": False, "ladder": False}}}
    yield {"if": whole_day, "then": {"properties": {"ladder": False}}}
    if name not in ("check_ins", "reviews"):
        told = {"anyOf": [{"required": ["for"]}, {"required": ["ladder"]}]}
        no_end = {"anyOf": [_is("at", _text(patterns.START)), is_open]}
        start_alone = {"allOf": [no_end, {"not": told}]}
        yield {"if": start_alone, "then": {"required": ["for"]}}
    yield {
        "if": {"allOf": [_is("at", _text(patterns.START)), {"required": ["for"]}]},
        "then": {"properties": {"ladder": False}},
    }
    if name == "host_nights":
        yield {"if": {"required": ["host"]}, "then": {"properties": {"hosts": False}}, "else": {"required": ["hosts"]}}
