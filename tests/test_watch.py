"""`planner watch`: each save is checked and exported, once it has come to rest."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from queue import Empty, Queue

import pytest

from planner.cli.watch import watch
from tests.conftest import changed_environment

ROOT = Path(__file__).parent.parent


@pytest.fixture
def agreement(tmp_path) -> Path:
    path = tmp_path / "agreement.toml"
    path.write_bytes((ROOT / "examples" / "ana-and-ben.toml").read_bytes())
    return path


def test_once_checks_exports_and_says_so_in_one_line(run_planner, agreement):
    done = run_planner("--today", "2027-01-01", "watch", "--once")
    assert done.exit_code == 0
    assert re.fullmatch(
        r"[0-2]\d:[0-5]\d:[0-5]\d  agreement\.toml: nothing to mend; ana\.ics, ben\.ics, everyone\.ics written in "
        r"calendars\n",
        done.stdout,
    )
    assert done.stderr.startswith("agreement.toml:14:12: note: me_blocks.pottery:")
    again = run_planner("--today", "2027-01-01", "watch", "--once")
    assert again.stdout.endswith("agreement.toml: nothing to mend; calendars unchanged\n")


def test_once_with_something_to_mend_leaves_calendars_alone(run_planner, agreement, tmp_path):
    text = agreement.read_text(encoding="utf-8").replace('"friday"', '"firday"')
    agreement.write_text(text, encoding="utf-8")
    done = run_planner("watch", "--once")
    assert done.exit_code == 1
    assert 'no day "firday"; did you mean "friday"?' in done.stderr
    assert done.stdout.endswith("agreement.toml: 1 thing to mend; calendars stay as they are\n")
    assert not (tmp_path / "calendars").exists()


def test_what_is_wrong_in_a_file_of_ones_own_counts_too(run_planner, agreement, tmp_path):
    (tmp_path / "agreement.ana.toml").write_text("[rituals.x]\n", encoding="utf-8")
    done = run_planner("watch", "--once")
    assert done.exit_code == 1
    assert "agreement.ana.toml:1:" in done.stderr


def test_a_calendar_that_cannot_be_written_ends_nothing(run_planner, agreement, tmp_path):
    (tmp_path / "calendars").mkdir()
    (tmp_path / "calendars" / "ana.ics").write_text("not ours", encoding="utf-8")
    done = run_planner("watch", "--once")
    assert done.exit_code == 1
    assert "choose another place" in done.stderr
    assert done.stdout.endswith("agreement.toml: calendars could not be written\n")


def test_what_is_not_agreed_yet_is_said_at_each_run(run_planner, agreement):
    agree = ("--today", "2027-01-01", "agree", "--by", "ana", "--by", "ben", "--from", "2027-01-04")
    assert run_planner(*agree).exit_code == 0
    assert "agreed" not in run_planner("--today", "2027-02-01", "watch", "--once").stderr
    text = agreement.read_text(encoding="utf-8").replace('"18:30-21:00"', '"18:00-21:00"')
    agreement.write_text(text, encoding="utf-8")
    done = run_planner("--today", "2027-02-01", "watch", "--once")
    assert done.exit_code == 0
    assert "Pottery class" in done.stderr
    assert "agreed" in done.stderr
    assert done.stdout.endswith("nothing to mend; calendars unchanged\n")


class Enough(Exception):
    """The end of a test."""


def ran(*seen: object) -> list[object]:
    """What was there at each run, where these are the things that one sees, look by look."""
    looks, runs, last = iter(seen), [], [None]

    def look() -> object:
        last[0] = next(looks, Enough)
        if last[0] is Enough:
            raise Enough
        return last[0]

    with pytest.raises(Enough):
        watch(look, lambda: runs.append(last[0]), lambda _: None)
    return runs


def test_it_runs_at_the_start_and_after_each_change_that_has_come_to_rest():
    assert ran(1, 1, 1) == [1]
    assert ran(1, 2, 2, 2) == [1, 2]
    assert ran(1, 2, 3, 3, 3, 4, 4) == [1, 3, 4]


def test_a_file_that_is_away_for_a_moment_is_waited_for():
    assert ran("old", None, "new", "new") == ["old", "new"]


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent in another way there")
def test_each_save_is_a_run_and_ctrl_c_a_good_end(agreement, tmp_path, planner_home):
    changes = changed_environment(planner_home) | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    env = {k: v for k, v in os.environ.items() if k not in changes} | {k: v for k, v in changes.items() if v}
    run = subprocess.Popen(
        [sys.executable, "-m", "planner", "watch"],
        cwd=tmp_path,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines: Queue[str] = Queue()
    assert run.stdout
    threading.Thread(target=lambda: [lines.put(line) for line in run.stdout or ()], daemon=True).start()

    def until(text: str) -> None:
        end = time.monotonic() + 20
        while time.monotonic() < end:
            try:
                if text in lines.get(timeout=0.5):
                    return
            except Empty:
                continue
        pytest.fail(f'no line with "{text}"')

    try:
        until("written in calendars")
        clear = agreement.read_text(encoding="utf-8")
        agreement.write_text(clear.replace("Pottery class", "Clay"), encoding="utf-8")
        until("ana.ics written in calendars")
        agreement.write_text(clear.replace('"friday"', '"firday"'), encoding="utf-8")
        until("1 thing to mend")
        (tmp_path / "new").write_text(clear, encoding="utf-8")
        os.replace(tmp_path / "new", agreement)
        until("nothing to mend")
        (tmp_path / "agreement.ben.toml").write_text(
            '[me_blocks.diary]\non = "sunday"\nat = "8:00-9:00"\n', encoding="utf-8"
        )
        until("ben.ics written in calendars")
        run.send_signal(signal.SIGINT)
        assert run.wait(20) == 0
        until("No longer watching agreement.toml.")
    finally:
        run.kill()
        run.wait()
        run.stdout.close()
