"""What counts as taken where one looks for free time: what is agreed, what is drafted, what a file of one's own has."""

from __future__ import annotations

import json
import shlex

import pytest

HEAD = """[agreement]
id = "test-x7k2"
starts = 2027-01-04
timezone = "Europe/Berlin"
[people.ana]
name = "Ana"
[people.ben]
name = "Ben"
"""
POTTERY = """[me_blocks.pottery]
who = "ana"
on = "wednesday"
at = "18:00-20:00"
"""
RUN = """[me_blocks.run]
who = "ana"
every = "week"
for = "2h"
at = "open"
"""
NOT_AGREED = "Not agreed yet: {}. What is agreed and what the file says now are"


@pytest.fixture
def agreed(run_planner, tmp_path):
    def agree(text):
        file = tmp_path / "agreement.toml"
        file.write_text(HEAD + text, encoding="utf-8")
        assert run_planner("--today", "2027-01-10", "agree", "--by", "ana", "--by", "ben").exit_code == 0
        return file

    return agree


@pytest.mark.parametrize("day", ["wednesday", "thursday"])
def test_a_ritual_that_a_draft_moves_takes_both_its_times_until_that_is_agreed(run_planner, agreed, day):
    agreed(POTTERY)
    hours = f"{day} 18:00-20:00"
    asked = ("--today", "2027-01-10", "suggest", "ritual", "--for", "2h", "--when", hours)
    assert "Not agreed yet" not in run_planner(*asked).stdout
    assert run_planner("--today", "2027-01-10", "revise", "pottery", "on=thursday").exit_code == 0
    said = run_planner(*asked)
    assert said.exit_code == 1
    assert NOT_AGREED.format('"Pottery"') in said.stdout
    assert f'{day.capitalize()}  "Pottery" (Ana) each time' in said.stdout
    assert json.loads(run_planner(*asked, "--json").stdout)["offers"] == []
    run_planner("--today", "2027-01-10", "agree", "--by", "ana", "--by", "ben")
    assert (run_planner(*asked).exit_code == 1) == (day == "thursday")


def test_open_time_is_not_offered_where_either_of_the_two_lies(run_planner, agreed):
    agreed(POTTERY + RUN)
    asked = (
        "--today",
        "2027-01-10",
        "suggest",
        "run",
        "--from",
        "2027-01-11",
        "--limit",
        "50",
        "--when",
        "17:00-21:00",
    )
    assert run_planner("--today", "2027-01-10", "revise", "pottery", "on=thursday").exit_code == 0
    said = run_planner(*asked)
    assert said.exit_code == 0
    assert NOT_AGREED.format('"Pottery"') in said.stdout
    assert "2027-01-12" in said.stdout
    assert "2027-01-13" not in said.stdout
    assert "2027-01-14" not in said.stdout


def test_private_time_that_is_not_agreed_yet_is_not_named(run_planner, agreed):
    agreed(POTTERY + 'share = "private"\n')
    assert run_planner("--today", "2027-01-10", "revise", "pottery", "on=thursday").exit_code == 0
    said = run_planner("--today", "2027-01-10", "suggest", "ritual", "--for", "2h").stdout
    assert NOT_AGREED.format("private time") in said


@pytest.mark.parametrize("asked", [("me-block", "--who", "ana", "--for", "2h"), ("run",)])
def test_a_file_of_ones_own_that_cannot_be_read_is_not_passed_over_in_silence(run_planner, tmp_path, asked):
    (tmp_path / "agreement.toml").write_text(HEAD + RUN, encoding="utf-8")
    own = tmp_path / "agreement.ana.toml"
    own.write_text('[me_blocks.diary]\ntitle = "Secret\non = "monday"\nat = "18:00-20:00"\n', encoding="utf-8")
    said = run_planner("--today", "2027-01-10", "suggest", *asked)
    words = "agreement.ana.toml has something to mend (`planner check` says what); what Ana has in it is not looked at"
    assert said.stderr == f"planner: {words}\n"
    assert "Secret" not in said.stdout
    assert json.loads(run_planner("--today", "2027-01-10", "suggest", *asked, "--json").stdout)["not_looked_at"] == [
        words
    ]
    own.write_text('[me_blocks.diary]\ntitle = "Secret"\non = "monday"\nat = "18:00-20:00"\n', encoding="utf-8")
    assert run_planner("--today", "2027-01-10", "suggest", *asked).stderr == ""


@pytest.mark.parametrize("title", ["Everyone", "All", "Turn", "None"])
def test_a_title_that_makes_a_key_with_a_meaning_of_its_own_gets_another_one(run_planner, tmp_path, title):
    (tmp_path / "agreement.toml").write_text(HEAD, encoding="utf-8")
    said = run_planner("--today", "2027-01-10", "suggest", "ritual", "--for", "2h", "--title", title, "--limit", "1")
    command = said.stdout.strip().splitlines()[-1].strip()
    assert command.startswith(f"planner add rituals.{title.casefold()}-2 ")
    assert run_planner("--today", "2027-01-10", *shlex.split(command)[1:]).exit_code == 0


def test_a_title_of_two_lines_is_refused(run_planner, tmp_path):
    (tmp_path / "agreement.toml").write_text(HEAD, encoding="utf-8")
    said = run_planner("suggest", "ritual", "--for", "2h", "--title", "One\nTwo")
    assert (said.exit_code, said.stdout) == (2, "")
    assert said.stderr == "planner: --title: a title is one line of text, without line breaks or tabs\n"


def test_nothing_left_to_place_is_an_answer_for_a_script_too(run_planner, tmp_path):
    text = HEAD + RUN + "starts = 2027-01-04\nuntil = 2027-01-10\n"
    (tmp_path / "agreement.toml").write_text(text, encoding="utf-8")
    said = run_planner("--today", "2027-01-12", "suggest", "run", "--json")
    assert said.exit_code == 1
    assert json.loads(said.stdout) == {"offers": [], "not_looked_at": []}
    assert said.stderr == 'planner: of "Run" nothing is left to place from Tuesday 12 January 2027 on\n'


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        (("--times", "7"), "daily"),
        (("--times", "5", "--when", "weekday evenings"), "weekdays"),
        (("--times", "4", "--when", "tuesday, wednesday, thursday, saturday"), "four-days"),
        (("--times", "2", "--when", "monday, thursday"), "monday-thursday"),
        (("--every", "3 days"), "every-3-days"),
        (("--every", "day"), "daily"),
    ],
)
def test_a_key_made_from_days_is_short_and_whole_and_room_is_told_once(run_planner, tmp_path, asked, key):
    text = POTTERY.replace("18:00-20:00", "09:30-10:30")
    (tmp_path / "agreement.toml").write_text(HEAD + text, encoding="utf-8")
    said = run_planner("--today", "2027-01-10", "suggest", "ritual", "--for", "1h", *asked, "--limit", "1").stdout
    assert f" add rituals.{key} " in said
    assert " ".join(said.split()).count("free before and after") <= 1


@pytest.mark.parametrize("name", ["./calendar", "calendar.ics"])
def test_a_busy_file_that_is_no_calendar_is_called_so_whatever_its_name(run_planner, tmp_path, name):
    text = HEAD.replace('name = "Ben"', f'name = "Ben"\nbusy = "{name}"')
    (tmp_path / "agreement.toml").write_text(text, encoding="utf-8")
    (tmp_path / name).write_text("127.0.0.1 localhost\n", encoding="utf-8")
    said = run_planner("--today", "2027-01-10", "suggest", "ritual", "--for", "2h")
    assert said.stderr == f"planner: {name} was not read: it is no calendar; Ben's busy times in it are not looked at\n"


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("monday", "Three times a week needs as many days, and these hours are on Monday alone."),
        ("mondays and fridays", "Three times a week needs as many days, and these hours are on Monday and Friday."),
        ("mon, tue and wed 18:00-20:00", "There are no 3 days on which 1h is free every time."),
    ],
)
def test_several_times_a_week_that_do_not_fit_say_why(run_planner, tmp_path, when, said):
    walk = '[rituals.walk]\non = "wednesday"\nat = "17:30-20:30"\n'
    (tmp_path / "agreement.toml").write_text(HEAD + walk, encoding="utf-8")
    asked = ("suggest", "ritual", "--for", "1h", "--times", "3", "--when", when)
    ran = run_planner("--today", "2027-01-10", *asked)
    assert ran.exit_code == 1
    assert f"\n\n{said}\n" in ran.stdout
    assert ("each time" in ran.stdout) == ("no 3 days" in said)


def test_of_a_helper_nobody_knows_whether_they_are_free(run_planner, tmp_path):
    (tmp_path / "agreement.toml").write_text(f'{HEAD}[helpers.lucia]\nname = "Lucia"\n', encoding="utf-8")
    asked = ("--today", "2027-01-10", "suggest", "ritual", "--for", "2h", "--limit", "1", "--every", "month")
    assert "Free for both every time" in run_planner(*asked, "--cover", "lucia").stdout
    assert "\n1. The last Monday of the month 07:00–09:00\n" in run_planner(*asked).stdout


def test_a_word_that_is_no_kind_may_be_open_time(run_planner, tmp_path):
    (tmp_path / "agreement.toml").write_text(HEAD + RUN, encoding="utf-8")
    said = run_planner("suggest", "runn", "--for", "2h").stderr
    assert said == 'planner: no kind of ritual, nor open time to place, "runn"; did you mean "run"?\n'
    said = run_planner("suggest", "ritual", "--for", "2h", "--when", "next week").stderr
    assert said.endswith("; which days are looked at is said with --from and --to\n")


def test_a_kind_of_two_words_needs_no_quotes(run_planner, tmp_path):
    (tmp_path / "agreement.toml").write_text(HEAD, encoding="utf-8")
    for words in ("shared evening", "host night", "check in"):
        done = run_planner("suggest", *words.split(), "--for", "1h", "--limit", "1")
        assert (done.exit_code, done.stderr) == (0, ""), done
