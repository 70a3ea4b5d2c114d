"""Passwords and tokens: from the keyring, a command, or an environment variable. The only room that starts a program.

In: names, words of a command. Out: a `Secret`, whose text shows nowhere unless it is asked for; or `SecretTrouble` with
cause and remedy. No secret enters a message, a log, the settings, or the words of a command.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from planner.sync.troubles import ServerTrouble

SERVICE = "planner"
"""The name under which the keyring keeps all of ours."""

COMMAND_TIMEOUT = 120.0
"""Seconds: a password manager may ask its person for a finger or a phrase first."""

_LONGEST = 100_000


class Secret:
    """A password or token. Printing, formatting or comparing it by mistake shows nothing."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself, for the one place that sends it."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __reduce__(self) -> Any:
        raise TypeError("a secret is not to be copied into a file")


class SecretTrouble(ServerTrouble):
    """A password or token that is not to be had; the message says why, and what would help."""

    def __init__(self, message: str) -> None:
        super().__init__("secret", message)


# ── a command, a variable ────────────────────────────────────────────


def from_command(words: Sequence[str], timeout: float = COMMAND_TIMEOUT) -> Secret:
    """The first line that a command prints. It is run as it is, by no shell; what it asks or complains of is seen.

    SecretTrouble where it cannot be run, fails, takes longer than `timeout` seconds, or prints nothing.
    """
    import subprocess

    name = words[0] if words else ""
    try:
        # Its complaints and questions go to the person as they come, for a password store may have to ask.
        done = subprocess.run(  # noqa: S603  (the person's own command, from their own settings)
            list(words), stdout=subprocess.PIPE, timeout=timeout, check=False
        )
    except subprocess.TimeoutExpired:
        raise SecretTrouble(
            f"the command for the password, {name}, did not end within {timeout:.0f} seconds; "
            "does it wait for something, such as a locked password store?"
        ) from None
    except FileNotFoundError:
        raise SecretTrouble(
            f"the command for the password was not found: {name}; look at how it is written, or give its whole path"
        ) from None
    except (OSError, ValueError) as e:
        why = e.strerror if isinstance(e, OSError) and e.strerror else "its words cannot be used"
        raise SecretTrouble(f"the command for the password, {name}, could not be run: {why.lower()}") from None
    if done.returncode:
        raise SecretTrouble(
            f"the command for the password, {name}, failed (status {done.returncode}); "
            "try it by hand, and see that it prints the password"
        )
    lines = done.stdout[:_LONGEST].splitlines()
    try:
        text = lines[0].decode() if lines else ""
    except UnicodeDecodeError:
        raise SecretTrouble(f"what the command for the password, {name}, prints is no text (UTF-8)") from None
    if not text.strip():
        raise SecretTrouble(
            f"the command for the password, {name}, printed nothing on its first line; "
            "the password is to be its first line"
        )
    return _checked(text, f"what the command {name} prints")


def from_environment(name: str, environ: Mapping[str, str]) -> Secret:
    """What an environment variable holds."""
    text = environ.get(name, "")
    if not text:
        state = "is empty" if name in environ else "is not set"
        raise SecretTrouble(
            f"the environment variable {name}, which should hold the password, {state}; set it before planner runs"
        )
    return _checked(text.rstrip("\r\n"), f"what {name} holds")


def _checked(text: str, what: str) -> Secret:
    """A secret of one line that can stand in a header."""
    if any(ch in text for ch in "\r\n\0"):
        raise SecretTrouble(f"{what} is more than one line; a password is one line")
    return Secret(text)


# ── the keyring ──────────────────────────────────────────────────────

_INSTEAD = (
    "keep the password elsewhere: --password-command 'pass show planner' (any command that prints it), or "
    "--password-env NAME (an environment variable)"
)


def has_keyring() -> bool:
    """Whether this machine has a keyring that planner could use."""
    import keyring
    from keyring.backends import fail

    try:
        return not isinstance(keyring.get_keyring(), fail.Keyring)
    except Exception:  # a keyring that cannot even say what it is
        return False


def in_keyring(name: str, account: str) -> Secret:
    """The secret of this name; `account` is the calendar's name, for the remedy."""
    found = found_in_keyring(name, is_needed=True)
    if found is None:
        raise SecretTrouble(
            f"the keyring of this machine holds no password for {name}; `planner connect {account}` asks for it again"
        )
    return found


def found_in_keyring(name: str, *, is_needed: bool = False) -> Secret | None:
    """The secret of this name, None where there is none; where no keyring is, that too, unless one is needed."""
    import keyring

    try:
        text = keyring.get_password(SERVICE, name)
    except Exception as e:  # backends raise whatever their system gives them
        if not is_needed:
            return None
        raise _trouble(e) from None
    return Secret(text) if text else None


def keep_in_keyring(name: str, secret: Secret) -> None:
    """Keep a secret under this name. SecretTrouble where the keyring does not take it."""
    import keyring

    try:
        keyring.set_password(SERVICE, name, secret.reveal())
    except Exception as e:  # as above
        raise _trouble(e) from None


def forget_in_keyring(name: str) -> bool:
    """Take a secret out of the keyring; whether there was one."""
    import keyring

    try:
        keyring.delete_password(SERVICE, name)
    except Exception:  # nothing there, or no keyring: either way it is not in it
        return False
    return True


def _trouble(error: Exception) -> SecretTrouble:
    """What the keyring's failure means. Its own words are left out: nobody knows what they repeat."""
    from keyring.errors import InitError, KeyringLocked, NoKeyringError

    if isinstance(error, NoKeyringError):
        return SecretTrouble(f"this machine has no keyring that planner could use; {_INSTEAD}")
    if isinstance(error, KeyringLocked | InitError):
        return SecretTrouble(f"the keyring of this machine is locked, or cannot be opened; unlock it, or {_INSTEAD}")
    return SecretTrouble(f"the keyring of this machine failed ({type(error).__name__}); look at it, or {_INSTEAD}")
