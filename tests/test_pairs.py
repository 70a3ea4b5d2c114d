"""Pairs: whichever side changes, the other is named; nothing is held back and nobody owes anything."""

from __future__ import annotations

import tomllib
from datetime import date

import pytest

from planner.pairs import alone
from planner.reading import read_agreement
from tests.conftest import SHELF
from tests.servers import phone
from tests.servers.front import Front
from tests.servers.real import radicale
from tests.test_sync_life import World, connected

FILE = """[agreement]
id = "test-x7k2"
starts = 2027-01-04
timezone = "Europe/Berlin"
[people.ana]
name = "Ana"
[people.ben]
name = "Ben"
[me_blocks.pottery]
who = "ana"
title = "Pottery class"
on = "wednesday"
at = "18:30-21:00"
notes = "x"
{0}
[shared_evenings.friday]
title = "Cook together"
on = "friday"
at = "19:00-22:00"
{1}
[[pairs]]
these = ["me_blocks.pottery", "shared_evenings.friday"]
{2}
"""
WITH_IT = '"Cook together" belongs together with it and stays as it is'


SUMMER = '[seasons.summer]\nstarts = "1 june"\nuntil = "31 august"\n'
HOLIDAYS = '[holidays]\ncountry = "DE"\n'


def found(pottery: str = "", friday: str = "", more: str = "") -> list[str]:
    agreement, findings = read_agreement(tomllib.loads(FILE.format(pottery, friday, more)), shelf=SHELF)
    assert agreement is not None, findings
    return [one.sentence for one in alone(agreement, date(2027, 1, 4), date(2028, 1, 4))]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("skip = [2027-02-17]", "is left out on Wednesday 17 February 2027"),
        (
            "changes = [{ on = 2027-02-17, moved_to = 2027-02-18 }]",
            "moves from Wednesday 17 February 2027 to Thursday 18 February 2027",
        ),
        ('changes = [{ on = 2027-02-17, at = "18:00" }]', "is at another time on Wednesday 17 February 2027"),
        ("until = 2027-02-24", "ends on Wednesday 24 February 2027"),
        ('trial = "4 weeks"', "ends on Sunday 31 January 2027"),
        (
            "skip = [2027-02-03, 2027-02-17, 2027-03-17, 2027-04-14, 2027-05-12]",
            "is left out on Wednesday 3 February 2027, Wednesday 17 February 2027 and Wednesday 17 March 2027, "
            "and changes twice more",
        ),
    ],
)
def test_a_side_that_changes_alone_names_the_other(change, said):
    assert found(change) == [f'"Pottery class" {said}; {WITH_IT}']


def test_a_pause_of_one_side_names_the_other():
    rest = '[[pauses]]\nstarts = 2027-02-15\nuntil = 2027-02-21\nonly = "shared_evenings"'
    assert found(more=rest) == [
        '"Cook together" rests from Monday 15 to Sunday 21 February 2027; "Pottery class" belongs together with it and '
        "stays as it is"
    ]
    assert found(more=rest.partition("only")[0]) == []  # everything rests


@pytest.mark.parametrize(
    ("change", "more", "said"),
    [
        ("until = 2027-06-30", "", "ends on Wednesday 30 June 2027"),
        ("until = 2027-12-29", "", "ends on Wednesday 29 December 2027"),
        ('not_in = "summer"', SUMMER, "rests in summer"),
        ('only_in = "summer"', SUMMER, "happens only in summer"),
        ('in_season = { summer = { at = "17:00-19:00" } }', SUMMER, "is at another time in summer"),
        ('on_holidays = "skip"', HOLIDAYS, "rests on public holidays"),
    ],
)
def test_what_changes_within_twelve_months_or_with_the_year_names_the_other(change, more, said):
    assert found(change, more=more) == [f'"Pottery class" {said}; {WITH_IT}']


def test_both_sides_together_need_no_word():
    assert found("skip = [2027-02-17]", "skip = [2027-02-19]") == []
    assert found("skip = [2027-02-17]", "skip = [2027-02-12]") == []
    assert len(found("skip = [2027-02-17]", "skip = [2027-02-26]")) == 2
    assert found('changes = [{ on = 2027-02-17, where = "Elsewhere" }]') == []
    assert found("until = 2027-06-30", "until = 2027-06-25") == []
    assert found('not_in = "summer"', 'not_in = "summer"', SUMMER) == []
    assert found('on_holidays = "skip"', 'on_holidays = "skip"', HOLIDAYS) == []
    assert found("skip = [2027-02-17]\nuntil = 2029-01-01") == found("skip = [2027-02-17]")  # long after the window


def test_check_names_it_at_the_pair(run_planner, tmp_path):
    (tmp_path / "agreement.toml").write_text(FILE.format("skip = [2027-02-17]", "", ""), encoding="utf-8")
    done = run_planner("--today", "2027-01-04", "check", "--strict")
    assert (done.exit_code, done.stderr.count("\n")) == (0, 1)
    assert done.stderr.startswith('agreement.toml:21:3: note: pairs[1]: "Pottery class" is left out on Wednesday')
    over = run_planner("--today", "2027-03-01", "check")
    assert over.stderr == ""


@pytest.mark.parametrize(
    ("command", "other"),
    [
        ("skip pottery 2027-02-17", "Cook together"),
        ("move friday 2027-02-19 --to 2027-02-20", "Pottery class"),
        ("pause pottery --from 2027-02-15 --until 2027-02-21", "Cook together"),
        ("pause shared_evenings --from 2027-02-15 --until 2027-02-21", "Pottery class"),
        ("revise pottery until=2027-06-30", "Cook together"),
        ("revise friday at=18:00-20:00", "Pottery class"),
    ],
)
def test_each_command_names_the_other_side(command, other, run_planner, tmp_path):
    (tmp_path / "agreement.toml").write_text(FILE.format("", "", ""), encoding="utf-8")
    done = run_planner("--today", "2027-01-04", *command.split())
    assert done.exit_code == 0, done
    mine = '"Cook together"' if "shared_evenings" in command else "It"  # which a heading does not say
    assert done.stdout.count(f'\n{mine} belongs together with "{other}": does that change too?\n') == 1


@pytest.mark.parametrize(
    "command",
    [
        "pause --all --from 2027-02-15 --until 2027-02-21",
        "pause pottery friday --from 2027-02-15 --until 2027-02-21",
        "revise pottery title=Clay",
    ],
)
def test_where_both_change_or_none_nothing_is_said(command, run_planner, tmp_path):
    (tmp_path / "agreement.toml").write_text(FILE.format("", "", ""), encoding="utf-8")
    done = run_planner("--today", "2027-01-04", *command.split())
    assert done.exit_code == 0, done
    assert "belongs together" not in done.stdout


def test_a_programme_can_be_a_side(run_planner, tmp_path):
    text = FILE.format("", "", '[programs.first]\ntemplate = "host-nights"\nstarts = 2027-02-01\n').replace(
        '"shared_evenings.friday"]', '"programs.first"]'
    )
    (tmp_path / "agreement.toml").write_text(text, encoding="utf-8")
    done = run_planner("skip", "first.night-1", "2027-02-06")
    assert 'It belongs together with "Pottery class": does that change too?\n' in done.stdout
    done = run_planner("skip", "pottery", "2027-02-03")
    assert 'It belongs together with "A month of host nights": does that change too?\n' in done.stdout


# ── where terms change, and on the phone ──


def test_diff_names_the_other_side_unless_it_changes_too(run_planner, tmp_path):
    file = tmp_path / "agreement.toml"
    file.write_text(FILE.format("", "", ""), encoding="utf-8")

    def run(*args: str) -> str:
        return run_planner("--today", "2027-02-20", *args).stdout

    run("agree", "--by", "ana", "--by", "ben")
    run("revise", "pottery", "at=19:00-21:00")
    alone_ = "Ana's Pottery class: Wednesday 18:30–21:00 → Wednesday 19:00–21:00, from Sunday 21 February 2027.\n"
    beside = '  It belongs together with "Cook together": does that change too?\n'
    assert run("diff").startswith(alone_ + beside)
    assert run("agree", "--by", "ana").startswith(alone_ + beside)
    assert run("diff", "2027-02-20", "2027-02-21") == alone_ + beside
    file.write_text(FILE.format("", "", "").replace("wednesday", "tuesday").replace("19:00-22:00", "20:00-22:00"))
    assert "belongs together" not in run("diff")


def test_diff_names_the_other_side_of_single_dates_and_pauses(run_planner, tmp_path):
    file = tmp_path / "agreement.toml"
    file.write_text(FILE.format("", "", ""), encoding="utf-8")

    def run(*args: str) -> str:
        return run_planner("--today", "2027-02-20", *args).stdout

    run("agree", "--by", "ana", "--by", "ben")
    assert WITH_IT not in run("diff")
    run("skip", "pottery", "2027-03-10")
    assert run("diff").endswith(f'"Pottery class" is left out on Wednesday 10 March 2027; {WITH_IT}.\n')
    run("pause", "pottery", "--from", "2027-04-05", "--until", "2027-04-18")
    assert "rests from Monday 5 to Sunday 18 April 2027" in run("diff")
    run("revise", "pottery", "at=19:00-21:00")
    assert run("diff").count(WITH_IT) == 0
    assert run("diff").count("It belongs together with") == 1


def test_the_plan_of_a_sync_names_the_other_side(tmp_path, run_planner):
    (tmp_path / "agreement.toml").write_text(FILE.format("", "", ""), encoding="utf-8")
    beside = '    It belongs together with "Cook together": does that change too?\n'
    with radicale(tmp_path / "server") as server, Front(server, {"ana": "secret"}) as front:
        url = phone.make_calendar(front, "ana", "rituals", "Rituals")
        connected(tmp_path, url)
        world = World(front, url, tmp_path, run_planner)
        sync = world.run

        assert "belongs" not in sync("sync", "--yes").stdout
        sync("skip", "pottery", "2027-01-13")
        said = sync("sync", "--yes").stdout
        assert f"~ Pottery class: left out on Wednesday 13 January 2027\n{beside}" in said
        sync("revise", "pottery", "where=The barn")
        assert "belongs" not in sync("sync", "--yes").stdout
        name, text = next((n, t) for n, t in world.stored().items() if "SUMMARY:Pottery class" in t)
        world.put(name, phone.with_moved(text, "20270120", "20270121T183000", "20270121T210000"))
        said = sync("sync", "--yes").stdout
        assert said.count(beside) == 1
        assert "Wednesday 20 January 2027 was moved in the calendar" in said
