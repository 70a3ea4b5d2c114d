"""Languages: planner's own words in events and on sheets follow the couple's; keys, and what they wrote, stay."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, date, datetime, timedelta

import pytest

from planner.agreement import Agreement, History, Version
from planner.compiler import compile_series, compile_versions
from planner.content import Component, read_component, unescaped
from planner.ics import calendar_text
from planner.languages import _WORDS, date_in, list_names, say
from planner.reading import LANGUAGES, read_agreement
from planner.sheets import not_the_help, sheet
from tests.conftest import ROOT, SHELF

FILE = """[agreement]
id = "test-x7k2"
starts = 2027-01-04
timezone = "Europe/Berlin"
[people.ana]
name = "Ana"
[people.ben]
name = "Ben"
[people.ines]
name = "Inés"
[helpers.lucia]
name = "Lúcia"
[calendar]
language = "{0}"
[me_blocks.own]
who = "ana"
title = "Title of theirs"
on = "monday"
at = "18:00-20:00"
cover = "ben"
check_in = {{ after = "20m", by = "voice note" }}
[me_blocks.quiet]
who = "ben"
on = "tuesday"
at = "18:00-20:00"
share = "busy"
cover = "lucia"
[rituals.two]
who = ["ana", "ines"]
on = "wednesday"
at = "18:00-20:00"
share = "busy"
[rituals.gist]
who = ["ana", "ines"]
on = "wednesday"
at = "20:30-21:00"
[rituals.kitchen]
turns = ["ana", "ben"]
on = "thursday"
at = "18:00-20:00"
[host_nights.salon]
hosts = ["ana", "ben"]
on = "friday"
at = "18:00-20:00"
prompts_from = "tea"
[prompts.tea]
only = "Tea?"
[check_ins.word]
on = "saturday"
at = "12:00"
by = "text"
"""


def seen(language: str, audience: str) -> set[str]:
    agreement, findings = read_agreement(tomllib.loads(FILE.format(language)), shelf=SHELF)
    assert agreement is not None, findings
    series = compile_series(agreement, audience)
    return {s.look.summary for s in series} | {s.look.description for s in series if s.look.description}


SAID = {
    "en": [
        {"Ana's time", "Covering for Ana", "Check-in (voice note)", "Ana and Inés are busy", "Ana and Inés's time"},
        {
            "Kitchen (Ana's turn)",
            "Salon (Ben hosts)",
            "One of these, if you like:\n• Tea?",
            "By text.",
            "Lúcia covers.",
        },
        {"Ben is busy"},
    ],
    "de": [
        {"Zeit für Ana", "Übernimmt für Ana", "Kurzes Zeichen (Sprachnachricht)", "Ana und Inés sind beschäftigt"},
        {"Kitchen (Ana ist dran)", "Salon (Ben lädt ein)", "Eins davon, wenn ihr mögt:\n• Tea?", "Per Nachricht."},
        {"Ben ist beschäftigt"},
    ],
    "es": [
        {"Tiempo de Ana", "En lugar de Ana", "Una señal (nota de voz)", "Ana e Inés no están disponibles"},
        {"Kitchen (le toca a Ana)", "Salon (invita Ben)", "Una de estas, si os apetece:\n• Tea?", "Por mensaje."},
        {"Ben no está disponible"},
    ],
    "fr": [
        {"Du temps pour Ana", "Relais pour Ana", "Petit signe (message vocal)"},
        {"Kitchen (c’est à Ana)", "Salon (Ben invite)", "L’une d’elles, si vous voulez\u00a0:\n• Tea?", "Par message."},
        {"Ben n’est pas disponible"},
    ],
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_events_speak_the_couples_language(language):
    for_ben, both, for_ana = SAID[language]
    assert for_ben <= seen(language, "ben")
    assert both <= seen(language, "ben")
    assert for_ana <= seen(language, "ana")
    assert "Title of theirs" in seen(language, "ana")
    if language != "en":
        own = " ".join(seen(language, "ben") | seen(language, "ana"))
        assert not re.search(r"\b(time|busy|covers|covering|hosts|turn|by text|one of these|and)\b", own, re.IGNORECASE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_identity_is_the_same_in_every_language(language):
    agreements = [read_agreement(tomllib.loads(FILE.format(one)), shelf=SHELF)[0] for one in ("en", language)]
    for audience in ("ana", "ben", "everyone"):
        first, second = ([s.uid for s in compile_series(a, audience)] for a in agreements)
        assert first == second


def test_each_language_has_every_phrase_with_its_names():
    assert set(_WORDS) == set(LANGUAGES)
    for phrases in _WORDS.values():
        assert phrases.keys() == _WORDS["en"].keys()
        for phrase, words in phrases.items():
            assert words.count("{}") == _WORDS["en"][phrase].count("{}")
            assert words.strip() == words != ""


# ── a law: no word of the tool's own reaches an event in another language ──

EVERYTHING = """
[agreement]
id = "test-x7k2"
starts = 2027-01-04
timezone = "Europe/Berlin"
[people.ana]
name = "Qana"
[people.ben]
name = "Qben"
[people.cleo]
name = "Qcleo"
timezone = "Europe/Lisbon"
[helpers.oma]
name = "Qoma"
[calendar]
language = "{0}"
remind = ["1d", "30m"]
[seasons.summer]
title = "Qsummer"
starts = "1 july"
until = "31 july"
[me_blocks.full]
who = "ana"
title = "Qfull"
on = "monday"
at = "18:00-20:00"
share = "full"
cover = "ben"
not_in = "summer"
check_in = [{{ after = "20m", by = "voice note" }}, {{ before_end = "10m", by = "call" }}]
skip = [2027-01-11]
changes = [{{ on = 2027-01-18, moved_to = 2027-01-19, at = "19:00", where = "Qplace", note = "Qnote" }}]
[me_blocks.gist]
who = "ana"
title = "Qgist"
on = "tuesday"
at = "all day"
cover = "oma"
[me_blocks.busy]
who = "ben"
title = "Qbusy"
on = "wednesday"
at = "18:00"
share = "busy"
ladder = {{ steps = ["30m", "45m"], each = "2 weeks" }}
check_in = {{ after = "5m", by = "text" }}
[me_blocks.private]
who = "cleo"
title = "Qprivate"
on = "thursday"
at = "18:00-19:00"
share = "private"
check_in = {{ after = "5m", by = "in person" }}
[rituals.two]
who = ["ana", "ben"]
title = "Qtwo"
on = "friday"
at = "08:00-09:00"
share = "busy"
if_needed = true
[rituals.some]
who = ["ana", "ben"]
title = "Qsome"
on = "friday"
at = "09:00-10:00"
tags = ["qfriends"]
[rituals.turns]
turns = ["ana", "ben", "cleo"]
who = "turn"
title = "Qturns"
on = "friday"
at = "19:00-20:00"
share = "gist"
[rituals.free]
follows = "rituals.turns"
who = "not turn"
title = "Qfree"
at = "20:00-21:00"
share = "busy"
[me_blocks.open]
who = "ana"
title = "Qopen"
every = "week"
times = 2
at = "open"
for = "2h"
share = "busy"
placed = [{{ on = 2027-01-08, at = "06:00", note = "Qplaced" }}]
[rituals.day]
title = "Qday"
every = "month"
at = "open"
for = "1 day"
[shared_evenings.turns]
turns = ["ana", "ben"]
title = "Qevening"
on = "saturday"
at = "12:00-13:00"
prompts_from = "shared-evenings"
[host_nights.salon]
hosts = ["ana", "ben"]
title = "Qsalon"
on = "first sunday"
at = "18:00-20:00"
trial = "3 months"
missed_turn = "waits"
[host_nights.cinema]
host = "cleo"
title = "Qcinema {{turn}}"
on = "second sunday"
at = "18:00-20:00"
prompts_from = "own"
[prompts.own]
only = ["Qone?", "Qtwo?", "Qthree?", "Qfour?"]
[reviews.monthly]
title = "Qreview"
on = "last sunday"
at = "17:00"
[programs.weeks]
template = "four-weeks"
starts = 2027-03-01
changes.review = {{ note = "Qlater" }}
[programs.ladder]
template = "gentle-ladder"
starts = 2027-05-03
[programs.nights]
template = "host-nights"
starts = 2027-07-05
[[pauses]]
starts = 2027-03-08
until = 2027-03-14
note = "Qski"
"""
WAYS = ("text", "voice note", "call", "in person")
EVERYTHING += "".join(
    f'[check_ins.c{n}]\ntitle = "Qcheck"\non = "sunday"\nat = "{9 + n}:00"\nby = "{by}"\n' for n, by in enumerate(WAYS)
)
COLLECTIONS = ("asking", "check-ins", "reviews", "shared-evenings", "solo")
EVERYTHING += "".join(
    f'[rituals.r{n}]\ntitle = "Qdraws"\non = "sunday"\nat = "{13 + n}:00-{13 + n}:30"\nprompts_from = "{name}"\n'
    for n, name in enumerate(COLLECTIONS)
)
TEXTS = ("SUMMARY", "DESCRIPTION", "LOCATION", "CATEGORIES", "COMMENT", "NAME", "X-WR-CALNAME")


def words(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]+", text.casefold()))


def words_in_events(language: str) -> set[str]:
    """Every word that an .ics file shows to whoever has it, in all calendars together."""
    agreement, findings = read_agreement(tomllib.loads(EVERYTHING.format(language)), shelf=SHELF)
    assert agreement is not None, findings
    found: set[str] = set()

    def read(component: Component) -> None:
        for item in component.items:
            if isinstance(item, Component):
                read(item)
            elif item.name in TEXTS:
                found.update(words(unescaped(item.value)))

    for audience in (*agreement.people, "everyone", None):
        text = calendar_text(
            compile_series(agreement, audience),
            name=agreement.title,
            color=None,
            first_year=2027,
            now=datetime(2027, 1, 1, tzinfo=UTC),
            earlier={},
        )
        read(read_component(text))
    return found


def texts_in(value: object) -> str:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return value if isinstance(value, str) else " ".join(map(texts_in, inner))


def words_of(language: str) -> set[str]:
    """Every word that planner has in a language: its phrases, its programmes and prompts."""
    templates = [*SHELF.programs.values(), *SHELF.prompts.values()]
    said = [one if language == "en" else one[language] for one in templates]
    return words(texts_in(list(_WORDS[language].values()))) | words(texts_in(said))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_in_an_event_is_the_couples_or_of_their_language(language):
    spoken = words_in_events(language)
    theirs = {word for word in spoken if word.startswith("q")} & words(EVERYTHING)
    assert len(theirs) >= 20
    assert spoken - theirs - words_of(language) == {"friends"} - words_of(language)  # a tag, which is a key of the file


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_no_phrase_is_left_in_english(language):
    same = {phrase for phrase, said in _WORDS[language].items() if said == _WORDS["en"][phrase]}
    assert same == set()
    there = words_in_events(language) & words_in_events("en") - words(EVERYTHING)
    assert len(there) < 12, there  # such words as are spelled alike


def test_a_name_is_a_name_whatever_it_holds():
    assert say("de", "busy", "{0} %s {}") == "{0} %s {} ist beschäftigt"


@pytest.mark.parametrize(
    ("language", "day", "said"),
    [
        ("en", date(2027, 1, 6), "Wednesday 6 January 2027"),
        ("de", date(2027, 3, 6), "Samstag, 6. März 2027"),
        ("es", date(2027, 1, 6), "miércoles 6 de enero de 2027"),
        ("fr", date(2027, 8, 1), "dimanche 1er août 2027"),
        ("fr", date(2027, 8, 11), "mercredi 11 août 2027"),
    ],
)
def test_dates(language, day, said):
    assert date_in(language, day) == said


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_year_has_seven_weekdays_and_twelve_months_in_each(language):
    said = [re.findall(r"[^\W\d]+", date_in(language, date(2027, 1, 1) + timedelta(days=n))) for n in range(365)]
    assert len({words[0] for words in said}) == 7
    assert len({next(w for w in reversed(words) if w not in ("de", "er")) for words in said}) == 12


@pytest.mark.parametrize(
    ("language", "names", "said"),
    [
        ("en", ["Ana"], "Ana"),
        ("de", ["Ana", "Ben", "Cleo"], "Ana, Ben und Cleo"),
        ("es", ["Ana", "Ben"], "Ana y Ben"),
        ("es", ["Ana", "Inés"], "Ana e Inés"),
        ("es", ["Ana", "Íñigo"], "Ana e Íñigo"),
        ("es", ["Ana", "Yvonne"], "Ana e Yvonne"),
        ("es", ["Ana", "Ian"], "Ana e Ian"),
        ("es", ["Ana", "«Ir al cine»"], "Ana e «Ir al cine»"),
        ("es", ["Ana", "Iago"], "Ana y Iago"),
        ("es", ["Ana", "Yolanda"], "Ana y Yolanda"),
        ("fr", ["Ana", "Élise"], "Ana et Élise"),
        ("es", ["Ana", "Hilda"], "Ana e Hilda"),
        ("es", ["Ana", "Hiedra"], "Ana y Hiedra"),
        ("fr", ["Ana", "Ben"], "Ana et Ben"),
    ],
)
def test_names(language, names, said):
    assert list_names(language, names) == said


@pytest.mark.parametrize("name", ["repair", "difficult-talk", "first-conversation"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_sheets_speak_it_too(language, name):
    ending = "" if language == "en" else f".{language}"
    text = (ROOT / "templates" / "sheets" / f"{name}{ending}.md").read_text(encoding="utf-8")
    english = (ROOT / "templates" / "sheets" / f"{name}.md").read_text(encoding="utf-8")
    agreement, _ = read_agreement(tomllib.loads(FILE.format(language)), shelf=SHELF)
    page = sheet(text, agreement, date(2027, 2, 7))
    assert date_in(language, date(2027, 2, 7)) in page
    assert page.endswith(f"{not_the_help(language)}\n")
    assert sorted(re.findall(r"\$\w+", text)) == sorted(re.findall(r"\$\w+", english))
    for mark in (r"^#+ ", r"^- ", r"^\| ", r"\*\*"):
        assert len(re.findall(mark, text, re.MULTILINE)) == len(re.findall(mark, english, re.MULTILINE))
    assert page.count("\n") <= 66


AGENDAS = {"en": "Appreciation first.", "de": "Zuerst, worüber ihr froh seid.", "es": "Primero, lo que agradecéis."}
AGENDAS["fr"] = "D’abord, ce qui vous a fait plaisir."


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reviews_event_has_its_agenda_in_their_language_and_versions_keep_identity(language):
    def agreed(one: str) -> Agreement:
        text = FILE.format(one) + '\n[reviews.calm]\non = "last sunday"\nat = "17:00"\n'
        agreement, findings = read_agreement(tomllib.loads(text), shelf=SHELF)
        assert agreement is not None, findings
        return agreement

    (look,) = [s.look for s in compile_series(agreed(language), "ana") if s.ritual == "reviews.calm"]
    assert look.description is not None
    assert look.description.startswith(AGENDAS[language])
    english = agreed("en")
    history = History(agreed(language), (Version(english.starts, 1, english),))  # agreed while it was in English
    same = History(english, history.versions)
    for audience in ("ana", "ben", "everyone"):
        ours, theirs = ({s.uid: s.look for s in compile_versions(h, audience)} for h in (history, same))
        assert ours.keys() == theirs.keys()
    assert {s.look.description for s in compile_versions(history, "ana") if s.ritual == "reviews.calm"} == {
        look.description
    }
