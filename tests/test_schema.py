"""The JSON Schema and the reading agree: what `check` accepts the schema accepts, key by key and word by word.

What an invalid file says is either seen by the schema too, or stands in BEYOND with the reason why no schema sees it.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from planner import keys, patterns
from planner.agreement import FIRST_YEAR, LAST_YEAR, TABLES
from planner.colors import color_names
from planner.day_words import DAY_GROUPS, MONTH_NUMBER, ORDINAL_NUMBER, read_days
from planner.filling import fill, is_whole
from planner.names import Names, named_in
from planner.reading import LANGUAGES, read_agreement
from planner.reading_pieces import SHARES, WAYS
from planner.schema import agreement_schema
from planner.tables import RESERVED, Table
from planner.words import EVERY_UNITS, UNITS, WEEKDAY_NUMBER, Unclear, read_at, read_every, read_length
from tests.conftest import SHELF
from tests.strategies import agreements
from tests.test_docs import FULL, PAGES, blocks, framed
from tests.test_templates import answers, text_of

ROOT = Path(__file__).parent.parent
INVALID = ROOT / "tests" / "data" / "invalid"
VALID = [*sorted((ROOT / "examples").glob("*.toml")), *sorted((ROOT / "tests" / "data" / "valid").glob("*.toml"))]
TEMPLATES = sorted(p.stem for p in (ROOT / "templates" / "agreements").glob("*.toml"))
TAPLO = shutil.which("taplo", path=str(Path(sys.executable).parent)) or shutil.which("taplo")

SCHEMA = agreement_schema(Names(people=("ana", "ben")), ("Europe/Berlin",), ("four-weeks",))
VALIDATOR = Draft202012Validator(SCHEMA)


def as_editors_see(value: Any) -> Any:
    """Values as Taplo hands them to a schema: dates and times are texts."""
    match value:
        case dict():
            return {key: as_editors_see(inner) for key, inner in value.items()}
        case list():
            return [as_editors_see(inner) for inner in value]
        case dt.date() | dt.time():
            return value.isoformat()
    return value


def faults(values: dict[str, Any]) -> list[str]:
    found = VALIDATOR.iter_errors(as_editors_see(values))
    return [f"{'.'.join(map(str, e.absolute_path))}: {e.message[:200]}" for e in found]


def values_of(path: Path) -> dict[str, Any] | None:
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except ValueError:
        return None


# ── what is clear ────────────────────────────────────────────────────


def test_it_is_a_schema():
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_what_is_clear_to_the_reading_is_clear_to_the_schema(path):
    values = values_of(path)
    assert values
    assert faults(values) == []


@pytest.mark.parametrize("name", TEMPLATES)
def test_each_template_filled_in_is_clear(name):
    text = text_of(name)
    assert faults(tomllib.loads(text if is_whole(text) else fill(text, answers(), set()))) == []


@pytest.mark.parametrize("name", PAGES)
def test_what_the_pages_show_is_clear(name):
    for block in blocks(PAGES[name].read_text(encoding="utf-8")):
        if block.info == "toml":
            assert faults(tomllib.loads(block.text)) == [], block
        elif block.info == "toml fragment":
            assert faults(framed(block.text)) == [], block


@given(agreements())
def test_whatever_reading_accepts_the_schema_accepts(values):
    agreement, _ = read_agreement(values)
    if agreement is not None:
        assert faults(values) == []


# ── what is not ──────────────────────────────────────────────────────

BEYOND = {
    "people, rituals and time zones: names are suggestions, so that a schema does not grow old": {
        *("person-misspelt", "person-by-name", "turns-of-nobody", "turns-of-someone-not-taking-part"),
        *("me-block-of-two", "pairs-of-nothing", "pairs-with-one-ritual"),
    },
    "dates that meet other dates": {
        *("agreement-ends-before-it-starts", "starts-after-the-agreement-ends", "starts-before-the-agreement"),
        *("until-before-starts", "pause-of-a-century", "changes-hit-nothing", "skip-hits-nothing"),
        "placed-astray",
    },
    "days and a spacing that say nothing definite together": {
        *("every-by-day", "every-leaves-a-question", "every-with-dates", "every-with-days-of-the-month"),
        *("every-with-days-of-the-year", "count-from-with-dates", "on-mixed-forms"),
    },
    "two keys that do not go together": {"gist-with-another-share"},
    "turns and check-ins against the dates and lengths of their ritual": {
        *("check-in-does-not-fit", "check-in-past-midnight", "list-of-turns-too-long", "turns-drift"),
        *("turns-that-fall-together",),
    },
    "two times in one text": {"at-start-equals-end"},
    "what is on this machine": {"no-holidays"},
}


def _tour() -> list[Path]:
    """The invalid files that are TOML and have an error."""
    found = []
    for path in sorted(INVALID.glob("*.toml")):
        said = path.with_suffix(".txt").read_text(encoding="utf-8")
        if path.is_file() and ": error: " in said and values_of(path) is not None:
            found.append(path)
    return found


@pytest.mark.parametrize("path", _tour(), ids=lambda path: path.stem)
def test_a_mistake_that_a_schema_can_see_is_seen(path):
    beyond = any(path.stem in names for names in BEYOND.values())
    assert bool(faults(values_of(path) or {})) is not beyond


def test_what_is_beyond_a_schema_is_on_the_tour():
    assert set().union(*BEYOND.values()) <= {path.stem for path in _tour()}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('on = "firday"', "rituals.ours.on"),
        ("wher = 'here'", "'wher' was unexpected"),
        ('at = "18:30"', "'for' is a required property"),
        ('at = "6:30-9pm"', "rituals.ours.at"),
        ('share = "ful"', "rituals.ours.share"),
        ("who = []", "rituals.ours.who"),
        ('title = ""', "rituals.ours.title"),
        ("skip = [2207-01-01]", "rituals.ours.skip"),
        ('for = "2h"', "does not allow '2h'"),
        ("if_needed = 'yes'", "rituals.ours.if_needed"),
        ('every = "fortnight"', "rituals.ours.every"),
        ('remind = "2 months"', "rituals.ours.remind"),
        ("changes = [{ on = 2027-01-08 }]", "rituals.ours.changes"),
        ('[people.all]\nname = "All"', "people"),
    ],
)
def test_a_mistake_has_its_place(line, said):
    assert any(said in fault for fault in faults(framed(line)))


# ── keys ─────────────────────────────────────────────────────────────


def keys_asked() -> dict[str, set[str]]:
    """The keys that the reader asks each kind of table for; keys of the couple's own are "*", numbers nothing."""
    asked: dict[str, set[str]] = {}
    know = Table.know

    def remembered(table: Table, *known: str) -> None:
        path = [str(step) for step in table.path if not isinstance(step, int)]
        is_session = path[0:1] == ["programs"] and "." in "".join(path[1:2])
        if path[0:1] != ["agreement"] and len(path) > 1 and path[0] not in ("stays", "pauses", "pairs", "calendar"):
            path[1] = "*"
        if path[0:1] == ["programs"] and path[2:3] == ["changes"]:
            path[3:4] = ["*"] if path[3:] else []
        if not is_session:
            asked.setdefault(".".join(path), set()).update(known)
        know(table, *known)

    with mock.patch.object(Table, "know", remembered):
        agreement, findings = read_agreement(tomllib.loads(FULL), shelf=SHELF)
    assert agreement is not None, findings
    return asked


KEYS = {
    "": set(keys.TOP),
    "agreement": set(keys.AGREEMENT),
    "people.*": set(keys.PERSON),
    "helpers.*": set(keys.HELPER),
    "programs.*": set(keys.PROGRAM),
    "programs.*.changes.*": set(keys.SESSION),
    "prompts.*": set(keys.OWN_PROMPTS),
    "seasons.*": set(keys.SEASON),
    "seasons.*.dates": set(keys.SPAN),
    "stays": set(keys.STAY),
    "rituals.*.in_season.summer": set(keys.OTHER_TIME),
    "pauses": set(keys.PAUSE),
    "pairs": set(keys.PAIR),
    "balance.*": set(keys.HOPE),
    "holidays": set(keys.HOLIDAYS),
    "calendar": set(keys.CALENDAR),
    "me_blocks.*.check_in": set(keys.CHECK_IN),
    "me_blocks.*.placed": set(keys.PLACED),
    "me_blocks.*.ladder": set(keys.LADDER),
    "me_blocks.*.changes": {*keys.CHANGE, "host", "turn", "counts"},
    "host_nights.*.changes": {*keys.HOST_CHANGE, "turn"},
    "rituals.*.changes": {*keys.TURN_CHANGE, "host"},
} | {f"{table}.*": set(of) for table, of in keys.RITUALS.items()}
"""The keys of the schema as the reader asks for them. Of a change it asks whose turn it is, to say where that goes."""


def test_every_key_that_the_reader_knows_is_explained_and_no_other():
    asked = keys_asked()
    asked[""] -= {"title", "sessions", *LANGUAGES}  # of a programme's template, which is a file of its own
    for place, known in KEYS.items():
        mine = asked[place] - ({"host", "hosts", "turns"} - known if place in {f"{t}.*" for t in TABLES} else set())
        assert mine == known, place
    keyed = {"people", "helpers", *TABLES, "programs", "prompts", "seasons", "balance", "calendar.colors"}
    keyed |= {"programs.*.changes", "rituals.*.in_season", "sessions.*"}
    others = {place for place in asked if place.partition(".")[0] in LANGUAGES}  # a template's, as above
    assert set(asked) - set(KEYS) - others <= keyed


def test_every_key_has_its_words_once():
    """Taplo joins all explanations that it finds for a key: each stands where it looks, and once."""

    def told(schema: Any) -> None:
        if not isinstance(schema, dict):
            return
        for key, inner in schema.get("properties", {}).items():
            if inner is False or ("if" in schema and "description" not in inner):
                continue
            shown = [inner, *(one for one in inner.get("anyOf", ()) if isinstance(one, dict))]
            said = [one["description"] for one in shown if "description" in one and "x-taplo" not in one]
            assert len(said) == 1, key
            assert re.fullmatch(r"[A-Z].*[.]", inner["description"]), inner["description"]
        for inner in (*schema.get("properties", {}).values(), schema.get("additionalProperties"), schema.get("items")):
            told(inner)

    told(SCHEMA)


# ── words ────────────────────────────────────────────────────────────


def cased(draw: Any, text: str) -> str:
    return "".join(draw(st.sampled_from((c, c.upper()))) for c in text)


@st.composite
def said(draw, vocabulary: tuple[str, ...], glue: tuple[str, ...]) -> str:
    parts = draw(st.lists(st.sampled_from(vocabulary), min_size=1, max_size=6))
    return cased(draw, "".join(part + draw(st.sampled_from(glue)) for part in parts).rstrip(",") or "x")


NUMBERS = ("0", "00", "1", "3", "5", "12", "13", "24", "29", "30", "31", "45")
DAY_VOCABULARY = (
    *WEEKDAY_NUMBER,
    *ORDINAL_NUMBER,
    *MONTH_NUMBER,
    *DAY_GROUPS,
    *NUMBERS,
    "day",
    "of",
    "the",
    "month",
    "then",
)


def check_pattern(read: Any, pattern: str, text: str) -> None:
    try:
        read(text)
    except Unclear:
        return
    assert re.search(pattern, text), text


@given(said(DAY_VOCABULARY, (" ", "  ", ", ")))
def test_every_day_that_is_read_fits_its_pattern(text):
    check_pattern(read_days, patterns.DAYS, text)


@given(said((*NUMBERS, *UNITS), ("", " ")))
def test_every_length_that_is_read_fits_its_pattern(text):
    check_pattern(read_length, patterns.LENGTH, text)


@given(said((*NUMBERS, *EVERY_UNITS, "every", "s"), ("", " ")))
def test_every_spacing_that_is_read_fits_its_pattern(text):
    check_pattern(read_every, patterns.EVERY, text)


@given(said((*NUMBERS, ":00", ":30", "am", "p.m.", "-", "–", "to", "all", "day"), ("", " ")))
def test_every_time_that_is_read_fits_its_pattern(text):
    check_pattern(read_at, patterns.AT, text)


@pytest.mark.parametrize(
    "text", ["Tuesday, then thu", "day 5 of 6", "of 14 February", "last day of may", "2nd SAT", "day 3 of the month"]
)
def test_a_day_in_any_form_fits(text):
    assert read_days(text)
    assert re.search(patterns.DAYS, text)


@pytest.mark.parametrize("text", ["firday", "day 32", "31 april", "6th friday", "monday tuesday", "", "30 february"])
def test_what_is_no_day_does_not_fit(text):
    assert not re.search(patterns.DAYS, text)


@pytest.mark.parametrize("text", ["18", "25:00", "6:30-9pm", "0am", "13pm", "18:60", "6pm-9"])
def test_what_is_no_time_does_not_fit(text):
    assert not re.search(patterns.AT, text)


def test_the_years_are_those_of_the_reading():
    years = [year for year in range(1900, 2300) if re.search(patterns.DATE, f"{year}-02-28")]
    assert (years[0], years[-1], len(years)) == (FIRST_YEAR, LAST_YEAR, LAST_YEAR - FIRST_YEAR + 1)


def test_every_word_of_a_choice_is_suggested_and_taken_in_capitals():
    ritual = SCHEMA["properties"]["check_ins"]["additionalProperties"]["properties"]
    assert ritual["share"]["anyOf"][0]["enum"] == list(SHARES)
    assert ritual["by"]["anyOf"][0]["enum"] == list(WAYS)
    assert SCHEMA["properties"]["calendar"]["properties"]["language"]["anyOf"][0]["enum"] == list(LANGUAGES)
    assert faults(framed('[calendar]\nshare = "Busy"\n[calendar.colors]\nana = "Teal"')) == []
    assert SCHEMA["properties"]["people"]["propertyNames"]["not"]["enum"] == list(RESERVED)
    person = SCHEMA["properties"]["people"]["additionalProperties"]["properties"]
    assert person["color"]["anyOf"][0]["enum"] == color_names()


# ── names ────────────────────────────────────────────────────────────


def test_what_a_file_names_is_suggested_and_nothing_else_refused():
    values = framed("[rituals.tea]\non = 'monday'\nat = '9:00-9:30'\nwho = 'zoe'\nmay_overlap = ['me_blocks.gone']")
    names = named_in(values)
    assert names.people == ("ana", "ben")
    assert names.helpers == ("lucia",)
    assert "rituals.tea" in names.rituals
    ritual = agreement_schema(names)["properties"]["rituals"]["additionalProperties"]["properties"]
    assert ritual["who"]["anyOf"][0]["enum"] == ["everyone", "ana", "ben", "turn", "not turn"]
    assert ritual["cover"]["anyOf"][0]["enum"] == ["lucia", "ana", "ben"]
    assert "rituals.tea" in ritual["may_overlap"]["items"]["anyOf"][0]["enum"]
    assert faults(values) == []


@pytest.mark.parametrize("values", [{}, {"people": 3, "rituals": [1]}, {"people": {"ana": 1}, "helpers": {"x": {}}}])
def test_names_of_a_broken_file_are_those_there_are(values):
    assert named_in(values).people == ()


# ── the command ──────────────────────────────────────────────────────


def test_it_is_printed_with_the_names_of_a_file(run_planner):
    done = run_planner("schema", ROOT / "examples" / "ana-and-ben.toml")
    assert (done.exit_code, done.stderr) == (0, "")
    ritual = json.loads(done.stdout)["properties"]["me_blocks"]["additionalProperties"]["properties"]
    assert ritual["who"]["anyOf"][0]["enum"] == ["ana", "ben"]
    assert "Europe/Berlin" in ritual["timezone"]["anyOf"][0]["enum"]
    assert "four-weeks" in done.stdout
    assert "shared-evenings" in ritual["prompts_from"]["anyOf"][0]["enum"]


def test_without_a_file_it_needs_none(run_planner):
    done = run_planner("schema")
    assert done.exit_code == 0
    Draft202012Validator.check_schema(json.loads(done.stdout))


def test_it_is_written_and_the_file_is_told_how_to_name_it(run_planner, tmp_path):
    (tmp_path / "ours").mkdir()
    file = tmp_path / "ours" / "a.toml"
    file.write_bytes((ROOT / "examples" / "ana-and-ben.toml").read_bytes())
    done = run_planner("schema", "ours/a.toml", "-o", "a.schema.json")
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "a.schema.json is written.",
        "As the first line of ours/a.toml, this leads editors to it: #:schema ./../a.schema.json",
    ]
    file.write_bytes(b"#:schema ./../a.schema.json\n" + file.read_bytes())
    assert run_planner("revise", "pottery", "title=Clay", "-f", file).exit_code == 0
    assert file.read_text(encoding="utf-8").startswith("#:schema ./../a.schema.json\n")


def test_a_file_that_is_no_toml_has_its_place(run_planner, tmp_path):
    (tmp_path / "a.toml").write_text("[agreement\n", encoding="utf-8")
    done = run_planner("schema", "a.toml")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("a.toml:1:")
    done = run_planner("schema", "-o", "nowhere/a.json")
    assert done.exit_code == 3
    assert "no folder" in done.stderr


# ── a real editor's checker ──────────────────────────────────────────


@pytest.mark.skipif(TAPLO is None, reason="taplo is not there")
def test_taplo_reads_the_schema_as_we_do(run_planner, tmp_path):
    assert TAPLO
    assert run_planner("schema", "-o", "s.json").exit_code == 0

    def lint(path: Path) -> subprocess.CompletedProcess[str]:
        command = [TAPLO, "lint", "--colors", "never", "--schema", (tmp_path / "s.json").as_uri(), str(path)]
        return subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)

    for path in sorted((ROOT / "examples").glob("*.toml")):
        done = lint(path)
        assert done.returncode == 0, done.stderr
    wrong = tmp_path / "wrong.toml"
    example = (ROOT / "examples" / "ana-and-ben.toml").read_text(encoding="utf-8")
    wrong.write_text(example.replace('"friday"', '"firday"', 1), encoding="utf-8")
    done = lint(wrong)
    assert done.returncode == 1
    assert '"firday" is not valid' in done.stderr
