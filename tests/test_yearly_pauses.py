"""Pauses that come every year: the same rest each time, over the turn of the year too, in every view and calendar."""

from __future__ import annotations

import tomllib
from datetime import date

import pytest

from planner.agreement import Agreed
from planner.compiler import compile_series
from planner.reading import read_agreement
from planner.timeline import occurrences
from planner.writing import version_values
from tests.engines import ENGINES
from tests.test_occurrences import compare

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
[[pauses]]
starts = {0}
until = {1}
"""
CHRISTMAS = ('"20 december"', '"8 january"')


def read(starts: str, until: str):
    return read_agreement(tomllib.loads(FILE.format(starts, until)))


def fridays(starts: str, until: str, year: int) -> list[date]:
    agreement, findings = read(starts, until)
    assert agreement is not None, findings
    return [o.day for o in occurrences(compile_series(agreement, "ana"), date(year, 1, 1), date(year + 1, 1, 1))]


def test_it_rests_each_year_over_the_turn_of_the_year():
    for year in (2027, 2028, 2035):
        there = fridays(*CHRISTMAS, year)
        assert not [d for d in there if (d.month, d.day) <= (1, 8) or (d.month, d.day) >= (12, 20)]
        assert len(there) >= 48
    assert date(2027, 1, 8) not in fridays(*CHRISTMAS, 2027)  # begun the year before the agreement
    assert date(2027, 1, 15) in fridays(*CHRISTMAS, 2027)


@pytest.mark.parametrize("ends", [('"29 february"', '"29 february"'), ('"15 december"', '"29 february"')])
def test_the_29th_of_february_is_the_last_of_february_in_every_year(ends, run_planner, tmp_path):
    agreement, _ = read(*ends)
    last = {p.until.year: p.until.day for p in agreement.rests}
    assert {year: last[year] for year in range(2027, 2042)} == {y: 28 if y % 4 else 29 for y in range(2027, 2042)}
    if ends[0] == ends[1]:
        assert all(p.starts == p.until for p in agreement.rests)
    (tmp_path / "agreement.toml").write_text(FILE.format(*ends), encoding="utf-8")
    assert "29 February, everything rests." in run_planner("show").stdout


def test_a_season_that_ends_on_the_29th_of_february_is_so_when_it_is_agreed_too():
    text = 'only_in = "cold"\n[seasons.cold]\nstarts = "1 december"\nuntil = "29 february"\n'
    agreement, findings = read_agreement(tomllib.loads(FILE.split("[[pauses]]", maxsplit=1)[0] + text))
    assert agreement is not None, findings
    days = {o.day for o in occurrences(compile_series(agreement, "ana"), date(2036, 2, 1), date(2036, 3, 31))}
    assert days == {date(2036, 2, d) for d in (1, 8, 15, 22, 29)}
    said = version_values(agreement, Agreed(date(2027, 1, 4), ("ana",), None, date(2027, 1, 4)))["seasons"]["cold"]
    assert (said["starts"], said["until"]) == ("1 december", "29 february")


def test_a_dated_pause_is_itself():
    agreement, _ = read("2027-03-01", "2027-03-07")
    assert agreement.rests == agreement.pauses


@pytest.mark.parametrize("engine", ENGINES, ids=lambda e: e.__name__)
def test_engines_read_it_as_we_do(engine):
    agreement, _ = read(*CHRISTMAS)
    compare(agreement, "ana", engine, date(2027, 1, 1), date(2031, 1, 1))


def test_show_month_and_resume_speak_of_it(run_planner, tmp_path):
    (tmp_path / "agreement.toml").write_text(FILE.format(*CHRISTMAS), encoding="utf-8")
    assert "Each year from 20 December to 8 January, everything rests." in run_planner("show").stdout
    month = run_planner("--today", "2028-12-01", "month", "2028-12").stdout
    assert "20 pause" in month
    assert "A pause from Wednesday 20 December 2028 to Monday 8 January 2029." in month
    done = run_planner("--today", "2028-12-22", "resume", "--all")
    assert done.exit_code == 3
    assert (
        "comes every year, so nothing was written. Each of these lets one date of this year take place" in done.stderr
    )
    command = "planner move shared_evenings.friday 2028-12-22 --at 19:00"
    assert f"  {command}\n" in done.stderr
    assert "takes place all the same" in run_planner("--today", "2028-12-22", *command.split()[1:]).stdout
    assert "2028-12-22" not in run_planner("--today", "2028-12-22", "resume", "--all").stderr
    assert run_planner("--today", "2027-01-04", "check", "--strict").exit_code == 0


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        (('"20 december"', "2027-01-06"), "a day of the year in quotes such as"),
        (('"first monday of may"', '"6 may"'), "a yearly pause goes from a day of the year to another"),
        (('"20 decembre"', '"6 january"'), 'no day "20 decembre"; did you mean "20 december"?'),
        (('"monday"', '"friday"'), "a yearly pause goes from a day of the year to another"),
        (('"2027-03-01"', '"2027-03-07"'), "a date stands without quotes: 2027-03-01"),
    ],
)
def test_what_says_nothing_definite_is_asked_back(ends, said):
    agreement, findings = read(*ends)
    assert agreement is None
    assert any(said in f.message and f.path[:2] == ("pauses", 0) for f in findings), findings


def test_the_command_writes_one(run_planner, tmp_path):
    file = tmp_path / "agreement.toml"
    file.write_text(FILE.split("[[pauses]]", maxsplit=1)[0], encoding="utf-8")
    done = run_planner("pause", "--all", "--from", "20 December", "--until", "6 january", "--note", "Rest")
    assert done.exit_code == 0, done.stderr
    assert done.stdout.startswith("Each year from 20 December to 6 January, everything rests.\n")
    written = file.read_text(encoding="utf-8")
    assert 'starts = "20 december"' in written
    assert 'until  = "6 january"' in written
    twice = run_planner("pause", "--all", "--from", "20 december", "--until", "6 january")
    assert "The same pause is in the file already" in twice.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--from", "20 december", "--until", "2027-01-06"), "two dates, or comes every year"),
        (("--from", "2027-02-01", "--until", "6 january"), "two dates, or comes every year"),
        (("--until", "6 january"), "two dates, or comes every year"),
        (("--from", "20 december"), 'say how long, every year: --until "6 january"'),
        (("--from", "20 decembr", "--until", "6 january"), 'did you mean "20 december"?'),
        (("--from", "first monday of may", "--until", "6 may"), "is no day of the year"),
    ],
)
def test_half_of_one_is_asked_back(words, said, run_planner, tmp_path):
    file = tmp_path / "agreement.toml"
    file.write_text(FILE.split("[[pauses]]", maxsplit=1)[0], encoding="utf-8")
    done = run_planner("--today", "2027-02-01", "pause", "--all", *words)
    assert done.exit_code == 2
    assert said in done.stderr
    assert "[[pauses]]" not in file.read_text(encoding="utf-8")
