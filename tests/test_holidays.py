"""Holidays: a ritual rests on them where the couple says so, the month names them, and what is missing has a remedy."""

from __future__ import annotations

import json
import sys
import tomllib
from datetime import date

import pytest

from planner.compiler import compile_series
from planner.free_days import HolidaysUnknown, holiday_names, holidays_of
from planner.holiday_names import name_in, written
from planner.ics import calendar_text
from planner.languages import LANGUAGES
from planner.reading import read_agreement
from planner.timeline import occurrences
from tests.conftest import SHELF
from tests.engines import ENGINES
from tests.test_occurrences import compare
from tests.test_privacy import NOW

FILE = """[agreement]
id = "test-x7k2"
starts = 2027-01-04
timezone = "Europe/Berlin"
[people.ana]
name = "Ana"
[people.ben]
name = "Ben"
[shared_evenings.friday]
on = "friday"
at = "19:00-22:00"
{0}
[holidays]
country = "DE"
region = "BE"
{1}
"""
SKIP = 'on_holidays = "skip"'
GOOD_FRIDAY = date(2027, 3, 26)


def agreed(friday: str = SKIP, more: str = ""):
    agreement, findings = read_agreement(tomllib.loads(FILE.format(friday, more)), shelf=SHELF)
    assert agreement is not None, findings
    return agreement


def fridays(agreement, year: int = 2027) -> list[date]:
    found = occurrences(compile_series(agreement, "ana"), date(year, 1, 1), date(year + 1, 1, 1))
    return [o.day for o in found]


def test_a_ritual_rests_on_holidays_only_where_the_couple_says_so():
    assert GOOD_FRIDAY not in fridays(agreed())
    assert set(fridays(agreed('on_holidays = "keep"'))) - set(fridays(agreed())) == {GOOD_FRIDAY}
    assert fridays(agreed("")) == fridays(agreed('on_holidays = "keep"'))
    assert set(fridays(agreed(""), 2031)) - set(fridays(agreed(), 2031)) == {
        day for day in holidays_of(agreed()) if day.year == 2031 and day.weekday() == 4
    }


def test_a_change_wins_over_a_holiday_as_over_a_pause():
    changed = agreed(f"{SKIP}\nchanges = [{{ on = 2027-03-26, moved_to = 2027-03-27 }}]")
    assert date(2027, 3, 27) in fridays(changed)
    assert GOOD_FRIDAY not in fridays(changed)


def test_a_holiday_uses_up_a_turn():
    plain, resting = (agreed(f'turns = ["ana", "ben"]\n{skip}') for skip in ("", SKIP))
    later = (date(2027, 4, 1), date(2027, 6, 1))
    one, other = (occurrences(compile_series(a, "ana"), *later) for a in (plain, resting))
    assert [o.look.summary for o in one] == [o.look.summary for o in other]


def test_the_calendar_says_it_as_exceptions_of_one_rule():
    text = calendar_text(compile_series(agreed(), "ana"), name="T", color=None, first_year=2027, now=NOW, earlier={})
    assert text.count("BEGIN:VEVENT") == 1
    assert "EXDATE;TZID=Europe/Berlin:20270326T190000" in text.replace("\r\n ", "")
    again = calendar_text(compile_series(agreed(), "ana"), name="T", color=None, first_year=2027, now=NOW, earlier={})
    assert text == again


def test_names_follow_the_language_where_the_library_has_it():
    assert holiday_names("DE", "BE", 2027, 2027, "de")[GOOD_FRIDAY] == "Karfreitag"
    assert holiday_names("DE", "BE", 2027, 2027, "en")[GOOD_FRIDAY] == "Good Friday"
    assert holiday_names("ES", None, 2027, 2027, "es")[date(2027, 1, 1)] == "Año Nuevo"


def test_the_month_names_them(run_planner, tmp_path):
    (tmp_path / "agreement.toml").write_text(FILE.format(SKIP, ""), encoding="utf-8")
    done = run_planner("--today", "2027-03-01", "month", "2027-03")
    assert (done.exit_code, done.stderr) == (0, "")
    friday = [line[44:55].strip() for line in done.stdout.splitlines()[2:]]
    assert friday[friday.index("26 ───────") + 1 :][:2] == ["Good", "Friday"]
    assert "Easter" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80
    narrow = run_planner("--today", "2027-03-01", "month", "2027-03", env={"COLUMNS": "40"}).stdout
    assert "\nFriday 26 · Good Friday\n" in narrow


def test_a_name_that_a_cell_breaks_stands_whole_below_the_month(run_planner, tmp_path):
    text = FILE.format(SKIP, '[calendar]\nlanguage = "de"\n')
    (tmp_path / "agreement.toml").write_text(text, encoding="utf-8")
    shown = run_planner("--today", "2027-03-01", "month", "2027-05").stdout
    assert "\nHolidays: Christi Himmelfahrt on 6 May; Pfingstmontag on 17 May\n" in shown
    wide = run_planner("--today", "2027-03-01", "month", "2027-05", env={"COLUMNS": "120"}).stdout
    assert "Holidays:" not in wide
    assert "Christi Himmelfahrt"[:7] in wide
    assert "Holidays:" not in run_planner("--today", "2027-03-01", "month", "2027-05", env={"COLUMNS": "60"}).stdout


# ── in the couple's language ──


@pytest.mark.parametrize(
    ("country", "language", "day", "name"),
    [
        ("FR", "fr", "01-01", "Jour de l’an"),  # as the library has it there, with a real apostrophe
        ("DE", "fr", "10-03", "Jour de l’Unité allemande"),
        ("DE", "es", "03-26", "Viernes Santo"),
        ("PT", "de", "03-26", "Karfreitag"),
        ("PT", "es", "04-25", "Día de la Libertad"),
        ("SN", "fr", "12-25", "Noël"),  # the library calls it fr_SN
        ("IE", "fr", "06-07", "June Bank Holiday"),  # no name is known: the one that it has there
        ("JP", "fr", "01-11", "Coming of Age Day"),  # its own is not in Latin letters
        ("CA", "en", "09-06", "Labour Day"),
        ("US", "es", "12-24", "Navidad (trasladado)"),
        ("TR", "de", "03-09", "Zuckerfest"),
        ("DZ", "de", "03-09", "Zuckerfest (geschätzt)"),
    ],
)
def test_a_holiday_is_named_in_the_couples_language_wherever_it_is(country, language, day, name):
    assert holiday_names(country, None, 2027, 2027, language)[date.fromisoformat(f"2027-{day}")] == name


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
@pytest.mark.parametrize("country", ["DE", "AT", "CH", "FR", "BE", "LU", "ES", "IT", "PT", "US", "CA", "MX"])
def test_where_many_live_no_name_stays_english(country, language):
    english = set(holiday_names(country, None, 2027, 2027, "en").values())
    same = english & set(holiday_names(country, None, 2027, 2027, language).values())
    assert same <= {"Corpus Christi", *(("Canada Day", "Memorial Day") if country in ("US", "CA") else ())}


def test_two_holidays_of_a_day_and_signs_of_a_language():
    assert name_in("fr", "Ascension Day; Labor Day", "x") == "Ascension\u00a0; Fête du Travail"
    assert name_in("es", "Liberation Day; Saint Mark's Day", "Festa della Liberazione; San Marco") == (
        "Festa della Liberazione; San Marco"
    )
    assert name_in("de", "Christmas Day (observed, estimated)", "x") == "Weihnachten (nachgeholt, geschätzt)"
    assert name_in("fr", "Christmas Day (of elsewhere)", "Noël d'ailleurs") == "Noël d’ailleurs"
    assert written("en", "New Year's Day; May Day") == "New Year's Day; May Day"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_language_of_the_machine_changes_no_name(language, monkeypatch):
    found = []
    for machine in ("de", "en_US", ""):
        monkeypatch.setenv("LANGUAGE", machine)
        holiday_names.cache_clear()
        found.append([holiday_names(one, None, 2027, 2027, language) for one in ("DE", "PT", "CH", "GB")])
    assert found[0] == found[1] == found[2]


# ── what is not to be had ──


@pytest.mark.parametrize(
    ("old", "new", "place", "said"),
    [
        ('"DE"', '"DD"', "14:11", 'no holidays are known for "DD"; write its two letters'),
        ('"BE"', '"BX"', "15:10", 'no region "BX" of DE; there are "BB", "BE"'),
        ('"BE"', '"Paris"', "15:10", 'no region "Paris" of DE; there are "BB", "BE"'),
        (
            'country = "DE"\nregion = "BE"',
            'country = "VA"\nregion = "X"',
            "15:10",
            "of VA; it has none; leave `region` out",
        ),
        ('[holidays]\ncountry = "DE"\nregion = "BE"', "", "12:15", "on which holidays? write [holidays] with country"),
    ],
)
def test_what_is_not_known_has_its_place(old, new, place, said, run_planner, tmp_path):
    (tmp_path / "agreement.toml").write_text(FILE.format(SKIP, "").replace(old, new), encoding="utf-8")
    done = run_planner("check")
    assert done.exit_code == 1
    assert done.stderr.startswith(f"agreement.toml:{place}: error: ")
    assert said in done.stderr


@pytest.fixture
def without(monkeypatch):
    """As where the extra is not installed."""
    holiday_names.cache_clear()
    monkeypatch.setitem(sys.modules, "holidays", None)
    yield
    holiday_names.cache_clear()


REMEDY = (
    'public holidays need one more package: pip install "planner[holidays]" brings it, or '
    "pipx inject planner holidays\n"
)


@pytest.mark.usefixtures("without")
def test_without_the_package_the_remedy_is_said(run_planner, tmp_path):
    (tmp_path / "agreement.toml").write_text(FILE.format(SKIP, ""), encoding="utf-8")
    for command in (["check"], ["agenda"], ["export"], ["month"]):
        done = run_planner("--today", "2027-03-01", *command)
        assert done.exit_code == 1
        assert done.stderr == f"agreement.toml:14:11: error: holidays.country: {REMEDY}"
    with pytest.raises(HolidaysUnknown):
        holidays_of(agreed())


@pytest.mark.usefixtures("without")
def test_where_nothing_rests_on_holidays_all_else_goes_on_without_the_package(run_planner, tmp_path):
    (tmp_path / "agreement.toml").write_text(FILE.format('on_holidays = "keep"', ""), encoding="utf-8")
    done = run_planner("--today", "2027-03-01", "month", "2027-03")
    assert (done.exit_code, done.stderr) == (0, f"planner: the month has no holidays in it: {REMEDY}")
    checked = json.loads(run_planner("check", "--json").stdout)
    assert [(p["severity"], p["code"]) for p in checked["problems"]] == [("warning", "holidays-missing")]


def test_agreements_that_do_not_speak_of_holidays_never_load_the_package(run_planner, tmp_path, monkeypatch):
    monkeypatch.delitem(sys.modules, "holidays", raising=False)
    text = FILE.format("", "").partition("[holidays]")[0]
    (tmp_path / "agreement.toml").write_text(text, encoding="utf-8")
    assert run_planner("--today", "2027-03-01", "month").exit_code == 0
    assert "holidays" not in sys.modules


@pytest.mark.parametrize("engine", ENGINES, ids=lambda e: e.__name__)
def test_engines_read_the_holidays_as_we_do(engine):
    compare(agreed(), "ana", engine, date(2027, 1, 1), date(2030, 1, 1))
