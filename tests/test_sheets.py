"""Sheets: for the table and for anybody, with the practice's steps in their order, and the quiet line at the foot."""

from __future__ import annotations

import os
import re
import tomllib
from datetime import date

import pytest

from planner.files import review_template, sheet_templates
from planner.languages import say
from planner.reading import read_agreement
from planner.sheets import WORDS, not_the_help, sheet, sheet_fault, sheet_in, sheet_names, sheet_title
from tests.conftest import ROOT, SHELF

NAMES = ("difficult-talk", "first-conversation", "repair")
DAY = date(2027, 2, 7)


def text_of(name: str) -> str:
    return (ROOT / "templates" / "sheets" / f"{name}.md").read_text(encoding="utf-8")


def agreed(*names: str):
    people = "".join(f"[people.p{n}]\nname = '{name}'\n" for n, name in enumerate(names))
    agreement, findings = read_agreement(
        tomllib.loads(
            '[agreement]\nid = "test-x7k2"\nstarts = 2027-01-04\ntimezone = "Europe/Berlin"\n'
            f"{people}[me_blocks.secret]\nwho = 'p0'\ntitle = 'Xanadu'\non = 'monday'\nat = '9:00-10:00'\n"
        ),
        shelf=SHELF,
    )
    assert agreement is not None, findings
    return agreement


def test_there_are_three_and_they_are_found():
    languages = ("", ".de", ".es", ".fr")
    assert set(sheet_templates()) == {f"{name}{language}" for name in NAMES for language in languages}
    assert sheet_in("repair", "de", sheet_templates()) == "repair.de"
    assert sheet_in("repair", "en", sheet_templates()) == "repair"
    assert sheet_in("repiar", "de", sheet_templates()) is None
    assert [sheet_title(text_of(name)) for name in NAMES] == [
        "A difficult talk",
        "A first conversation",
        "After a hurt",
    ]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("people", [("Ana", "Ben"), ("Sam", "Kim", "Alex")], ids=len)
def test_each_is_filled_in_for_whoever_you_are(name, people):
    page = sheet(text_of(name), agreed(*people), DAY)
    assert page.startswith("# ")
    assert "$" not in page
    assert "Sunday 7 February 2027" in page
    assert all(person in page for person in people)
    assert "Xanadu" not in page
    assert page.endswith(f"\n---\n\n{not_the_help('en')}\n")
    assert page.count("**Begin**") == page.count("**End**") == 1
    assert page.index("**Begin**") < page.index("**End**")
    assert "Nothing here is stored" in page or "nothing here is stored" in page
    assert page.count("\n") <= 66  # a printed page
    for row in re.findall(r"^\|.*$", page, re.MULTILINE):
        assert row.count("|") == len(people) + 2, row


OF_TWO = re.compile(
    r"\b(?:the other|both|beide[nrsm]?|de[rmn] anderen?|la otra persona|los dos|ambos|l’autre|tous les deux)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize(
    "path",
    [
        *(ROOT / "templates" / "sheets").glob("*.md"),
        *(ROOT / "templates").glob("review*.md"),
        *(ROOT / "templates" / "programs").glob("*.toml"),
    ],
    ids=lambda path: path.name,
)
def test_none_speaks_as_if_you_were_two(path):
    assert OF_TWO.findall(path.read_text(encoding="utf-8").replace("eins nach dem anderen", "")) == []


@pytest.mark.parametrize("language", ["en", "de", "es", "fr"])
def test_each_line_has_the_colon_of_its_language(language):
    agreement = agreed("Mia", "Tom")._replace(language=language)
    page = sheet("$each_line\n$each_makes_sense", agreement, DAY)
    colon = "\u00a0:" if language == "fr" else ":"
    assert [line for line in page.splitlines() if line.startswith("- Mia")] == [
        f"- Mia{colon}",
        f"- Mia{colon} {say(language, 'makes sense')}",
    ]


def test_a_sheet_is_one_whatever_languages_it_is_in():
    there = ["repair", "repair.de", "repair.fr", "tea.de", "for.the.road", "walk.en"]
    assert sheet_names("de", there) == ["repair", "tea", "for.the.road"]
    assert sheet_names("en", there) == ["repair", "for.the.road", "walk"]
    assert sheet_in("repair.de", "en", there) is None
    assert sheet_in("repair.de", "de", there) is None


def test_the_steps_come_in_their_order():
    def headings(name: str) -> list[str]:
        return re.findall(r"^## (.*)$", sheet(text_of(name), agreed("Ana", "Ben"), DAY), re.MULTILINE)

    assert headings("repair") == ["Acknowledge", "Be curious", "Plan the next time"]
    assert headings("difficult-talk") == ["1. Listen back", "2. Validate", "3. Then solve"]
    assert headings("first-conversation")[0] == "What time of one's own means to each of us"


def test_a_name_is_letters_whatever_it_holds():
    page = sheet(text_of("first-conversation"), agreed("A|*b*", "$x `y`"), DAY)
    assert "A\\|\\*b\\*" in page
    assert "$x \\`y\\`" in page


def test_the_same_day_gives_the_same_page():
    first, second = (sheet(text_of("repair"), agreed("Ana", "Ben"), DAY) for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# Ours\n\nFor $name", 'line 3: sheets know no "$name"; there are $names'),
        ("# Ours\n5 $ each", 'line 2: a "$" stands alone; write "$$"'),
    ],
)
def test_what_is_not_clear_in_a_sheet_has_its_line(text, said):
    assert sheet_fault(text).startswith(said)
    with pytest.raises(ValueError, match=re.escape(said)):
        sheet(text, agreed("Ana", "Ben"), DAY)


def test_every_word_is_used_by_one_of_ours_or_told():
    used = {word for name in NAMES for word in re.findall(r"\$(\w+)", text_of(name))}
    assert used <= set(WORDS)
    page = (ROOT / "docs" / "templates.md").read_text(encoding="utf-8")
    assert all(f"`${word}`" in page for word in WORDS)


def test_the_quiet_line_is_the_one_of_the_front_page():
    front = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert "please talk to someone you trust, or to a local helpline" in front
    assert "please talk to someone you trust, or to a local helpline" in not_the_help("en")


def test_a_couples_own_sheet_comes_before_ours_in_any_language(tmp_path, monkeypatch, run_planner):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    own, beside = tmp_path / "config" / "planner" / "templates" / "sheets", tmp_path / "templates"
    for folder in (own, beside):
        folder.mkdir(parents=True)
    file = str(tmp_path / "agreement.toml")
    assert sheet_templates(file) == sheet_templates()
    (own / "repair.md").write_text("# Ours\n", encoding="utf-8")
    (own / "tea.md").write_text("# Tea for $names\n", encoding="utf-8")
    (own / "review.md").write_text("# Our review of $day\n", encoding="utf-8")
    found = sheet_templates(file)
    assert found[sheet_in("repair", "de", found)] == str(own / "repair.md")
    assert found["difficult-talk.de"].endswith(os.path.join("sheets", "difficult-talk.de.md"))
    assert review_template(file) == str(own / "review.md")
    (beside / "repair.md").write_text("# Beside\n", encoding="utf-8")
    (beside / "repair.de.md").write_text("# Daneben\n", encoding="utf-8")
    (beside / "broken.md").write_text("# For $nobody\n", encoding="utf-8")
    found = sheet_templates(file)
    assert found[sheet_in("repair", "en", found)] == str(beside / "repair.md")
    assert found[sheet_in("repair", "de", found)] == str(beside / "repair.de.md")

    text = (ROOT / "examples" / "ana-and-ben.toml").read_text(encoding="utf-8")
    (tmp_path / "agreement.toml").write_text(f'{text}\n[calendar]\nlanguage = "de"\n', encoding="utf-8")

    def run(name: str):
        env = {"XDG_CONFIG_HOME": str(tmp_path / "config")}
        return run_planner("--today", "2027-02-07", "review", "--sheet", name, env=env)

    assert run("repair").stdout == f"# Daneben\n\n---\n\n{not_the_help('de')}\n"
    assert run("tea").stdout.startswith("# Tea for Ana und Ben\n")
    assert run("difficult-talk").stdout.startswith("# Ein schwieriges Gespräch")
    assert run("review").stdout == "# Our review of Sonntag, 7. Februar 2027\n"
    assert review_template(file, "de") == str(own / "review.md")  # theirs, whatever its language
    (beside / "review.de.md").write_text("# Unser Rückblick\n", encoding="utf-8")
    assert run("review").stdout == "# Unser Rückblick\n"
    assert review_template(file, "fr") == str(own / "review.md")
    done = run("broken")
    assert (done.exit_code, done.stdout) == (1, "")
    assert 'is not clear yet: line 1: sheets know no "$nobody"' in done.stderr
    assert 'no sheet "repiar"; did you mean "repair"?' in run("repiar").stderr
    done = run("repair.de")
    assert (done.exit_code, done.stdout) == (2, "")
    assert 'no sheet "repair.de"; did you mean "repair"?' in done.stderr
    assert not list(tmp_path.glob("*.md"))
