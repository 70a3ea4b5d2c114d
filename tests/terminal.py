"""The planner, or a shell, at a terminal of its own: what a person types and sees, and an editor that is a script.

In: arguments, what is typed. Out: what stands on the screen, and the exit code.
"""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).parent.parent
PLANNER = (sys.executable, "-m", "planner")


class Terminal:
    """A run of the planner, or of another program, whose three streams are a terminal."""

    def __init__(
        self,
        *arguments: str | os.PathLike[str],
        cwd: Path,
        env: Mapping[str, str | None],
        program: Sequence[str] = PLANNER,
    ) -> None:
        ours, theirs = pty.openpty()
        kept = {name: value for name, value in os.environ.items() if name not in env}
        changed = {name: value for name, value in env.items() if value is not None}
        self._screen = ours
        self._seen = ""
        self.process = subprocess.Popen(
            [*program, *map(os.fspath, arguments)],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            cwd=cwd,
            env=kept | changed | {"PYTHONPATH": str(ROOT)},
            start_new_session=True,
        )
        os.close(theirs)

    def until(self, text: str, seconds: float = 20, times: int = 1) -> str:
        """All that stands on the screen, once `text` is part of it, so many times."""
        end = time.monotonic() + seconds
        while self._seen.count(text) < times:
            assert time.monotonic() < end, f'no "{text}" in:\n{self._seen}'
            if select.select([self._screen], [], [], 0.1)[0]:
                try:
                    self._seen += os.read(self._screen, 65536).decode("utf-8", "replace").replace("\r\n", "\n")
                except OSError:  # the other end is gone
                    assert text in self._seen, f'no "{text}" in:\n{self._seen}'
        return self._seen

    def type(self, text: str) -> None:
        """Type a line."""
        self.press(f"{text}\n")

    def press(self, keys: str) -> None:
        """Press keys, and nothing after them."""
        os.write(self._screen, keys.encode())

    def end_of_input(self) -> None:
        """Press Ctrl-D at the beginning of a line."""
        os.write(self._screen, b"\x04")

    def interrupt(self) -> None:
        """Press Ctrl-C; again where nothing came of it, for a prompt that is only about to read may miss one."""
        for _ in range(10):
            self.process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(2)
                return

    def ended(self, seconds: float = 20) -> tuple[int, str]:
        """The exit code and the whole screen."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if select.select([self._screen], [], [], 0.1)[0]:
                try:
                    read = os.read(self._screen, 65536)
                except OSError:
                    break
                if not read:
                    break
                self._seen += read.decode("utf-8", "replace").replace("\r\n", "\n")
            elif self.process.poll() is not None:
                break
        code = self.process.wait(max(0.1, end - time.monotonic()))
        os.close(self._screen)
        return code, self._seen
