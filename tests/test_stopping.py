"""Ctrl-C and Ctrl-D at every question: all stays as it was, that is said, and the exit code is 3."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("terminals of this kind are not there", allow_module_level=True)

from tests.conftest import changed_environment
from tests.terminal import Terminal
from tests.test_sync_life import connected, environment, move_on_phone, synced, world

__all__ = ["synced", "world"]

ROOT = Path(__file__).parent.parent
ONE_SERVER = pytest.mark.parametrize("world", ["radicale"], indirect=True)
KEYS = pytest.mark.parametrize("key", ["ctrl-c", "ctrl-d"])


def stopped(folder: Path, home: Path, arguments: list[str], answers: list[tuple[str, str]], at: str, key: str) -> str:
    """The screen of a run that is stopped at a question; every file of the folder is as it was, and the code is 3."""
    before = files(folder)
    env = changed_environment(home) | environment(folder) | {"TZ": "Europe/Berlin", "PLANNER_TODAY": "2027-01-01"}
    run = Terminal(*arguments, cwd=folder, env=env | {"EDITOR": "true", "VISUAL": None, "NO_COLOR": "1"})
    try:
        for question, answer in answers:
            run.until(question)
            run.type(answer)
        run.until(at)
        if key == "ctrl-c":
            run.interrupt()
        else:
            run.end_of_input()
        code, screen = run.ended()
    finally:
        run.process.kill()
        run.process.wait()
    assert code == 3, screen
    assert "Abort" not in screen
    assert "Traceback" not in screen
    assert files(folder) == before
    return screen.rpartition(at)[2]


def files(folder: Path) -> dict[str, bytes]:
    """What the files of a folder hold, but for those of its server and of the runs' own locks."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not name.startswith("server/") and path.suffix != ".lock":
            found[name] = path.read_bytes()
    return found


@ONE_SERVER
@KEYS
def test_at_a_sync(world, planner_home, key):
    said = stopped(world.folder, planner_home, ["sync"], [], "Do it? [y/N]:", key)
    assert said.strip().endswith("planner: ana: nothing was changed")
    assert world.ours() == {}


@ONE_SERVER
@KEYS
def test_at_a_removal(synced, planner_home, key):
    there = synced.stored()
    said = stopped(synced.folder, planner_home, ["remove"], [], "Take them out? [y/N]:", key)
    assert said.strip() == "planner: nothing was changed"
    assert synced.stored() == there


@ONE_SERVER
@KEYS
def test_at_a_pull(synced, planner_home, key):
    move_on_phone(synced, "Pottery class", "20270113", "20270114T190000", "20270114T210000")
    move_on_phone(synced, "Cook together", "20270115", "20270116T190000", "20270116T220000")
    question = "Take it into the file? [Y/n]:"
    said = stopped(synced.folder, planner_home, ["pull"], [], question, key)
    assert said.strip() == "planner: nothing was written; agreement.toml is as it was"
    answers = [("Pottery class: Wednesday 13 January 2027", "y")]
    said = stopped(synced.folder, planner_home, ["pull"], answers, "Cook together: Friday 15 January 2027", key)
    assert said.strip().endswith("planner: nothing was written; agreement.toml is as it was")


@pytest.fixture
def desk(tmp_path):
    """A folder with an agreement, and a calendar that no server knows."""
    (tmp_path / "agreement.toml").write_bytes((ROOT / "examples" / "ana-and-ben.toml").read_bytes())
    connected(tmp_path, "https://calendar.example/ana/")
    return tmp_path


CONNECT = ["connect", "new", "--for", "ana"]


@KEYS
@pytest.mark.parametrize(
    ("arguments", "answers", "at"),
    [
        (["connect", "new"], [], "Whose calendar is it"),
        (["connect", "ana", "--for", "ana"], [], "Replace it [y/N]:"),
        (CONNECT, [], "Where is the calendar"),
    ],
    ids=["whose", "replace", "where"],
)
def test_at_a_connection(desk, planner_home, arguments, answers, at, key):
    said = stopped(desk, planner_home, arguments, answers, at, key)
    assert said.strip().endswith("planner: nothing was connected")


@KEYS
@pytest.mark.parametrize(
    ("answers", "at"),
    [([], "Shall it be so?"), ([("Shall it be so?", "y")], "Whose word is it?")],
    ids=["sure", "whose"],
)
def test_at_an_end(desk, planner_home, answers, at, key):
    said = stopped(desk, planner_home, ["end", "--on", "2027-06-01"], answers, at, key)
    assert said.strip().endswith("planner: nothing has changed")


@KEYS
@pytest.mark.parametrize("answers", [[], [("Ana, do you say yes", "each")]], ids=["all", "each"])
def test_at_an_agreement(desk, planner_home, answers, key):
    at = " Yes? [y/N]:" if answers else "one by one)"
    said = stopped(desk, planner_home, ["agree"], answers, at, key)
    assert said.strip().endswith("planner: nothing was agreed, and nothing has changed")


@KEYS
def test_at_a_review(desk, planner_home, key):
    said = stopped(desk, planner_home, ["review"], [], "something you are glad of", key)
    assert said.strip().endswith("planner: the review stops here.")


@KEYS
@pytest.mark.parametrize(
    ("answers", "at"),
    [
        ([], "Which template"),
        ([("Which template", "weekly-rhythm")], "Your names"),
        ([("Which template", ""), ("Your names", "Ana, Ben"), ("Whose clocks", "")], "From which day"),
        (
            [("Which template", ""), ("Your names", "Ana, Ben"), ("Whose clocks", ""), ("From which day", "")],
            "Which do you take",
        ),
    ],
    ids=["template", "names", "day", "pieces"],
)
def test_at_a_new_agreement(tmp_path, planner_home, answers, at, key):
    said = stopped(tmp_path, planner_home, ["init"], answers, at, key)
    assert said.strip().endswith("planner: nothing was written")
    assert os.listdir(tmp_path) == []


@KEYS
def test_at_an_edit_that_goes_on(desk, planner_home, key):
    from planner.cli.edit import _copy_of

    file = desk / "agreement.toml"
    copy = Path(_copy_of(str(file), file.read_bytes()))
    copy.write_bytes(file.read_bytes() + b"# mine\n")
    said = stopped(desk, planner_home, ["edit"], [], "Go on with it?", key)
    assert "agreement.toml is as it was. The edit is kept in" in said
