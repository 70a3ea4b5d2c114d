"""The command line as a person meets it: the first words, help, exit codes, the agenda, and what never happens."""

from __future__ import annotations

import ast
import json
from datetime import datetime
from pathlib import Path

import pytest

from planner.cli import COMMANDS

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"
ANA = EXAMPLES / "ana-and-ben.toml"


def test_planner_alone_says_how_to_begin(run_planner):
    done = run_planner()
    assert done.exit_code == 0
    assert done.stdout == (
        "planner keeps what you two agreed in one plain file, and puts it into your calendars.\n"
        "\n"
        "To begin with:\n"
        "  planner init    Write a new agreement from a template.\n"
        "  planner check   Find every problem, clash and thing to know.\n"
        "  planner export  Write calendar files (.ics).\n"
        "\n"
        "And then:\n"
        "  Look                    show, agenda, month, page, balance, prompts, suggest\n"
        "  Keep calendars in step  connect, sync, pull, remove, doctor\n"
        "  Change the file         edit, watch, add, revise, skip, move, place, pause, resume\n"
        "  Agree on it             diff, agree, history, review, end\n"
        "  Editors and shells      schema, completion\n"
        "\n"
        "`planner COMMAND --help` says more, with an example.\n"
    )


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_each_command_has_help_with_an_example(name, run_planner):
    done = run_planner(name, "--help")
    assert (done.exit_code, done.stderr) == (0, "")
    assert "Example:" in done.stdout
    assert f"planner {name}" in done.stdout.partition("Example:")[2]
    assert all(len(line) <= 100 for line in done.stdout.splitlines())


def test_help_lists_every_command_by_group(run_planner):
    done = run_planner("--help")
    for name, (group, _, line) in COMMANDS.items():
        assert f"{group}:" in done.stdout
        assert f"  {name} " in done.stdout
        assert line in done.stdout


@pytest.mark.parametrize(
    ("arguments", "exit_code", "said"),
    [
        (["chekc"], 2, 'there is no command "chekc"; did you mean "check"?'),
        (["frobnicate"], 2, "`planner --help` lists them"),
        (["agenda", "--for", "anna", ANA], 2, 'no person "anna"; did you mean "ana"?'),
        (["agenda", "--from", "2027-02-30", ANA], 2, '"2027-02-30" is no date; write it like 2027-01-04'),
        (["agenda", "--days", "3", "--to", "2027-02-01", ANA], 2, "--days and --to say two ends"),
        (["agenda", "--from", "2027-02-02", "--to", "2027-02-01", ANA], 2, "lies before --from"),
        (["month", "2027-13", ANA], 2, '"2027-13" is no month; write it like 2027-01'),
        (["export", "-o", "-", ANA], 2, "say whose with --for"),
        (["export", "-o", "all.ics", ANA], 2, "say whose with --for"),
        (["check", "nowhere.toml"], 1, "nowhere.toml:1:1: error: there is no such file; `planner init nowhere.toml`"),
        (["agenda", "nowhere.toml"], 1, "nowhere.toml:1:1: error: there is no such file"),
        (["check", "."], 1, ".:1:1: error: this is a folder"),
        (["--today", "soon", "agenda", ANA], 2, '"soon" is no date'),
        (["--tody", "2027-01-01"], 2, "no such option '--tody'"),
        (["agenda", "--fro", "2027-01-01"], 2, "no such option '--fro'"),
        (["agenda", ANA, ANA], 2, "got unexpected extra argument"),
        (["skip"], 2, "missing argument 'KEY'"),
        (["show", "--as-of", "2026-01-01", ANA], 1, "nothing holds on 2026-01-01 yet"),
        (["suggest", "ritual", "--limit", "0"], 2, "invalid value for '--limit'"),
    ],
)
def test_what_cannot_be_done_is_said_with_its_exit_code(arguments, exit_code, said, run_planner):
    done = run_planner(*arguments)
    assert done.exit_code == exit_code
    assert said in done.stderr
    assert done.stdout == "" or arguments[0] == "check"
    last = done.stderr.splitlines()[-1]
    assert last.startswith("planner: ") or ":1:1: error: " in last


def test_whatever_stops_a_command_begins_with_planner():
    """Each message of a `Stop` says who speaks; problems name the file instead."""
    found = []
    for path in sorted((ROOT / "planner" / "cli").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Stop":
                first = node.args[0].values[0] if isinstance(node.args[0], ast.JoinedStr) else node.args[0]
                if isinstance(first, ast.Constant) and first.value:
                    found.append((path.name, node.lineno, str(first.value).lstrip("\n").startswith("planner: ")))
    assert len(found) > 100
    assert [(name, line) for name, line, is_said in found if not is_said] == []


def test_the_file_is_the_one_named_else_the_variables_else_the_folders(run_planner, tmp_path):
    (tmp_path / "agreement.toml").write_bytes(ANA.read_bytes())
    named = EXAMPLES / "three-people.toml"
    assert "Ana and Ben" in run_planner("check").stdout
    assert "Noor and Jo" in run_planner("check", env={"PLANNER_AGREEMENT": str(EXAMPLES / "long-distance.toml")}).stdout
    assert "Sam, Kim and Alex" in run_planner("check", named, env={"PLANNER_AGREEMENT": "nowhere.toml"}).stdout


@pytest.mark.parametrize("example", sorted(p.name for p in EXAMPLES.glob("*.toml")))
def test_an_example_is_sound_without_clashes_and_can_be_looked_at(example, run_planner):
    file = EXAMPLES / example
    for command in (["check", "--strict"], ["show"], ["agenda", "--days", "30"], ["month", "2027-03"]):
        done = run_planner("--today", "2027-03-01", *command, file)
        assert done.exit_code == 0
        assert done.stdout.strip()
        assert all(len(line) <= 80 for line in done.stdout.splitlines()) or command[0] in ("agenda", "check")


# ── agenda ──


def test_agenda_day_by_day(run_planner):
    done = run_planner("agenda", "--from", "2027-03-01", "--days", "7", ANA)
    assert done == (
        0,
        "Tuesday 2 March 2027\n"
        "  07:00–07:50 Lisbon  Writing        Ben\n"
        "\n"
        "Wednesday 3 March 2027\n"
        "  12:30–12:40         Midweek        Ana and Ben\n"
        "  18:30–21:00         Pottery class  Ana, Atelier Nord\n"
        "\n"
        "Thursday 4 March 2027\n"
        "  07:00–07:50 Lisbon  Writing        Ben\n"
        "\n"
        "Friday 5 March 2027\n"
        "  19:00–22:00         Cook together  Ana and Ben\n",
        "",
    )


def test_agenda_of_a_person_shows_titles_as_shared(run_planner):
    done = run_planner("agenda", "--from", "2027-01-06", "--days", "1", "--for", "ben", "--json", ANA)
    assert json.loads(done.stdout)[1] == {
        "ritual": "me_blocks.pottery",
        "kind": "me_block",
        "title": "Ana's evening out",
        "who": ["ana"],
        "start": "2027-01-06T18:30:00+01:00",
        "end": "2027-01-06T21:00:00+01:00",
        "timezone": "Europe/Berlin",
        "all_day": False,
        "moved": False,
    }


def test_agenda_in_json_has_dates_for_whole_days_and_says_what_moved(run_planner):
    file = EXAMPLES / "long-distance.toml"
    done = run_planner("agenda", "--from", "2027-03-21", "--to", "2027-04-03", "--json", file)
    found = json.loads(done.stdout)
    (call,) = [o for o in found if o["ritual"] == "shared_evenings.call" and o["moved"]]
    assert call["start"] == "2027-03-21T17:00:00+00:00"
    (visit,) = [o for o in found if o["ritual"] == "rituals.visit"]
    assert (visit["all_day"], visit["start"], visit["end"]) == (True, "2027-04-02", "2027-04-06")
    assert visit["title"] == "Visit (Noor travels)"
    instants = [datetime.fromisoformat(o["start"]) for o in found if not o["all_day"]]
    assert instants == sorted(instants)


def test_an_empty_agenda_says_so(run_planner):
    done = run_planner("agenda", "--from", "2026-12-01", "--days", "3", ANA)
    assert done.stdout == ("Nothing is planned from Tuesday 1 to Thursday 3 December 2026. Free time is a plan too.\n")


# ── export ──


def test_export_writes_a_file_a_person_beside_the_agreement(run_planner, tmp_path):
    (tmp_path / "agreement.toml").write_bytes(ANA.read_bytes())
    done = run_planner("--today", "2027-01-01", "export")
    assert done.stdout == (
        "calendars/ana.ics       7 series, new\n"
        "calendars/ben.ics       7 series, new\n"
        "calendars/everyone.ics  7 series, new\n"
    )
    kept = {p.name: (p.read_bytes(), p.stat().st_mtime_ns) for p in (tmp_path / "calendars").iterdir()}
    again = run_planner("--today", "2027-02-01", "export")
    assert again.stdout.count("unchanged") == 3
    assert {p.name: (p.read_bytes(), p.stat().st_mtime_ns) for p in (tmp_path / "calendars").iterdir()} == kept


def test_export_for_one_goes_to_a_file_or_to_standard_output(run_planner, tmp_path):
    done = run_planner("--today", "2027-01-01", "export", "--for", "ana", "-o", "mine.ics", ANA)
    assert done == (0, "mine.ics  7 series, new\n", "")
    shown = run_planner("--today", "2027-01-01", "export", "--for", "ana", "-o", "-", ANA)
    assert shown.stdout.replace("\r\n", "\n") == (tmp_path / "mine.ics").read_bytes().decode().replace("\r\n", "\n")


def test_export_never_writes_over_what_is_not_its_own(run_planner, tmp_path):
    mine = tmp_path / "ana.ics"
    mine.write_bytes(b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:dentist\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
    before = mine.read_bytes()
    done = run_planner("export", "-o", ".", ANA)
    assert done.exit_code == 3
    assert done.stdout == ""
    assert done.stderr == (
        "planner: ./ana.ics was not written for this agreement: it holds an event of someone else (dentist). It stays "
        "as it is; choose another place with -o, or move that file away\n"
    )
    assert [p.name for p in tmp_path.iterdir()] == ["ana.ics"]
    assert mine.read_bytes() == before


def test_a_failed_export_leaves_the_old_files_whole(run_planner, tmp_path):
    file = tmp_path / "agreement.toml"
    file.write_bytes(ANA.read_bytes())
    run_planner("export")
    before = {p: p.read_bytes() for p in (tmp_path / "calendars").iterdir()}
    file.write_text(file.read_text(encoding="utf-8").replace('"wednesday"', '"wensday"'), encoding="utf-8")
    done = run_planner("export")
    assert done.exit_code == 1
    assert done.stderr.startswith('agreement.toml:17:10: error: me_blocks.pottery.on: no day "wensday"')
    assert {p: p.read_bytes() for p in (tmp_path / "calendars").iterdir()} == before


# ── what never happens ──


def test_a_fault_of_our_own_is_one_line_and_no_traceback(run_planner, monkeypatch):
    def broken(*_args, **_more):
        raise RuntimeError("a loose screw")

    monkeypatch.setattr("planner.cli.agenda.compile_versions", broken)
    done = run_planner("agenda", ANA)
    assert done.exit_code == 70
    assert done.stderr == (
        "planner: this should not have happened (RuntimeError: a loose screw). With PLANNER_DEBUG=1 it shows where; "
        "please report it.\n"
    )


def test_a_terminal_that_knows_no_unicode_gets_an_answer_all_the_same(spawn_planner):
    done = spawn_planner("agenda", "--from", "2027-01-06", ANA, env={"PYTHONIOENCODING": "latin-1"})
    assert done.exit_code == 0
    assert "18:30?21:00" in done.stdout


def test_today_can_be_given(run_planner):
    by_option = run_planner("--today", "2027-01-08", "agenda", "--days", "1", ANA)
    by_variable = run_planner("agenda", "--days", "1", ANA, env={"PLANNER_TODAY": "2027-01-08"})
    assert "Cook together" in by_option.stdout
    assert by_option == by_variable
