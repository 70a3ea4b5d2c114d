"""Passwords come from a command, a variable or a keyring, in plain words where they do not, and show nowhere."""

from __future__ import annotations

import copy
import pickle
import sys
import time

import keyring
import pytest
from keyring.backends import fail

from planner.sync.secrets import (
    Secret,
    SecretTrouble,
    forget_in_keyring,
    found_in_keyring,
    from_command,
    from_environment,
    has_keyring,
    in_keyring,
    keep_in_keyring,
)
from planner.sync.troubles import ServerTrouble
from tests.keyrings import Locked, Memory

HIDDEN = "hunter2-secret"


@pytest.fixture(autouse=True)
def ring():
    before = keyring.get_keyring()
    mine = Memory()
    keyring.set_keyring(mine)
    yield mine
    keyring.set_keyring(before)


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


# ── a secret ──


def test_a_secret_shows_nowhere():
    secret = Secret(HIDDEN)
    shown = [f"{secret}", f"{secret!r}", f"{secret:>30}", str([secret]), "%s" % secret, str({"a": secret})]  # noqa: UP031
    assert not any("hunter2" in text for text in shown)
    assert secret.reveal() == HIDDEN
    for copied in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError, match="not to be copied"):
            copied(secret)


def test_a_trouble_with_a_secret_ends_a_command_as_one_with_a_server_does():
    assert issubclass(SecretTrouble, ServerTrouble)
    assert SecretTrouble("x").cause == "secret"


# ── a command ──


def test_the_first_line_that_a_command_prints():
    assert from_command(python(f"print('{HIDDEN}'); print('user: ana')")).reveal() == HIDDEN
    assert from_command(python("print('with space ', end='')")).reveal() == "with space "
    assert from_command(python("import sys; sys.stdout.buffer.write('pä\\r\\n'.encode())")).reveal() == "pä"


def test_a_command_is_run_by_no_shell():
    assert from_command(["echo", "$HOME; echo `id`"]).reveal() == "$HOME; echo `id`"


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["no-such-command-here"], "was not found: no-such-command-here; look at how it is written"),
        (python(f"print('{HIDDEN}'); raise SystemExit(3)"), r"failed \(status 3\); try it by hand"),
        (python("pass"), "printed nothing on its first line"),
        (python(f"print(); print('{HIDDEN}')"), "printed nothing on its first line"),
        (python("import sys; sys.stdout.buffer.write(b'\\xff\\xfe')"), "is no text"),
        (python(f"print('{HIDDEN}\\0')"), "is more than one line"),
        (["/"], "could not be run: permission denied"),
        (["a\0b"], "could not be run"),
    ],
    ids=["missing", "fails", "empty", "empty line", "bytes", "zero", "folder", "nul"],
)
def test_a_command_that_gives_no_password_is_told_in_plain_words(command, said):
    with pytest.raises(SecretTrouble, match=said) as caught:
        from_command(command)
    assert "hunter2" not in f"{caught.value}{caught.value!r}"
    assert caught.value.__cause__ is None


def test_a_command_that_does_not_end_is_ended():
    before = time.monotonic()
    with pytest.raises(SecretTrouble, match="did not end within 0 seconds; does it wait for something"):
        from_command(python("import time; time.sleep(60)"), timeout=0.2)
    assert time.monotonic() - before < 8


def test_what_a_command_complains_of_is_seen_and_what_it_prints_is_not(capfd):
    with pytest.raises(SecretTrouble):
        from_command(python(f"import sys; print('{HIDDEN}'); print('gpg: no key', file=sys.stderr); sys.exit(1)"))
    seen = capfd.readouterr()
    assert seen.err == "gpg: no key\n"
    assert seen.out == ""


# ── a variable ──


def test_a_variable():
    assert from_environment("PW", {"PW": f"{HIDDEN}\n"}).reveal() == HIDDEN
    with pytest.raises(SecretTrouble, match="variable PW, which should hold the password, is not set"):
        from_environment("PW", {})
    with pytest.raises(SecretTrouble, match="is empty"):
        from_environment("PW", {"PW": ""})
    with pytest.raises(SecretTrouble, match="more than one line") as caught:
        from_environment("PW", {"PW": f"a\n{HIDDEN}"})
    assert "hunter2" not in str(caught.value)


# ── the keyring ──


def test_the_keyring_keeps_and_forgets(ring):
    keep_in_keyring("ana@x.example", Secret(HIDDEN))
    assert ring.kept == {("planner", "ana@x.example"): HIDDEN}
    assert in_keyring("ana@x.example", "ana").reveal() == HIDDEN
    assert forget_in_keyring("ana@x.example")
    assert not forget_in_keyring("ana@x.example")
    assert found_in_keyring("ana@x.example") is None
    with pytest.raises(SecretTrouble, match=r"holds no password for ana@x.example; `planner connect ana`"):
        in_keyring("ana@x.example", "ana")


@pytest.mark.parametrize(
    ("backend", "said"),
    [(fail.Keyring, "this machine has no keyring that planner could use"), (Locked, "is locked, or cannot be opened")],
)
def test_where_no_keyring_is_the_other_ways_are_named(backend, said):
    keyring.set_keyring(backend())
    assert has_keyring() == (backend is Locked)
    assert found_in_keyring("ana@x.example") is None
    for way in (lambda: in_keyring("ana@x.example", "ana"), lambda: keep_in_keyring("a", Secret(HIDDEN))):
        with pytest.raises(SecretTrouble, match=said) as caught:
            way()
        assert "--password-command" in str(caught.value)
        assert "--password-env" in str(caught.value)
        assert "hunter2" not in str(caught.value)


def test_what_a_keyring_says_of_its_failure_is_left_out():
    keyring.set_keyring(Memory(longest=3))
    with pytest.raises(SecretTrouble, match=r"the keyring of this machine failed \(OSError\)") as caught:
        keep_in_keyring("a", Secret(HIDDEN))
    assert "hunter2" not in str(caught.value)
