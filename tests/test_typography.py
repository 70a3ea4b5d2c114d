"""The signs of a language: in every text of planner's own, on every page, and where names and words meet.

French spaces before its high signs do not break; no straight apostrophe or quotation mark stands in German, Spanish or
French; a Spanish question has both of its signs.
"""

from __future__ import annotations

import html as entities
import re
import tomllib
from collections.abc import Iterator
from datetime import date

import pytest

from planner.agreement import History
from planner.compiler import compile_versions
from planner.languages import _ON_PAGES, _WORDS, LANGUAGES, day_in
from planner.reading import read_agreement
from planner.timeline import occurrences
from planner.tongues import tongue
from planner.views.daily import Steady, say_steady
from planner.views.page import page_html, page_of, page_window
from tests.conftest import ROOT, SHELF
from tests.test_languages import EVERYTHING

OTHERS = [language for language in LANGUAGES if language != "en"]
SPACE = "\u00a0"


def values(found: object) -> Iterator[str]:
    """Every text in the values of a TOML file."""
    if isinstance(found, str):
        yield found
    elif isinstance(found, dict):
        for one in found.values():
            yield from values(one)
    elif isinstance(found, list):
        for one in found:
            yield from values(one)


def texts(language: str) -> Iterator[str]:
    """Every text that planner has in a language."""
    yield from _WORDS[language].values()
    yield from (words[LANGUAGES.index(language)] for words in _ON_PAGES.values())
    its = tongue(language)
    yield from (its.say(phrase, *["X"] * 6) for phrase in its.phrases)
    for folder in ("programs", "prompts"):
        for path in sorted((ROOT / "templates" / folder).glob("*.toml")):
            yield from values(tomllib.loads(path.read_text(encoding="utf-8"))[language])
    for path in sorted((ROOT / "templates").rglob(f"*.{language}.md")):
        yield from re.split(r"\n\n+|\n(?=[-|#])", path.read_text(encoding="utf-8"))


def faults(language: str, text: str) -> list[str]:
    """What a typesetter of the language would mark."""
    text = re.sub(r"`[^`]*`|^\|[^\n]*|\*\*", "", text, flags=re.MULTILINE).replace("\n", " ")
    found = re.findall(r"\w'\w|\"", text)
    match language:
        case "fr":
            found += re.findall(rf"[^{SPACE}\d:](?:[;!?»]|:(?!\S))|«(?!{SPACE})", text)
        case "es":
            found += ["?"] if text.count("¿") != text.count("?") else []
            found += ["!"] if text.count("¡") != text.count("!") else []
            found += re.findall(r" [:;!?»…]|« |[?!]»(?=\s+[A-ZÁÉÍÓÚ¿])", text)
        case "de":
            found += ["„"] if text.count("„") != text.count("“") else []
            found += re.findall(r" [:;!?]|[«»”]", text)
    return found


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_has_the_signs_of_its_language(language):
    assert [(text, found) for text in texts(language) if (found := faults(language, text))] == []
    assert len(list(texts(language))) > 400


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Pourquoi ?"),
        ("fr", "Ceci : cela"),
        ("fr", "l'eau"),
        ("fr", f"«{SPACE}oui »"),
        ("fr", f"« oui{SPACE}»"),
        ("fr", "oui; non"),
        ("es", "Qué?"),
        ("es", "Lo que oigo es … nada"),
        ("es", "«¿Es eso?» Solo"),
        ("de", '„Bis gleich"'),
        ("de", "Warum ?"),
    ],
)
def test_a_typesetter_would_mark_these(language, text):
    assert faults(language, text) != []


NAMES = {"Qana": "Élise", "Qben": "Hugo", "Qcleo": "Inés"}


@pytest.mark.parametrize("audience", ["ana", "everyone"])
@pytest.mark.parametrize("language", OTHERS)
def test_a_page_has_them_too_and_its_labels_for_the_ear(language, audience):
    text = EVERYTHING.format(language)
    for key, name in NAMES.items():
        text = text.replace(key, name)
    agreement, findings = read_agreement(tomllib.loads(text), shelf=SHELF)
    assert agreement is not None, findings
    history, today = History(agreement, ()), date(2027, 2, 10)
    found = occurrences(compile_versions(history, audience), *page_window(agreement, today))
    page = page_of(agreement, agreement, audience, found, today)
    shown = page_html(page, (ROOT / "templates" / "page.html").read_text(encoding="utf-8"), "page.html")
    labels = [entities.unescape(one) for one in re.findall(r'<span class="unseen">([^<]*)</span>', shown)]
    labels += [entities.unescape(one) for one in re.findall(r'aria-label="([^"]*)"', shown)]
    said = [sentence for group in page.told for sentence in (group.heading, *group.sentences)]
    theirs = re.compile(r"\bQ\w+[?:]?")
    for one in (*labels, page.opening, page.audience, page.as_of, *said):
        assert faults(language, theirs.sub("X", one)) == [], one
    assert any(label.startswith(f"Hugo{tongue(language).colon}") for label in labels)


# ── where names and words meet ──


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Europe/Athens", "heure d’Athènes"),
        ("Europe/Istanbul", "heure d’Istanbul"),
        ("Europe/Oslo", "heure d’Oslo"),
        ("Europe/Berlin", "heure de Berlin"),
        ("Africa/Cairo", "heure du Caire"),
        ("America/Havana", "heure de La Havane"),
        ("America/New_York", "heure de New York"),
        ("UTC", "heure UTC"),
    ],
)
def test_french_elides_before_a_vowel(zone, said):
    assert tongue("fr").zone(zone) == said


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (["Ana", "Ben"], "Ana o Ben"),
        (["Ana", "Óscar"], "Ana u Óscar"),
        (["Ana", "Hortensia"], "Ana u Hortensia"),
        (["Ana", "«Otoño»"], "Ana u «Otoño»"),
        (["7", "8 veces"], "7 u 8 veces"),
        (["10", "11 veces"], "10 u 11 veces"),
        (["100", "110 veces"], "100 o 110 veces"),
    ],
)
def test_spanish_says_u_before_an_o(parts, said):
    assert tongue("es").listed(parts, "or") == said


@pytest.mark.parametrize(("language", "said"), [("de", "1. Januar"), ("es", "1 de enero"), ("fr", "1er janvier")])
def test_the_first_of_a_month(language, said):
    assert day_in(language, date(2027, 1, 1)) == said


@pytest.mark.parametrize(
    ("language", "one", "two", "hours"),
    [
        ("de", "1 Stunde", "2 Stunden", "1 Tag 1 Minute"),
        ("es", "1 hora", "2 horas", "1 día 1 minuto"),
        ("fr", "1 heure", "2 heures", "1 jour 1 minute"),
    ],
)
def test_one_is_one_and_two_are_more(language, one, two, hours):
    its = tongue(language)
    assert (its.minutes(60), its.minutes(120), its.minutes(1441)) == (one, two, hours)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "every day, not on 3 January and 5 January"),
        ("de", "jeden Tag, nicht am 3. Januar und 5. Januar"),
        ("es", "todos los días, menos el 3 de enero y el 5 de enero"),
        ("fr", "tous les jours, sauf le 3 janvier et le 5 janvier"),
    ],
)
def test_days_that_are_missing_have_their_article(language, said):
    days = [date(2027, 1, n) for n in range(1, 32)]
    assert say_steady(language, Steady(days[0], days[-1], False, (days[2], days[4])), days) == said


@pytest.mark.parametrize(
    ("every", "times", "de", "es", "fr"),
    [
        ("day", 2, "zweimal am Tag", "dos veces al día", "deux fois par jour"),
        ("week", 1, "einmal in der Woche", "una vez a la semana", "une fois par semaine"),
        ("month", 3, "dreimal im Monat", "tres veces al mes", "trois fois par mois"),
        ("year", 2, "zweimal im Jahr", "dos veces al año", "deux fois par an"),
        ("2 weeks", 2, "zweimal alle zwei Wochen", "dos veces cada dos semanas", "deux fois toutes les deux semaines"),
    ],
)
def test_how_often_open_time_comes(every, times, de, es, fr):
    text = f"""[agreement]
id = "test-x7k2"
starts = 2027-01-04
timezone = "Europe/Berlin"
[people]
ana = {{ name = "Ana" }}
ben = {{ name = "Ben" }}
[rituals.a]
every = "{every}"
times = {times}
at = "open"
for = "1h"
"""
    agreement, findings = read_agreement(tomllib.loads(text), shelf=SHELF)
    assert agreement is not None, findings
    for language, said in (("de", de), ("es", es), ("fr", fr)):
        assert tongue(language).when(agreement.rituals["rituals.a"]).startswith(said)
