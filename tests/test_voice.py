"""What planner must never become, held to its words: no blame, no score, no rule over another person.

Templates and all that is printed are read; a test cannot read between the lines, so read them aloud, too.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.test_docs import PAGES, blocks

ROOT = Path(__file__).parent.parent

# Words that count, rank or watch; that judge; that bind or forbid; of the court and of the clinic.
NEVER = (
    r"streaks?|scores?|scor(?:ed|ing)|ranks?|ranking|points?|rewards?|percent(?:age)?|performance|achieved?|goals? met",
    r"(?:is|was|were|be|too|comes?|came|running) late|missed|overdue|behind schedule|violat\w*|breach\w*|blam\w+",
    r"fault of (?:yours|hers|his)|guilt\w*|at fault|excuses?",
    r"should have|ought to|failed to|forgot|lazy|selfish|too needy|unfair|50[/-]50|fair share",
    r"must(?: not)?|not allowed|forbid\w*|forbidden|obey\w*|obliged|obligat\w+|dut(?:y|ies)|enforce\w*|compliance",
    r"ask(?:s|ed)? (?:for )?permission|allowed by|needs? approval|approv(?:e|ed|al)|punish\w*|penalt\w+|consequences?",
    r"signatures?|contract\w*|clauses?|parties|void|dropped|refuses?|rejected",
    r"attendance|track(?:ed|ing|s)|monitor\w*|surveil\w*|whereabouts|last seen|arrived|receipts?",
    r"diagnos\w*|patients?|therapy goals?|disorder|toxic|narciss\w*|attachment style|codependen\w*",
)
PATTERN = re.compile(rf"\b(?:{'|'.join(NEVER)})\b|\d ?%", re.IGNORECASE)

# What the tool says to whoever runs it, about files and programs, is said in other words than about people.
OF_THE_MACHINE = (
    "this text must fit on one line",
    "who covers must know when",
)


def words(text: str) -> list[str]:
    for phrase in OF_THE_MACHINE:
        text = text.replace(phrase, "")
    return [match[0] for match in PATTERN.finditer(text)]


def texts(kind: str) -> dict[str, Path]:
    found = sorted(path for path in ROOT.glob(kind) if path.is_file())
    return {path.relative_to(ROOT).as_posix(): path for path in found}


TEMPLATES = texts("templates/**/*")
SPOKEN = {**texts("tests/data/walks/*.txt"), **texts("tests/data/invalid/*.txt"), **texts("examples/*.toml")}


@pytest.mark.parametrize("name", [*TEMPLATES, *SPOKEN])
def test_no_word_of_blame_score_or_rule(name):
    assert words((ROOT / name).read_text(encoding="utf-8", errors="replace")) == []


@pytest.mark.parametrize("name", PAGES)
def test_nor_in_what_commands_print_on_a_page(name):
    said = [b.text for b in blocks(PAGES[name].read_text(encoding="utf-8")) if b.info.startswith("console")]
    assert words("\n".join(said)) == []


def literals(source: str) -> Iterator[str]:
    """The texts in a module that are no docstrings and have a space in them: what it can say."""
    tree = ast.parse(source)
    silent = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and " " in node.value and id(node) not in silent:
            yield node.value


@pytest.mark.parametrize("path", sorted((ROOT / "planner").rglob("*.py")), ids=lambda p: p.name)
def test_nor_in_what_a_module_can_say(path):
    assert [(word, text) for text in literals(path.read_text(encoding="utf-8")) for word in words(text)] == []


@pytest.mark.parametrize(
    "said",
    [
        "You kept 80% of your plan.",
        "A streak of four weeks",
        "Ben was late on Friday",
        "Ana must not go out on Sundays",
        "It needs approval by Ana",
        "You should have been home",
    ],
)
def test_such_words_are_found(said):
    assert words(said)


def test_templates_and_words_are_there_to_be_read():
    assert len(TEMPLATES) >= 17
    assert len(SPOKEN) >= 90
