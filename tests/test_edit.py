"""`planner edit`, at a real terminal with a script for an editor: nothing wrong is saved, and nothing is lost."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from tests.conftest import changed_environment

if sys.platform == "win32":
    pytest.skip("terminals of this kind are not there", allow_module_level=True)

from tests.terminal import Terminal

ROOT = Path(__file__).parent.parent
BROKEN = 's/"friday"/"firday"/'
MENDED = 's/"firday"/"saturday"/'
TITLE = "s/Pottery class/Clay/"
ASKED = "away? [e]:"


class Desk:
    """A folder with an agreement, and an editor that does one thing to what it opens."""

    def __init__(self, path: Path, home: Path) -> None:
        self.path = path
        self.file = path / "agreement.toml"
        self.file.write_bytes((ROOT / "examples" / "ana-and-ben.toml").read_bytes())
        self.before = self.file.read_bytes()
        self.editor = home / "editor"
        self.env = changed_environment(home) | {"EDITOR": str(self.editor), "VISUAL": None, "NO_COLOR": "1"}

    def edits(self, *lines: str) -> None:
        """What the editor does from now on."""
        self.editor.write_text("\n".join(("#!/bin/sh", *lines, "")), encoding="utf-8")
        self.editor.chmod(0o755)

    def replaces(self, script: str) -> None:
        self.edits(f'sed \'{script}\' "$1" > "$1.sed"; cat "$1.sed" > "$1"; rm "$1.sed"')

    def open(self, *arguments: str) -> Terminal:
        return Terminal("edit", *arguments, cwd=self.path, env=self.env)

    def copies(self) -> list[Path]:
        return sorted(self.path.glob("edit-of-*"))


@pytest.fixture
def desk(tmp_path, planner_home) -> Desk:
    return Desk(tmp_path, planner_home)


def test_what_is_clear_is_saved_at_once(desk):
    desk.file.chmod(0o640)
    desk.replaces(TITLE)
    code, screen = desk.open().ended()
    assert code == 0
    assert screen.startswith("agreement.toml is saved.\n")
    assert b'"Clay"' in desk.file.read_bytes()
    assert stat.S_IMODE(desk.file.stat().st_mode) == 0o640
    assert desk.copies() == []


def test_nothing_changed_is_nothing_saved(desk):
    desk.edits("true")
    assert desk.open().ended() == (0, "Nothing is changed; agreement.toml is as it was.\n")
    assert desk.copies() == []


def test_a_mistake_is_shown_and_mended_in_a_second_round(desk):
    desk.replaces(BROKEN)
    run = desk.open()
    screen = run.until(ASKED)
    assert 'agreement.toml:33:11: error: shared_evenings.friday.on: no day "firday"; did you mean "friday"?' in screen
    assert desk.file.read_bytes() == desk.before
    desk.replaces(MENDED)
    run.type("e")
    code, screen = run.ended()
    assert code == 0
    assert "agreement.toml is saved." in screen
    assert b'"saturday"' in desk.file.read_bytes()
    assert desk.copies() == []


def test_it_can_be_thrown_away(desk):
    desk.replaces(BROKEN)
    run = desk.open()
    run.until(ASKED)
    run.type("t")
    code, screen = run.ended()
    assert code == 0
    assert "Thrown away; agreement.toml is as it was." in screen
    assert desk.file.read_bytes() == desk.before
    assert desk.copies() == []


def test_it_can_be_kept_and_gone_on_with(desk):
    desk.replaces(BROKEN)
    run = desk.open()
    run.until(ASKED)
    run.type("k")
    code, screen = run.ended()
    (copy,) = desk.copies()
    assert code == 1
    assert f"The edit is kept in {copy.name}; `planner edit` goes on with it." in screen
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    desk.replaces(MENDED)
    run = desk.open()
    run.until("Go on with it?")
    run.type("y")
    assert run.ended()[0] == 0
    assert b'"saturday"' in desk.file.read_bytes()
    assert desk.copies() == []


def test_one_that_was_kept_can_be_begun_anew(desk):
    desk.replaces(BROKEN)
    run = desk.open()
    run.until(ASKED)
    run.type("k")
    run.ended()
    desk.replaces(TITLE)
    run = desk.open()
    run.until("Go on with it?")
    run.type("n")
    assert run.ended()[0] == 0
    assert b'"Clay"' in desk.file.read_bytes()
    assert b'"friday"' in desk.file.read_bytes()


def test_an_interrupted_edit_is_kept_and_named(desk):
    desk.replaces(BROKEN)
    run = desk.open()
    run.until(ASKED)
    run.interrupt()
    code, screen = run.ended()
    (copy,) = desk.copies()
    assert code == 3
    assert f"The edit is kept in {copy.name}" in screen
    assert b'"firday"' in copy.read_bytes()
    assert desk.file.read_bytes() == desk.before


def test_a_kill_loses_nothing(desk):
    desk.replaces(BROKEN)
    run = desk.open()
    run.until(ASKED)
    run.process.kill()
    run.ended()
    (copy,) = desk.copies()
    assert b'"firday"' in copy.read_bytes()


def test_what_another_program_saved_meanwhile_is_never_written_over(desk):
    desk.edits(f"sed -i.old '{TITLE}' \"$1\"; rm -f \"$1.old\"; echo '# theirs' >> {desk.file}")
    code, screen = desk.open().ended()
    (copy,) = desk.copies()
    assert code == 3
    assert "was changed by another program meanwhile" in screen
    assert f"Your edit is kept in {copy.name}; take over by hand what you want of it." in screen
    assert desk.file.read_bytes() == desk.before + b"# theirs\n"
    desk.edits("true")
    code, screen = desk.open().ended()
    assert f"{copy.name} is left from an edit of an earlier text of agreement.toml; it stays there." in screen
    assert desk.copies() == [copy]


def test_an_editor_that_fails_or_is_not_there_says_so(desk):
    desk.edits("exit 3")
    code, screen = desk.open().ended()
    assert code == 2
    assert "the editor did not end well" in screen
    assert "$VISUAL or $EDITOR" in screen
    assert desk.copies() == []
    desk.env |= {"VISUAL": "no-such-editor-anywhere"}
    code, screen = desk.open().ended()
    assert code == 2
    assert "no-such-editor-anywhere" in screen
    assert "Traceback" not in screen


def test_a_file_that_is_gone_or_not_there(desk):
    desk.edits('rm "$1"')
    assert desk.open().ended() == (0, "Nothing is changed; agreement.toml is as it was.\n")
    code, screen = desk.open("other.toml").ended()
    assert code == 1
    assert "`planner init other.toml` writes a first one" in screen


def test_a_file_with_mistakes_can_be_opened_too(desk):
    desk.file.write_bytes(desk.before.replace(b'"friday"', b'"firday"'))
    desk.replaces(MENDED)
    assert desk.open().ended()[0] == 0
    assert b'"saturday"' in desk.file.read_bytes()


# ── a file of one's own ──────────────────────────────────────────────

DIARY = 'printf \'[me_blocks.diary]\\non = "sunday"\\nat = "%s"\\n\' >> "$1"'


def test_a_file_of_ones_own_begins_with_an_example_and_is_for_nobody_else(desk):
    desk.edits("true")
    assert desk.open("--for", "ana").ended() == (0, "Nothing is changed; agreement.ana.toml was not made.\n")
    desk.edits(DIARY.replace("%s", "8:00-9:00"))
    code, screen = desk.open("--for", "ana").ended()
    own = desk.path / "agreement.ana.toml"
    assert (code, screen) == (0, "agreement.ana.toml is saved.\n")
    assert own.read_text(encoding="utf-8").startswith("# Time of Ana's own, which nobody else sees anything of.")
    assert stat.S_IMODE(own.stat().st_mode) == 0o600
    assert desk.file.read_bytes() == desk.before


def test_a_file_of_ones_own_is_checked_by_its_own_rules(desk):
    desk.edits(DIARY.replace("%s", "8:00"))
    run = desk.open("--for", "ana")
    screen = run.until(ASKED)
    assert "agreement.ana.toml:9:6: error: me_blocks.diary.at: how long?" in screen
    run.type("t")
    assert "agreement.ana.toml was not made." in run.ended()[1]
    code, screen = desk.open("--for", "zoe").ended()
    assert code == 2
    assert 'no person "zoe"' in screen
    assert desk.open("--for", "everyone").ended()[0] == 2


# ── without a terminal ───────────────────────────────────────────────


def test_without_a_terminal_there_is_another_way(run_planner, tmp_path):
    (tmp_path / "agreement.toml").write_bytes((ROOT / "examples" / "ana-and-ben.toml").read_bytes())
    done = run_planner("edit")
    assert done.exit_code == 2
    assert done.stderr == (
        "planner: edit needs a terminal, and there is none here; change the file in any editor and run `planner "
        "check`, or use `planner revise`\n"
    )
    assert os.listdir(tmp_path) == ["agreement.toml"]
