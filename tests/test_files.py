"""Files are written at once or not at all: whatever goes wrong, the old one is whole and nothing lies about."""

from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from planner.files import FileTroubleError, create_whole, read_agreement_file, text_of, write_whole
from planner.problems import Problem

ROOT = Path(__file__).parent.parent
OLD, NEW = b"old\n" * 100, b"new\r\n" * 200

posix = pytest.mark.skipif(os.name != "posix", reason="of POSIX systems")


def full(*_args):
    raise OSError(errno.ENOSPC, "No space left on device")


def broken(*_args):
    raise OSError(errno.EIO, "Input/output error")


def interrupted(*_args):
    raise KeyboardInterrupt


FAULTS = [
    ("fsync", full, FileTroubleError, "was not written: no space left on device"),
    ("fdopen", full, FileTroubleError, "was not written: no space left on device"),
    ("chmod", broken, FileTroubleError, "was not written: input/output error"),
    ("replace", broken, FileTroubleError, "was not written: input/output error"),
    ("replace", interrupted, KeyboardInterrupt, ""),
    ("fsync", interrupted, KeyboardInterrupt, ""),
]


@pytest.fixture
def file(tmp_path):
    """A file that holds OLD, alone in its folder."""
    path = tmp_path / "agreement.toml"
    path.write_bytes(OLD)
    return path


# ── writing over a file ──


def test_a_file_is_written_whole(file):
    write_whole(str(file), NEW, expected=OLD)
    assert file.read_bytes() == NEW
    assert os.listdir(file.parent) == [file.name]


@pytest.mark.parametrize(("step", "fault", "error", "said"), FAULTS)
def test_whatever_fails_the_old_file_is_whole_and_nothing_lies_about(step, fault, error, said, file, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(f"os.{step}", fault)
        with pytest.raises(error) as caught:
            write_whole(str(file), NEW, expected=OLD)
    assert said in str(caught.value)
    assert file.read_bytes() == OLD
    assert os.listdir(file.parent) == [file.name]


@posix
def test_a_disk_that_is_full_leaves_the_old_file_whole(file):
    """The limit on a file's size is met by the system itself, in the middle of writing."""
    code = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500))\n"
        "from planner.files import FileTroubleError, write_whole\n"
        "try:\n"
        f"    write_whole({str(file)!r}, {NEW!r})\n"
        "except FileTroubleError as e:\n"
        "    print(e)\n"
    )
    assert run(code).stdout == f"{file} was not written: file too large\n"
    assert file.read_bytes() == OLD
    assert os.listdir(file.parent) == [file.name]


@posix
@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_kill_in_the_middle_leaves_the_old_file_whole(step, file):
    code = (
        "import os, signal\n"
        "from planner.files import write_whole\n"
        f"os.{step} = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        f"write_whole({str(file)!r}, {NEW!r})\n"
    )
    assert run(code).returncode == -signal.SIGKILL
    assert file.read_bytes() == OLD


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)


@posix
def test_permissions_stay(file):
    file.chmod(0o640)
    write_whole(str(file), NEW)
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


@posix
def test_a_link_stays_and_what_it_leads_to_is_written(file, tmp_path):
    link = tmp_path / "links" / "ours.toml"
    link.parent.mkdir()
    link.symlink_to(file)
    write_whole(str(link), NEW, expected=OLD)
    assert link.is_symlink()
    assert file.read_bytes() == NEW
    assert os.listdir(link.parent) == [link.name]


@pytest.mark.parametrize("change", ["newer", "removed"])
def test_a_change_made_meanwhile_stays(change, file):
    file.unlink() if change == "removed" else file.write_bytes(b"newer")
    with pytest.raises(FileTroubleError, match="was changed by another program meanwhile, and nothing was written"):
        write_whole(str(file), NEW, expected=OLD)
    assert os.listdir(file.parent) == ([] if change == "removed" else [file.name])
    assert change == "removed" or file.read_bytes() == b"newer"


def test_a_change_made_while_we_write_stays(file, monkeypatch):
    def slow(_handle):
        file.write_bytes(b"newer")

    monkeypatch.setattr("os.fsync", slow)
    with pytest.raises(FileTroubleError, match="meanwhile"):
        write_whole(str(file), NEW, expected=OLD)
    assert file.read_bytes() == b"newer"


def test_a_read_only_file_stays(file):
    file.chmod(0o444)
    with pytest.raises(FileTroubleError, match="is read-only, and nothing was written; make it writable first"):
        write_whole(str(file), NEW)
    assert file.read_bytes() == OLD


def test_a_folder_that_takes_no_new_file_is_said(file, monkeypatch):
    def refused(**_more):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(tempfile, "mkstemp", refused)
    with pytest.raises(FileTroubleError, match=f"no new file may go into its folder; allow that for {file.parent}"):
        write_whole(str(file), NEW)
    assert file.read_bytes() == OLD


@posix
def test_a_pipe_is_no_file(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(FileTroubleError, match="is no ordinary file, and nothing was written; name another one"):
        write_whole(str(pipe), NEW, expected=OLD)
    assert os.listdir(tmp_path) == [pipe.name]


def test_a_long_name_is_written_too(tmp_path):
    path = tmp_path / ("約" * 83)
    path.write_bytes(OLD)
    write_whole(str(path), NEW)
    assert path.read_bytes() == NEW


def test_a_name_alone_is_in_this_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_whole("a.toml", OLD)
    create_whole("b.toml", NEW)
    assert sorted(os.listdir(tmp_path)) == ["a.toml", "b.toml"]


# ── writing a new file ──


@posix
def test_a_new_file_has_the_permissions_of_any_other(tmp_path):
    (tmp_path / "other").write_bytes(b"")
    create_whole(str(tmp_path / "a.toml"), NEW)
    write_whole(str(tmp_path / "b.toml"), NEW)
    assert len({p.stat().st_mode for p in tmp_path.iterdir()}) == 1
    assert (tmp_path / "a.toml").read_bytes() == (tmp_path / "b.toml").read_bytes() == NEW


@pytest.mark.parametrize("there", ["file", "folder", "link to nowhere"])
def test_what_is_there_is_never_written_over(there, tmp_path):
    path = tmp_path / "agreement.toml"
    match there:
        case "file":
            path.write_bytes(OLD)
        case "folder":
            path.mkdir()
        case _:
            path.symlink_to(tmp_path / "nowhere")
    with pytest.raises(FileTroubleError, match="is there already and stays as it is; choose another name"):
        create_whole(str(path), NEW)
    assert os.listdir(tmp_path) == [path.name]
    assert there != "file" or path.read_bytes() == OLD


@pytest.mark.parametrize(("step", "fault", "error", "said"), FAULTS)
def test_whatever_fails_there_is_no_new_file(step, fault, error, said, tmp_path, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(f"os.{step}", fault)
        if step == "replace":  # which comes where the disk knows no second names
            patched.setattr("os.link", fault)
        with pytest.raises(error) as caught:
            create_whole(str(tmp_path / "agreement.toml"), NEW)
    assert said in str(caught.value)
    assert os.listdir(tmp_path) == []


def test_a_folder_that_is_not_there_is_said(tmp_path):
    path = tmp_path / "ours" / "agreement.toml"
    for write in (create_whole, write_whole):
        with pytest.raises(FileTroubleError) as caught:
            write(str(path), NEW)
        assert str(caught.value) == f"{path} was not written: there is no folder {path.parent}; make it first"


@pytest.mark.parametrize("write", [create_whole, write_whole])
def test_a_path_that_no_system_takes_is_said(write):
    with pytest.raises(FileTroubleError, match="was not written"):
        write("a\0b", NEW)


# ── reading ──


def test_reading_says_what_is_wrong(tmp_path):
    assert isinstance(read_agreement_file(str(tmp_path)), Problem)
    missing = read_agreement_file("nowhere.toml")
    assert isinstance(missing, Problem)
    assert missing.message == "there is no such file; `planner init nowhere.toml` writes a first one"
    someone = read_agreement_file("ben")
    assert isinstance(someone, Problem)
    hint = "a person stands behind an option, each with its own: --for ben, --by ana --by ben"
    assert someone.message == f"there is no file of that name; {hint}"
    assert text_of(str(tmp_path / "nowhere")) is None


# ── from the command line ──


@pytest.mark.parametrize(("step", "fault"), [("replace", broken), ("fsync", full)])
def test_a_command_says_in_one_line_why_nothing_was_written(step, fault, run_planner, tmp_path, monkeypatch):
    file = tmp_path / "agreement.toml"
    raw = (ROOT / "examples" / "ana-and-ben.toml").read_bytes()
    file.write_bytes(raw)
    with monkeypatch.context() as patched:
        patched.setattr(f"os.{step}", fault)
        if step == "replace":
            patched.setattr("os.link", fault)
        edited = run_planner("skip", "pottery", "2027-02-24")
        begun = run_planner("init", "--from", "agreement.toml", "new.toml")
    for done, name in ((edited, "agreement.toml"), (begun, "new.toml")):
        assert (done.exit_code, done.stdout) == (3, "")
        assert done.stderr.startswith(f"planner: {name} was not written: ")
        assert done.stderr.count("\n") == 1
    assert file.read_bytes() == raw
    assert os.listdir(tmp_path) == ["agreement.toml"]
