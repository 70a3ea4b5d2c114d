"""Keyrings that tests bring along, as the library `keyring` lets anyone do. None is the keyring of this machine."""

from __future__ import annotations

import json
import os
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError


class Memory(KeyringBackend):
    """Keeps secrets as long as the test lasts. `longest` is how much it takes, as Windows has a limit."""

    priority = 1

    def __init__(self, longest: int = 10_000) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.longest = longest

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if len(password) > self.longest:
            raise OSError(1783, "The stub received bad data")
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError("not there")


class Locked(Memory):
    """One that nobody has unlocked."""

    def get_password(self, *_: str) -> str | None:
        raise KeyringLocked("Failed to unlock the collection!")

    def set_password(self, *_: str) -> None:
        raise KeyringLocked("Failed to unlock the collection!")


class InFile(KeyringBackend):
    """Keeps secrets in the file that $KEYRING_FILE names, for a planner that is a process of its own."""

    priority = 1

    def _kept(self) -> dict[str, str]:
        path = Path(os.environ["KEYRING_FILE"])
        return json.loads(path.read_text("utf-8")) if path.exists() else {}

    def get_password(self, service: str, username: str) -> str | None:
        return self._kept().get(f"{service}: {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        kept = self._kept() | {f"{service}: {username}": password}
        Path(os.environ["KEYRING_FILE"]).write_text(json.dumps(kept), "utf-8")

    def delete_password(self, service: str, username: str) -> None:
        kept = self._kept()
        if kept.pop(f"{service}: {username}", None) is None:
            raise PasswordDeleteError("not there")
        Path(os.environ["KEYRING_FILE"]).write_text(json.dumps(kept), "utf-8")
