"""What a shell suggests: commands, options, and what a file, the settings and the templates have. Never a problem."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.shell_completion import BashComplete, FishComplete, ZshComplete, get_completion_class

from planner.cli import COMMANDS, main
from planner.cli.completing import SUGGESTIONS
from planner.cli.completion import SHELLS
from tests.conftest import changed_environment
from tests.terminal import Terminal

ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def desk(tmp_path, planner_home, monkeypatch) -> Path:
    (tmp_path / "agreement.toml").write_bytes((ROOT / "examples" / "ana-and-ben.toml").read_bytes())
    (tmp_path / "first-month.toml").write_bytes((ROOT / "examples" / "first-month.toml").read_bytes())
    for name, value in changed_environment(planner_home).items():
        monkeypatch.delenv(name, raising=False) if value is None else monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def suggested(*words: str) -> list[str]:
    """What is suggested for the last of these words."""
    complete = BashComplete(main, {}, "planner", "_PLANNER_COMPLETE")
    return [item.value for item in complete.get_completions(list(words[:-1]), words[-1])]


RITUALS = [
    "me_blocks.pottery",
    "me_blocks.writing",
    "shared_evenings.friday",
    "check_ins.midweek",
    "host_nights.salon",
    "reviews.monthly",
]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("sh",), ["show"]),
        (("agenda", "--fr"), ["--from"]),
        (("skip", ""), RITUALS),
        (("move", "me_"), RITUALS[:2]),
        (("revise", "people."), ["people.ana", "people.ben"]),
        (("skip", "pott"), ["pottery"]),
        (("add", "me"), ["me_blocks."]),
        (("pause", "me_blocks"), ["me_blocks.pottery", "me_blocks.writing", "me_blocks"]),
        (("pause", "me_blocks.pottery", "--who", ""), ["ana", "ben"]),
        (("agenda", "--for", ""), ["ana", "ben", "everyone"]),
        (("export", "--for", "a"), ["ana", "all"]),
        (("month", "--for", "b"), ["ben"]),
        (("agree", "--by", ""), ["ana", "ben"]),
        (("edit", "--for", ""), ["ana", "ben"]),
        (("end", "--who", "be"), ["ben"]),
        (("init", "--template", "li"), ["living-together"]),
        (("review", "--sheet", ""), ["review", "difficult-talk", "first-conversation", "repair"]),
        (("review", "--sheet", "repair."), []),
        (("agenda", "--zone", ""), ["ana", "ben", "Africa/Abidjan"]),
        (("month", "--zone", "Europe/Ber"), ["Europe/Berlin"]),
        (("init", "--timezone", "Europe/Ber"), ["Europe/Berlin"]),
        (("init", "--person", "ana=Ana", "--timezone", "an"), ["ana="]),
        (("init", "--person", "ana=Ana", "--timezone", "ana=Europe/Ber"), ["ana=Europe/Berlin"]),
        (("init", "--template", "gentle-start", "--take", ""), ["own-time", "hello-again"]),
        (("init", "--template", "gentle-start", "--take", "own-time,he"), ["own-time,hello-again"]),
        (("init", "--template", "gentle-start", "--without", "al"), []),
        (("init", "--take", ""), []),
        (("revise", "me_blocks.pottery", ""), ["who=", "on=", "every="]),
        (("revise", "pottery", "who="), ["who=ana", "who=ben"]),
        (("revise", "shared_evenings.friday", "who=ana,"), ["who=ana,ben"]),
        (("revise", "host_nights.salon", "hosts=b"), ["hosts=ben"]),
        (("revise", "me_blocks.pottery", "share="), ["share=full"]),
        (("revise", "people.ana", "timezone=Europe/Ber"), ["timezone=Europe/Berlin"]),
        (("revise", "calendar", "lang"), ["language="]),
        (("revise", "me_blocks.pottery", "title="), []),
        (("revise", "nothing.here", ""), []),
        (("add", "host_nights.dinner", "host"), ["hosts=", "host="]),
        (("prompts", "--for", "so"), ["solo"]),
        (("completion", ""), ["bash", "zsh", "fish"]),
        (("skip", "-f", "first-month.toml", "programs.first-month.map-1"), ["programs.first-month.map-1"]),
        (("sync", ""), []),
    ],
)
def test_suggestions(words, found):
    assert suggested(*words)[: len(found)] == found
    assert bool(suggested(*words)) is bool(found)


def test_sessions_that_each_has_alone_are_named_for_each():
    assert suggested("move", "-f", "first-month.toml", "programs.first-month.map-1-") == [
        "programs.first-month.map-1-mara",
        "programs.first-month.map-1-tom",
    ]


@pytest.mark.parametrize("command", ["sync", "pull", "remove", "doctor", "connect"])
def test_calendars_are_those_of_the_settings(command, desk):
    settings = desk / "settings.toml"
    settings.write_text('[calendars.ana]\nfor = "ana"\n[calendars.ours]\nurl = 3\n', encoding="utf-8")
    assert suggested("--config", "settings.toml", command, "") == ["ana", "ours"]


@pytest.mark.parametrize("broken", [b"[people\n", b"\xff\xfe", b"", b"people = 3\nrituals = [1]\n"])
def test_a_broken_file_suggests_nothing_and_says_nothing(broken, desk, capsys):
    (desk / "agreement.toml").write_bytes(broken)
    for words in (("skip", ""), ("agree", "--by", ""), ("--config", "agreement.toml", "sync", "")):
        assert suggested(*words) == []
    os.unlink("agreement.toml")
    os.mkdir("agreement.toml")
    assert suggested("skip", "") == []
    assert capsys.readouterr() == ("", "")


def test_each_suggestion_is_for_a_word_of_its_command():
    for name, param in SUGGESTIONS:
        command = main.get_command(click.Context(main), name)
        assert command
        assert param in {p.name for p in command.params}, (name, param)


FILES = {"FILE", "[FILE]", "FILE.html", "FILE.pdf", "FILE.md", "PATH"}
TIMES = {"[YYYY-MM]", "DATE", "DATE... [FILE]", "LENGTH", "HOURS", "SPACING"}
SERVERS = {"ADDRESS", "HOST", "URL", "NAME-OR-URL", "CMD", "VAR", "ID"}
OF_ONES_OWN = FILES | TIMES | SERVERS | {"KEY=NAME", "TEXT", "[A]", "[B]"}
"""What a person writes, or a shell completes by itself."""


def test_every_word_that_names_something_there_is_is_completed():
    for name in COMMANDS:
        command = main.get_command(click.Context(main), name)
        assert command
        for param in command.params:
            new = name == "connect" and param.metavar == "NAME"
            if param.metavar and param.metavar not in OF_ONES_OWN and not new:
                assert (name, param.name) in SUGGESTIONS, (name, param.name, param.metavar)


# ── scripts ──────────────────────────────────────────────────────────


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_is_clicks_own(shell, run_planner):
    done = run_planner("completion", shell)
    assert (done.exit_code, done.stderr) == (0, "")
    known = get_completion_class(shell)
    assert known in (BashComplete, ZshComplete, FishComplete)
    assert done.stdout == known(main, {}, "planner", "_PLANNER_COMPLETE").source()
    assert "_PLANNER_COMPLETE" in done.stdout


def test_another_shell_is_named_with_those_there_are(run_planner):
    done = run_planner("completion", "csh")
    assert done.exit_code == 2
    assert "'bash', 'zsh', 'fish'" in done.stderr


@pytest.fixture
def shell_home(desk, monkeypatch) -> dict[str, str]:
    """What a shell needs to find the planner as a program of that name."""
    (desk / "bin").mkdir()
    program = desk / "bin" / "planner"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m planner "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    return {"PATH": f"{desk / 'bin'}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}


def script_for(shell: str, run_planner, desk: Path) -> str:
    script = desk / f"completion.{shell}"
    script.write_text(run_planner("completion", shell).stdout, encoding="utf-8")
    return script.name


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_a_real_bash_completes(desk, run_planner, shell_home):
    script = script_for("bash", run_planner, desk)

    def completed(*words: str) -> list[str]:
        typed = " ".join(f"'{word}'" for word in words)
        code = (
            f"source {script}; COMP_WORDS=({typed}); COMP_CWORD={len(words) - 1}; "
            '_planner_completion planner; printf "%s\\n" "${COMPREPLY[@]}"'
        )
        done = subprocess.run(
            ["bash", "--norc", "-c", code], env=os.environ | shell_home, capture_output=True, text=True, check=True
        )
        assert done.stderr == ""
        return done.stdout.split()

    assert completed("planner", "mo") == ["month", "move"]
    assert completed("planner", "skip", "shared") == ["shared_evenings.friday"]
    assert completed("planner", "export", "--for", "") == ["ana", "ben", "everyone", "all"]
    # bash takes what stands around a "=" for words of their own, and puts what is suggested in the place of the last
    assert completed("planner", "revise", "me_blocks.pottery", "who", "=") == ["ana", "ben"]
    assert completed("planner", "revise", "me_blocks.pottery", "who", "=", "b") == ["ben"]
    assert completed("planner", "revise", "me_blocks.pottery", "where", "=", "")[:2] == ["who=", "on="]
    assert completed("planner", "init", "--person", "a", "=", "A", "--timezone", "a", "=", "Europe/Ber") == [
        "Europe/Berlin"
    ]
    assert completed("planner", "agenda", "--zone", "=", "Europe/Ber") == ["Europe/Berlin"]
    assert completed("planner", "revise", "me_blocks.pottery", "who=b") == ["who=ben"]  # where it does not


@pytest.mark.skipif(shutil.which("zsh") is None, reason="there is no zsh")
def test_a_real_zsh_completes(desk, run_planner, shell_home):
    script = script_for("zsh", run_planner, desk)
    zsh = Terminal("-f", "-i", program=["zsh"], cwd=desk, env=shell_home | {"TERM": "dumb", "PS1": "at rest"})
    zsh.until("at rest")
    zsh.type(f"autoload -U compinit; compinit -u -D; source {script}; echo rea''dy")
    zsh.until("ready")
    zsh.press("planner skip shared\t")
    zsh.until("planner skip shared_evenings.friday")
    zsh.press("\x15planner mo\t")  # the line before is taken back
    shown = zsh.until("Move one occurrence")
    assert "month" in shown
    zsh.type("\x15exit")
    assert zsh.ended()[0] == 0


@pytest.mark.skipif(shutil.which("fish") is None, reason="there is no fish")
def test_a_real_fish_completes(desk, run_planner, shell_home):
    script = script_for("fish", run_planner, desk)

    def completed(line: str) -> list[str]:
        done = subprocess.run(
            ["fish", "--no-config", "-c", f"source {script}; complete -C '{line}'"],
            env=os.environ | shell_home | {"HOME": str(desk)},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stderr == ""
        return [words.split("\t")[0] for words in done.stdout.splitlines() if words]

    assert completed("planner mo") == ["month", "move"]
    assert completed("planner skip shared") == ["shared_evenings.friday"]
    assert sorted(completed("planner export --for ")) == ["all", "ana", "ben", "everyone"]
