"""planner agenda: today, other clocks, narrow terminals, plain lines."""

from __future__ import annotations

import tomllib
from datetime import date

import pytest

from planner.compiler import compile_series
from planner.reading import read_agreement
from planner.timeline import occurrences
from planner.views.agenda import agenda_text
from tests.conftest import ROOT

EXAMPLE = (ROOT / "examples" / "ana-and-ben.toml").read_text(encoding="utf-8")
RUN = ("--today", "2027-01-06", "agenda", "--days", "2")


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "agreement.toml").write_text(EXAMPLE, encoding="utf-8")
    return tmp_path


def test_today_is_marked_and_no_other_day(run_planner, folder):
    lines = run_planner(*RUN).stdout.splitlines()
    assert [line for line in lines if line.endswith("2027") or "today" in line] == [
        "Wednesday 6 January 2027 · today",
        "Thursday 7 January 2027",
    ]


@pytest.mark.parametrize("zone", ["ben", "Ben", "lisbon", "Europe/Lisbon"])
def test_two_clocks_stand_side_by_side(run_planner, folder, zone):
    assert (
        run_planner(*RUN, "--zone", zone).stdout
        == """\
  Berlin       Lisbon

Wednesday 6 January 2027 · today
  12:30–12:40  11:30–11:40  Midweek        Ana and Ben
  18:30–21:00  17:30–20:00  Pottery class  Ana, Atelier Nord

Thursday 7 January 2027
  08:00–08:50  07:00–07:50  Writing        Ben
"""
    )


def test_another_day_over_there_is_named(run_planner, folder):
    line = run_planner(*RUN, "--zone", "Asia/Tokyo").stdout.splitlines()[4]
    assert line == "  18:30–21:00  Thu 02:30–05:00  Pottery class  Ana, Atelier Nord"


@pytest.mark.parametrize("command", ["agenda", "month"])
@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Europe/Lisbonn", 'did you mean "Europe/Lisbon"?'),
        ("nowhere at all", "a zone is written like Europe/Berlin"),
        ("istanbul", "say Asia/Istanbul or Europe/Istanbul"),
    ],
)
def test_a_zone_that_is_none_is_said(run_planner, folder, command, zone, said):
    ran = run_planner(command, "--zone", zone)
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert said in ran.stderr


def test_plain_lines_are_sentences(run_planner, folder):
    assert (
        run_planner(*RUN, "--plain", "--zone", "ben").stdout
        == """\
Wednesday 6 January 2027, today:
12:30 to 12:40 Berlin time (11:30 to 11:40 Lisbon time): Midweek, with Ana and Ben.
18:30 to 21:00 Berlin time (17:30 to 20:00 Lisbon time): Pottery class, Ana, place: Atelier Nord.

Thursday 7 January 2027:
08:00 to 08:50 Berlin time (07:00 to 07:50 Lisbon time): Writing, Ben.
"""
    )
    nothing = run_planner("--today", "2027-03-09", "agenda", "--days", "2", "--plain").stdout
    assert nothing == run_planner("--today", "2027-03-09", "agenda", "--days", "2").stdout


@pytest.mark.parametrize("width", [24, 40, 79])
def test_a_narrow_terminal_takes_several_lines(width):
    agreement, _ = read_agreement(tomllib.loads(EXAMPLE))
    assert agreement
    first, end = date(2027, 1, 4), date(2027, 2, 1)
    found = occurrences(compile_series(agreement, None), first, end)
    text = agenda_text(agreement, found, first, end, width=width)
    assert max(map(len, text.splitlines())) <= max(width, 28)
    wide = agenda_text(agreement, found, first, end)
    assert agenda_text(agreement, found, first, end, width=200) == wide
    assert sorted(text.split()) == sorted(wide.split())
