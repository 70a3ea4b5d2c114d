"""A tour of mistakes: what `planner check` says of each file in data/invalid, word by word.

Beside NAME.toml stands NAME.txt, what appears on standard error (the file may be missing, or a folder). After a change
of words, `WRITE_EXPECTED=1 pytest tests/test_invalid.py` writes them anew; then each of them is to be read aloud: does
it name the exact place, the reader's own word, what is allowed, and a remedy?
"""

from __future__ import annotations

import ast
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from planner.document import parse_document
from planner.reading import read_agreement
from tests.conftest import SHELF

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "tests" / "data" / "invalid"
NAMES = sorted(path.stem for path in FOLDER.glob("*.txt"))
LINE = re.compile(r"(?P<file>[^:]+):(?P<line>\d+):(?P<column>\d+): (?P<severity>error|warning|note): (?P<said>.+)")

# Where what `check` says is written, and the place of the code among the arguments of what says it.
SOURCES = ("tables", "words", "day_words", "checks", "document", "files", "cli/check", "reading*")
SAYS = {"wrong": 1, "add": 1, "lacking": 2, "Unclear": 0, "Finding": 1, "_Wrong": 1, "problem": 0, "Problem": 5}
# What these words say cannot be brought about by a file that git keeps.
ELSEWHERE = {"past-shown", "not-own", "own-file-name", "unreadable", "program-unclear", "prompts-unclear"}


@pytest.fixture
def check(run_planner):
    return lambda name, *options: run_planner("--today", "2027-01-01", "check", *options, f"{name}.toml", cwd=FOLDER)


@pytest.mark.parametrize("name", NAMES)
def test_each_mistake_is_named_word_by_word(name, check):
    expected = FOLDER / f"{name}.txt"
    done = check(name)
    if os.environ.get("WRITE_EXPECTED"):
        expected.write_bytes(done.stderr.encode())
    assert done.stderr == expected.read_bytes().decode()
    mistakes = sum(": error: " in line for line in done.stderr.splitlines())
    assert done.exit_code == (1 if mistakes else 0)
    assert mistakes or name.startswith("notice-")
    if mistakes:
        things = "1 thing" if mistakes == 1 else f"{mistakes} things"
        assert done.stdout == f"{things} to mend first; then planner can read the rest.\n"


@pytest.mark.parametrize("name", NAMES)
def test_scripts_are_told_the_same(name, check):
    done = check(name, "--json")
    assert done.stderr == ""
    told = json.loads(done.stdout)
    lines = [
        f"{p['file']}:{p['line']}:{p['column']}: {p['severity']}: {p['path'] and p['path'] + ': '}{p['message']}"
        for p in told["problems"]
    ]
    shown = (FOLDER / f"{name}.txt").read_bytes().decode().splitlines()
    assert lines == shown[: len(shown) - len(told["clashes"])]
    assert all(clash["message"] in line for clash, line in zip(told["clashes"], shown[len(lines) :], strict=True))
    assert done.exit_code == (1 if any(p["severity"] == "error" for p in told["problems"]) else 0)


@pytest.mark.parametrize("name", NAMES)
def test_places_lie_in_the_file_in_its_order_and_nothing_is_said_twice(name):
    path = FOLDER / f"{name}.toml"
    said = [LINE.fullmatch(line) for line in (FOLDER / f"{name}.txt").read_bytes().decode().splitlines()]
    assert said
    assert all(said), "each problem is one line with a place"
    assert all(match["file"] == path.name for match in said)
    text = path.read_bytes().decode("utf-8-sig", "replace") if path.is_file() else ""
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    places = [(int(match["line"]), int(match["column"])) for match in said]
    for line, column in places:
        assert 1 <= line <= len(lines)
        assert 1 <= column <= len(lines[line - 1]) + 1
    if not any("warning" in match["severity"] for match in said):  # clashes come after everything else
        assert places == sorted(places)
    assert len({match[0] for match in said}) == len(said)


@pytest.mark.parametrize("name", NAMES)
def test_each_thing_is_found_once(name):
    path = FOLDER / f"{name}.toml"
    document = parse_document(path.read_bytes() if path.is_file() else b"", path.name)
    if not isinstance(document, list):
        _, findings = read_agreement(document.values, shelf=SHELF)
        assert len(set(findings)) == len(findings)


def test_every_file_has_its_words():
    assert {path.stem for path in FOLDER.glob("*.toml")} | {"toml-missing"} == set(NAMES)
    assert len(NAMES) >= 80


# ── the words themselves ─────────────────────────────────────────────

JARGON = (
    "string",
    "integer",
    "boolean",
    "array",
    "dict",
    "NoneType",
    "datetime",
    "invalid",
    "illegal",
    "parse",
    "null",
)
BLAME = ("violat", "breach", "fail", "forbidden", "must not", "you forgot", "illegal", "void", "refused", "overdue")


@pytest.mark.parametrize("name", NAMES)
def test_no_jargon_and_no_blame(name):
    for line in (FOLDER / f"{name}.txt").read_bytes().decode().splitlines():
        said = LINE.fullmatch(line)["said"].casefold()
        for word in (*JARGON, *BLAME):
            assert word.casefold() not in said
        assert not said.endswith((".", "!", " ", ":"))


# ── nothing is left out ──────────────────────────────────────────────


def codes(source: str) -> Iterator[str]:
    """The codes of what a module can say, as patterns."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name not in SAYS or len(node.args) <= SAYS[name]:
            continue
        match node.args[SAYS[name]]:
            case ast.Constant(str() as code):
                yield re.escape(code)
            case ast.JoinedStr(parts):
                yield "".join(re.escape(p.value) if isinstance(p, ast.Constant) else ".+" for p in parts)


def test_every_code_is_met_on_the_tour(check):
    met = {problem["code"] for name in NAMES for problem in json.loads(check(name, "--json").stdout)["problems"]}
    met.add("clash")  # in --json, clashes have a list of their own
    assert json.loads(check("notice-clash", "--json").stdout)["clashes"]
    known = {
        code
        for module in SOURCES
        for path in (ROOT / "planner").glob(f"{module}.py")
        for code in codes(path.read_text("utf-8"))
    }
    assert len(known) > 60
    missed = {code for code in known if not any(re.fullmatch(code, one) for one in met)} - set(
        map(re.escape, ELSEWHERE)
    )
    assert not missed
    assert {"skip-nothing", "changes-nothing"} <= met


def test_a_code_is_found_in_the_source():
    source = 'table.wrong(key, "a-b", f"{x}")\nUnclear("c", "d")\nFinding(p, f"{k}-e", m)\nprint("x", "y")'
    assert list(codes(source)) == [r"a\-b", "c", r".+\-e"]
