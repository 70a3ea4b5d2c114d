"""planner.tongues: what is agreed, said in German, Spanish and French; what the couple wrote stays as it is."""

from __future__ import annotations

import ast
import html
import re
import tomllib
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.agreement import History
from planner.balance import hopes, planned
from planner.cli.phones import _NOT_READ, NONE
from planner.compiler import compile_series
from planner.languages import _MONTHS, _ON_PAGES, _WEEKDAYS, LANGUAGES, short_weekday_in
from planner.reading import read_agreement
from planner.review import NOTHING, WHOLE, ahead, facts, sheet
from planner.ritual_terms import BY
from planner.saying import say_when
from planner.sheets import not_the_help
from planner.timeline import occurrences
from planner.tongues import ENGLISH, tongue
from planner.tongues.forms import CITIES, Formed
from planner.views.balance import MUCH, PLANNED, balance_lines
from planner.views.hopes import HOPES, OF
from planner.views.page import page_html, page_of, page_window
from planner.views.ritual_sentences import GROUPS, ritual_sentence
from planner.views.shared import ALSO
from planner.views.to_place import to_place, unplaced
from planner.words import AllDay, Timed
from tests.conftest import ROOT, SHELF
from tests.strategies import agreements
from tests.test_languages import COLLECTIONS, EVERYTHING, words, words_of

OTHERS = [language for language in LANGUAGES if language != "en"]
TWO = """[agreement]
id = "test-x7k2"
starts = 2027-01-04
timezone = "Europe/Berlin"
[people.ana]
name = "Ana"
[people.ben]
name = "Ben"
"""


def agreed(text: str):
    agreement, findings = read_agreement(tomllib.loads(text), shelf=SHELF)
    assert agreement is not None, findings
    return agreement


# ── days and times ──


@pytest.mark.parametrize(
    ("text", "de", "es", "fr"),
    [
        ('on = "wednesday"', "jeden Mittwoch", "cada miércoles", "chaque mercredi"),
        (
            'on = ["tue", "thu"]',
            "jeden Dienstag und Donnerstag",
            "cada martes y jueves",
            "le mardi et le jeudi",
        ),
        ('on = "every day"', "jeden Tag", "todos los días", "chaque jour"),
        ('on = "weekdays"', "montags bis freitags", "de lunes a viernes", "du lundi au vendredi"),
        (
            'on = ["tue", "thu"]\nevery = "2 weeks"',
            "alle zwei Wochen am Dienstag und Donnerstag",
            "cada dos semanas el martes y el jueves",
            "toutes les deux semaines le mardi et le jeudi",
        ),
        (
            'on = "daily"\nevery = "4 weeks"',
            "alle vier Wochen an jedem Tag",
            "cada cuatro semanas todos los días",
            "toutes les quatre semaines chaque jour",
        ),
        ('every = "2 days"', "alle zwei Tage", "cada dos días", "tous les deux jours"),
        ('every = "21 days"', "alle 21 Tage", "cada 21 días,", "tous les 21 jours,"),
        (
            'on = ["last saturday", "2nd saturday"]',
            "am zweiten und letzten Samstag im Monat",
            "el segundo y último sábado del mes,",
            "le deuxième et le dernier samedi du mois,",
        ),
        (
            'on = ["first monday", "third friday"]',
            "am ersten Montag und am dritten Freitag im Monat",
            "el primer lunes y el tercer viernes del mes,",
            "le premier lundi et le troisième vendredi du mois,",
        ),
        (
            'on = "first monday"\nevery = "quarter"',
            "alle drei Monate am ersten Montag im Monat",
            "cada tres meses el primer lunes del mes,",
            "tous les trois mois le premier lundi du mois,",
        ),
        (
            'on = ["last day", "day 1", "day 15"]',
            "am 1. und 15. und am letzten Tag des Monats",
            "los días 1 y 15 y el último día del mes,",
            "le 1er, le 15 et le dernier jour du mois,",
        ),
        ('on = "last day"', "am letzten Tag des Monats", "el último día del mes,", "le dernier jour du mois,"),
        (
            'on = "14 april"',
            "jedes Jahr am 14. April",
            "cada año el 14 de abril,",
            "chaque année le 14 avril,",
        ),
        (
            'on = "second sunday of april"\nevery = "2 years"',
            "alle zwei Jahre am zweiten Sonntag im April",
            "cada dos años el segundo domingo de abril,",
            "tous les deux ans le deuxième dimanche d’avril,",
        ),
        (
            "on = [2027-05-01, 2027-02-14]",
            "am Sonntag, 14. Februar 2027, und am Samstag, 1. Mai 2027,",
            "el domingo 14 de febrero de 2027 y el sábado 1 de mayo de 2027,",
            "le dimanche 14 février 2027 et le samedi 1er mai 2027,",
        ),
        (
            'on = "tuesday, then thursday"',
            "jede Woche im Wechsel Dienstag, dann Donnerstag",
            "cada semana alternando martes, luego jueves",
            "chaque semaine en alternance le mardi, puis le jeudi",
        ),
        (
            'on = ["day 5 of 6", "day 6 of 6"]\ncount_from = 2027-01-04',
            "an den Tagen 5 und 6 von je 6 Tagen,",
            "los días 5 y 6 de cada 6 días,",
            "les jours 5 et 6 d’un cycle de 6 jours,",
        ),
    ],
)
def test_days_are_said_as_one_says_them_there(text, de, es, fr):
    ritual = agreed(f'{TWO}[rituals.a]\n{text}\nat = "18:30-21:00"').rituals["rituals.a"]
    assert tongue("de").when(ritual) == f"{de} von 18:30 bis 21:00 Uhr"
    assert tongue("es").when(ritual) == f"{es} de 18:30 a 21:00"
    assert tongue("fr").when(ritual) == f"{fr} de 18\u00a0h\u00a030 à 21\u00a0h"


@pytest.mark.parametrize(
    ("time", "de", "es", "fr"),
    [
        (Timed(420, 50), "um 7:00 Uhr für 50 Minuten", "a las 7:00 durante 50 minutos", "à 7 h pendant 50 minutes"),
        (Timed(75, 0), "um 1:15 Uhr", "a la 1:15", "à 1 h 15"),
        (
            Timed(1350, 150),
            "von 22:30 bis 1:00 Uhr am nächsten Tag",
            "de 22:30 a 1:00 del día siguiente",
            "de 22 h 30 à 1 h le lendemain",
        ),
        (Timed(1320, 120), "von 22:00 Uhr bis Mitternacht", "de 22:00 a medianoche", "de 22 h à minuit"),
        (
            Timed(1080, 2640),
            "von 18:00 bis 14:00 Uhr zwei Tage später",
            "de 18:00 a 14:00 dos días después",
            "de 18 h à 14 h deux jours plus tard",
        ),
        (AllDay(1), "ganztägig", "todo el día", "toute la journée"),
        (AllDay(3), "drei ganze Tage", "durante tres días enteros", "pendant trois jours entiers"),
    ],
)
def test_times_are_said_as_one_says_them_there(time, de, es, fr):
    said = [tongue(language).time(time).replace("\u00a0", " ") for language in OTHERS]
    assert said == [de, es, fr]


@pytest.mark.parametrize(
    ("start", "end", "de", "es", "fr"),
    [
        (
            date(2027, 3, 1),
            date(2027, 3, 14),
            "von Montag, 1., bis Sonntag, 14. März 2027",
            "del lunes 1 al domingo 14 de marzo de 2027",
            "du lundi 1er au dimanche 14 mars 2027",
        ),
        (
            date(2027, 2, 28),
            date(2027, 3, 3),
            "von Sonntag, 28. Februar, bis Mittwoch, 3. März 2027",
            "del domingo 28 de febrero al miércoles 3 de marzo de 2027",
            "du dimanche 28 février au mercredi 3 mars 2027",
        ),
        (
            date(2027, 12, 31),
            date(2028, 1, 1),
            "von Freitag, 31. Dezember 2027, bis Samstag, 1. Januar 2028",
            "del viernes 31 de diciembre de 2027 al sábado 1 de enero de 2028",
            "du vendredi 31 décembre 2027 au samedi 1er janvier 2028",
        ),
        (
            date(2027, 3, 8),
            date(2027, 3, 8),
            "am Montag, 8. März 2027",
            "el lunes 8 de marzo de 2027",
            "le lundi 8 mars 2027",
        ),
    ],
)
def test_spans(start, end, de, es, fr):
    assert [tongue(language).span(start, end) for language in OTHERS] == [de, es, fr]


def test_small_words():
    first, last = date(2026, 12, 20), date(2027, 1, 2)
    said = {language: tongue(language) for language in OTHERS}
    assert [one.yearly(first, last) for one in said.values()] == [
        "jedes Jahr vom 20. Dezember bis zum 2. Januar",
        "cada año del 20 de diciembre al 2 de enero",
        "chaque année du 20 décembre au 2 janvier",
    ]
    assert [one.yearly(last, last) for one in said.values()] == [
        "jedes Jahr am 2. Januar",
        "cada año el 2 de enero",
        "chaque année le 2 janvier",
    ]
    assert [one.on([first, last], "or") for one in said.values()] == [
        "am Sonntag, 20. Dezember 2026, und am Samstag, 2. Januar 2027",
        "el domingo 20 de diciembre de 2026 ni el sábado 2 de enero de 2027",
        "le dimanche 20 décembre 2026 ni le samedi 2 janvier 2027",
    ]
    assert [[one.times(n) for n in (1, 3, 20)] for one in said.values()] == [
        ["einmal", "dreimal", "20-mal"],
        ["una vez", "tres veces", "20 veces"],
        ["une fois", "trois fois", "20 fois"],
    ]
    assert [one.stretch(15, 14) for one in said.values()] == [
        "1 Jahr, 3 Monate und 2 Wochen",
        "1 año, 3 meses y 2 semanas",
        "1 an, 3 mois et 2 semaines",
    ]
    assert [one.minutes(1530) for one in said.values()] == [
        "1 Tag 1 Stunde 30 Minuten",
        "1 día 1 hora 30 minutos",
        "1 jour 1 heure 30 minutes",
    ]
    assert [one.listed(["A", "B", "Otto"], "or") for one in said.values()] == [
        "A, B oder Otto",
        "A, B u Otto",
        "A, B ou Otto",
    ]


@pytest.mark.parametrize(
    ("zone", "en", "de", "es", "fr"),
    [
        ("Europe/Lisbon", "Lisbon time", "Ortszeit Lissabon", "hora de Lisboa", "heure de Lisbonne"),
        ("Europe/Athens", "Athens time", "Ortszeit Athen", "hora de Atenas", "heure d’Athènes"),
        ("Africa/Cairo", "Cairo time", "Ortszeit Kairo", "hora de El Cairo", "heure du Caire"),
        ("America/Toronto", "Toronto time", "Ortszeit Toronto", "hora de Toronto", "heure de Toronto"),
        ("Etc/UTC", "UTC time", "UTC", "hora UTC", "heure UTC"),
    ],
)
def test_a_zone_is_called_by_its_city(zone, en, de, es, fr):
    assert [tongue(language).zone(zone) for language in LANGUAGES] == [en, de, es, fr]


def test_cities_are_those_of_zones():
    from zoneinfo import available_timezones

    there = {zone.rpartition("/")[2] for zone in available_timezones()}
    assert set(CITIES) <= there


@given(agreements())
def test_english_says_what_the_terminal_says(values):
    agreement, _ = read_agreement(values)
    if agreement is not None:
        for ritual in agreement.rituals.values():
            assert ENGLISH.when(ritual) == say_when(ritual)


@given(agreements(), st.sampled_from(OTHERS))
def test_every_ritual_can_be_said(values, language):
    agreement, _ = read_agreement(values)
    if agreement is not None:
        for ritual in agreement.rituals.values():
            said = ritual_sentence(agreement, ritual, headed=True, alone=True, tongue=tongue(language))
            assert said.endswith((".", "!", "?", "…"))
            assert not re.search(r"[{}]|\bNone\b|  | [.,]|\.\.", said)


# ── laws of the tables ──


def phrases_in(source: str) -> Iterator[str]:
    """The English phrases that a module says: the first values of its calls of `say`."""
    for node in ast.walk(ast.parse(source)):
        name = node.func if isinstance(node, ast.Call) else None
        called = name.attr if isinstance(name, ast.Attribute) else name.id if isinstance(name, ast.Name) else ""
        if called == "say" and isinstance(node, ast.Call) and node.args:
            for inner in ast.walk(node.args[0]):
                if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
                    yield inner.value


SPEAKERS = (
    "ritual_terms.py",
    "views/ritual_sentences.py",
    "views/shared.py",
    "views/balance.py",
    "views/hopes.py",
    "review.py",
    "tongues/english.py",
    "tongues/forms.py",
    "cli/phones.py",
)
BY_TABLE = (
    *(*BY.values(), *GROUPS.values(), *HOPES.values(), *(one for pair in OF.values() for one in pair), ALSO),
    *(*MUCH.values(), *PLANNED.values(), *WHOLE.values(), NONE, _NOT_READ, "Programmes", "Pauses"),
    "{} was on trial until {}: keep it, change it, or let it go?",
    "{} is on trial until {}: keep it, change it, or let it go?",
    "Reminders come {} before, counted back from 09:00.",
    *(f"{{}}, {what} rests{whose}." for what in ("everything", "some of it") for whose in ("", " for {}")),
)


def all_phrases() -> set[str]:
    found = set(BY_TABLE)
    for name in SPEAKERS:
        found |= set(phrases_in((ROOT / "planner" / name).read_text("utf-8")))
    return found - {"alone", "or", "and"}


def test_every_phrase_is_said_in_every_language_and_no_other():
    said = all_phrases()
    assert len(said) >= 120
    for language in OTHERS:
        phrases = tongue(language).phrases
        assert said - phrases.keys() == set(), language
        assert phrases.keys() - said == set(), language


@pytest.mark.parametrize("language", OTHERS)
def test_each_phrase_takes_the_same_and_ends_as_the_english_one(language):
    def takes(phrase: str) -> set[int]:
        marks = re.findall(r"\{(\d*)\}", phrase)
        return {int(mark) if mark else n for n, mark in enumerate(marks)}

    alike = {"Programmes", "Pauses", "{}: {}", "Notes: {}"}  # as words and signs have it
    for english, other in tongue(language).phrases.items():
        assert takes(other) == takes(english), english
        assert english.endswith(".") == other.endswith("."), english
        assert other == other.strip() or other.startswith(", "), english
        assert words(other) != words(english) or not words(english) or english in alike, english


# ── laws of what is read: all of it is the couple's, or of their language ──


def words_of_tongue(language: str) -> set[str]:
    """Every word that planner has in a language."""
    its = tongue(language)
    counts = [its.times(n) for n in range(1, 13)]
    forms = [its.phrases, its.one_and_more, its.numbers, its.ordinals, CITIES] if isinstance(its, Formed) else []
    found = words(" ".join(texts_of([*forms, counts]))) | words_of(language)
    found |= words(" ".join(said[LANGUAGES.index(language)] for said in _ON_PAGES.values()))
    found |= {
        *words(_MONTHS[language]),
        *words(_WEEKDAYS[language]),
        *(short_weekday_in(language, n).casefold() for n in range(7)),
        "h",
        "min",
    }
    source = (ROOT / "planner" / "tongues" / f"{type(its).__name__.lower()}.py").read_text("utf-8")
    constants = [n.value for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Constant)]
    return found | words(" ".join(c for c in constants if isinstance(c, str) and c not in its.phrases))


def texts_of(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from texts_of(list(value.values()))
    elif isinstance(value, list | tuple):
        for one in value:
            yield from texts_of(one)


MORE = """
[balance.own]
who = ["ana", "ben"]
of = "own"
at_least = "4h"
per = "week"
words = "Qhope."
[balance.friends]
who = "ana"
of = "friends"
at_least = 1
at_most = 3
per = "month"
[[pairs]]
these = ["me_blocks.full", "me_blocks.gist"]
note = "Qpair"
[[pauses]]
starts = "20 december"
until = "2 january"
who = "ben"
"""


@pytest.mark.parametrize("language", OTHERS)
def test_every_word_on_a_page_is_the_couples_or_of_their_language(language):
    agreement = agreed(EVERYTHING.format(language) + MORE)
    text = EVERYTHING + MORE
    theirs = {word for word in words(text) if word.startswith("q")} | {"planner", "prompts"}
    theirs |= words(" ".join((*COLLECTIONS, "own")))  # names of collections, which are keys
    for audience in (*agreement.people, "everyone"):
        for today in (date(2027, 1, 4), date(2027, 3, 8), date(2027, 7, 4)):
            found = occurrences(compile_series(agreement, audience), *page_window(agreement, today))
            still = to_place(History(agreement), audience, today, today + timedelta(days=7), today)
            free = unplaced(History(agreement), audience, today, today + timedelta(days=28))
            page = page_html(
                page_of(agreement, agreement, audience, found, today, None, still, free), PAGE, "page.html"
            )
            assert re.findall(r"\blang=\S+", page) == [f'lang="{language}">']
            body = page.partition("<body>")[2]
            shown = [*re.findall(r'aria-label="([^"]*)"', body), re.sub(r"<[^>]*>", " ", body)]
            left = words(html.unescape(" ".join(shown))) - theirs - words_of_tongue(language)
            left = {word for word in left if set(word) - set("qbc")}  # the letters of people
            assert left == set()


PAGE = (ROOT / "templates" / "page.html").read_text("utf-8")


@pytest.mark.parametrize("language", OTHERS)
def test_every_word_on_the_sheet_of_a_review_is_the_couples_or_of_their_language(language):
    text = EVERYTHING.format(language) + MORE + 'only = ["check_ins", "programs", "me_blocks.full"]\n'
    today = date(2027, 2, 7)
    history, its = History(agreed(text)), tongue(language)
    seen = facts(history, date(2027, 1, 4), today, its)
    first, end = ahead(today)
    lines = balance_lines(history.current, planned(history, first, end), hopes(history, first, end), its)
    template = (ROOT / "templates" / f"review.{language}.md").read_text("utf-8")
    page = sheet(template, history, seen._replace(balance=tuple(lines)), NOTHING, its)
    assert "$" not in page
    theirs = {word for word in words(EVERYTHING + MORE) if word.startswith("q")} | words(template)
    assert words(page) - theirs - words_of_tongue(language) == set()
    english = (ROOT / "templates" / "review.md").read_text("utf-8")
    assert re.findall(r"\$\w+", template.replace("$names · $day", "$day · $names")) == re.findall(r"\$\w+", english)
    for mark in (r"^#+ ", r"^- ", r"^---$", r"\(\d+ "):
        assert len(re.findall(mark, template, re.MULTILINE)) == len(re.findall(mark, english, re.MULTILINE))


# What a review says of what was, with an amount of everything: read it aloud.
FACTS = """
[agreement]
id = "test-x7k2"
starts = 2027-01-04
timezone = "Europe/Berlin"
[people.ana]
name = "Ana"
[people.ben]
name = "Ben"
[calendar]
language = "{}"
[me_blocks.clay]
who = "ana"
title = "Ton"
on = "wednesday"
at = "18:30-21:00"
skip = [2027-01-13]
changes = [{{ on = 2027-01-20, moved_to = 2027-01-21 }}]
[host_nights.salon]
title = "Salon"
hosts = ["ana", "ben"]
on = "second saturday"
at = "19:30-22:30"
changes = [{{ on = 2027-01-09, host = "ben" }}]
[me_blocks.book]
who = "ben"
title = "Lesen"
on = "sunday"
at = "9:00"
ladder = {{ steps = ["30m", "45m"], each = "2 weeks" }}
"""
SAID = {
    "de": (
        "Ton (Ana): dreimal",
        "Ton (Ana) wurde von Mittwoch, 20. Januar 2027 auf Donnerstag, 21. Januar 2027 verschoben.",
        "Salon am Samstag, 9. Januar 2027: Ben war dran.",
        "Lesen (Ben) dauert 30 Minuten, schon 2 Wochen oder länger: als Nächstes 45 Minuten, so bleiben, "
        "oder einen Schritt zurück? Alles ist gut.",
    ),
    "es": (
        "Ton (Ana): tres veces",
        "Ton (Ana) pasó del miércoles 20 de enero de 2027 al jueves 21 de enero de 2027.",
        "Salon, el sábado 9 de enero de 2027: le tocó a Ben.",
        "Lesen (Ben) dura 30 minutos desde hace 2 semanas o más: ¿ahora 45 minutos, seguir así o un paso atrás? "
        "Todo está bien.",
    ),
    "fr": (
        "Ton (Ana)\u00a0: trois fois",
        "Ton (Ana) est passé du mercredi 20 janvier 2027 au jeudi 21 janvier 2027.",
        "Salon, le samedi 9 janvier 2027\u00a0: c’était à Ben.",
        "Lesen (Ben) dure 30 minutes depuis 2 semaines ou plus\u00a0: maintenant 45 minutes, rester ainsi "
        "ou un pas en arrière\u00a0? Chaque choix est bon.",
    ),
}


@pytest.mark.parametrize("language", OTHERS)
def test_a_review_says_what_was(language):
    history = History(agreed(FACTS.format(language)))
    seen = facts(history, date(2027, 1, 4), date(2027, 2, 1), tongue(language))
    assert (seen.planned[0], seen.moved[1], seen.moved[2], seen.steps[0]) == SAID[language]


def test_the_command_prints_the_sheet_in_their_language(run_planner, tmp_path):
    (tmp_path / "agreement.toml").write_text(FACTS.format("de"), encoding="utf-8")
    text = run_planner("--today", "2027-02-01", "review", "--sheet").stdout
    assert text.splitlines()[2] == "Montag, 1. Februar 2027 · Ana und Ben"
    assert "- Es ist kein Kalender verbunden; das ist, was die Datei weiß.\n" in text
    assert text.endswith(f"{not_the_help('de')}\n")


@pytest.mark.parametrize(("language", "host"), [("de", "Ana oder Ben"), ("es", "Ana o Ben"), ("fr", "Ana ou Ben")])
def test_a_title_with_a_turn_names_those_who_have_it(language, host):
    text = f'{TWO}[host_nights.a]\ntitle = "{{turn}}"\nhosts = ["ana", "ben"]\non = "monday"\nat = "18:00-19:00"'
    agreement = agreed(text)
    said = ritual_sentence(agreement, agreement.rituals["host_nights.a"], tongue=tongue(language))
    assert said.startswith(host)
