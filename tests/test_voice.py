"""What planner must never become, held to its words: no blame, no score, no rule over another person.

Templates and all that is printed are read; a test cannot read between the lines, so read them aloud, too.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.test_docs import PAGES, blocks
from tests.test_languages import texts_in

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
# The same in German, Spanish and French: what counts, judges, forbids, watches, and the words of the court.
NEVER_ELSEWHERE = (
    r"punkte(?:n|stand)?|rekord\w*|serien?|strähne\w*|belohn\w+|leistung\w*|prozent\w*|rangliste\w*",
    r"schuld(?:en|ig\w*)?|vorwurf|vorwürfe\w*|ausreden?|versäum\w+|verpasst|überfällig|zu spät|bestraf\w+|strafe\w*",
    r"(?:du|ihr|er|sie|man) (?:hättest|hättet|hätte) (?:\w+ ){0,4}sollen|faul(?:e[rnsm]?)?|egoist\w*|unfair\w*",
    r"darfst nicht|dürft nicht|darf nicht|verboten|verbiet\w+|gehorch\w+|erlaubnis|genehmig\w+",
    r"pflicht(?:en)?|verpflicht\w+|überwach\w+|kontrollier\w+|anwesenheit\w*",
    r"vertrag\w*|klausel\w*|diagnos\w+|gescheitert|vergessen hast",
    r"puntos|puntua\w+|puntaje|rachas?|récord|recompensa\w*|castig\w+|porcentaje|rendimiento|clasificación",
    r"culpa\w*|reproch\w+|excusa\w*|llega\w* tarde|atrasad\w+|incumpl\w+|debería(?:s|is)? haber|perezos\w+",
    r"egoísta\w*|injust\w+|prohib\w+|obedec\w+|permiso|autoriza\w+|obligación|obligad\w+|deber(?:es)?",
    r"vigila\w*|controla\w*|asistencia|contrato\w*|cláusula\w*|diagn[oó]stic\w*|fracas\w+|fallaste|olvidaste",
    r"scores?|classement|record|récompense\w*|puni\w*|pourcentage|performances?|série de réussites",
    r"faute\w*|coupable\w*|culpabili\w+|en retard|manqué\w*|aurai(?:s|t|ent|ez) dû|paresseu\w+|égoïste\w*",
    r"injuste\w*|interdi\w*|défend(?:u|re)|obéi\w*|permission|autoris\w+|obligatoire\w*|obligation\w*|devoirs?",
    r"surveill\w+|contrôl\w+|contrat\w*|clause\w*|diagnosti\w+|échec\w*|échou\w+|as oublié",
)
ELSEWHERE = re.compile(rf"\b(?:{'|'.join(NEVER_ELSEWHERE)})\b|\d ?%", re.IGNORECASE)
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


def words_elsewhere(text: str) -> list[str]:
    return [match[0] for match in ELSEWHERE.finditer(text)]


def texts(kind: str) -> dict[str, Path]:
    found = sorted(path for path in ROOT.glob(kind) if path.is_file())
    return {path.relative_to(ROOT).as_posix(): path for path in found}


TEMPLATES = texts("templates/**/*")
SPOKEN = {**texts("tests/data/walks/*.txt"), **texts("tests/data/invalid/*.txt"), **texts("examples/*.toml")}


@pytest.mark.parametrize("name", [*TEMPLATES, *SPOKEN])
def test_no_word_of_blame_score_or_rule(name):
    assert words((ROOT / name).read_text(encoding="utf-8", errors="replace")) == []


@pytest.mark.parametrize("name", TEMPLATES)
def test_nor_in_another_language(name):
    text = (ROOT / name).read_text(encoding="utf-8", errors="replace")
    language = re.search(r"\.(de|es|fr)\.", name)
    if name.endswith(".toml"):
        values = tomllib.loads(text) if "/agreements/" not in name else {}
        text = "\n".join(texts_in(values[code]) for code in ("de", "es", "fr") if code in values)
    if language or name.endswith(".toml"):
        assert words_elsewhere(text) == []


@pytest.mark.parametrize("name", ["languages.py", "tongues/german.py", "tongues/spanish.py", "tongues/french.py"])
def test_nor_in_what_a_module_says_in_another_language(name):
    source = (ROOT / "planner" / name).read_text(encoding="utf-8")
    assert [(word, text) for text in literals(source) for word in words_elsewhere(text)] == []


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


@pytest.mark.parametrize(
    "said",
    [
        "Ben kam am Freitag zu spät.",
        "Ihr habt 80 % geschafft.",
        "Das darf nicht sein.",
        "Das war deine Schuld.",
        "Llegaste a la racha de cuatro semanas",
        "Ana necesita permiso de Ben",
        "Fue culpa de Ana",
        "Ben était en retard vendredi",
        "C'est interdit le dimanche",
        "Tu aurais dû être là",
    ],
)
def test_such_words_are_found_in_another_language(said):
    assert words_elsewhere(said)


def test_templates_and_words_are_there_to_be_read():
    assert len(TEMPLATES) >= 17
    assert len(SPOKEN) >= 90
