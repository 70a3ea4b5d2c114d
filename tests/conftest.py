"""What every test may ask for: the planner, run in this process or in one of its own.

Both run in a folder of the test's own, at a home of its own, with no PLANNER_ variable and 80 columns.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tomllib
import zoneinfo
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, Protocol

import pytest
from hypothesis import settings

from planner import zones

ROOT = Path(__file__).parent.parent

if zones._is_reordered(tuple(zoneinfo.TZPATH)):  # the engines ask zoneinfo: they get the later release too
    zoneinfo.reset_tzpath(to=())


class Shelf(NamedTuple):
    """Templates as the reading is handed them."""

    programs: Mapping[str, object] = {}
    prompts: Mapping[str, object] = {}

    def __call__(self, kind: str) -> Mapping[str, object]:
        return {"programs": self.programs, "prompts": self.prompts}[kind]


def _values(kind: str) -> dict[str, dict]:
    return {
        path.stem: tomllib.loads(path.read_text(encoding="utf-8"))
        for path in (ROOT / "templates" / kind).glob("*.toml")
    }


SHELF = Shelf(_values("programs"), _values("prompts"))
"""The templates of programmes and prompts, as tests of the reading are given them."""

# "ci" tries the same examples every time, so that it judges the change and not the day; the others look for new ones.
# From "default", because Hypothesis loads a profile of its own where it sees a CI.
for name, examples in (("dev", 25), ("ci", 100), ("long", 2000)):
    settings.register_profile(
        name,
        settings.get_profile("default"),
        max_examples=examples,
        deadline=None,
        print_blob=True,
        derandomize=name == "ci",
    )
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))


class Ran(NamedTuple):
    """What one run of the planner left: its exit code and what it said."""

    exit_code: int
    stdout: str
    stderr: str


class Run(Protocol):
    """Runs the planner; `env` goes over the clean environment, and None takes a variable away."""

    def __call__(
        self,
        *args: str | os.PathLike[str],
        cwd: str | os.PathLike[str] | None = None,
        input: str | None = None,  # noqa: A002  (the name that subprocess and click give it)
        env: Mapping[str, str | None] | None = None,
    ) -> Ran: ...


@pytest.fixture
def planner_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home that the planner finds: an empty folder, which outlives one run of it but not the test."""
    return tmp_path_factory.mktemp("home")


def changed_environment(home: Path) -> dict[str, str | None]:
    """What the planner finds changed in its environment; None where a variable is gone."""
    colors = ("NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "TTY_COMPATIBLE")
    gone = [name for name in os.environ if name.startswith(("PLANNER_", "XDG_")) or name in colors]
    nobodys = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}  # never a developer's own
    return {**dict.fromkeys(gone), **nobodys, "COLUMNS": "80", "HOME": str(home), "USERPROFILE": str(home)}


@pytest.fixture
def run_planner(tmp_path: Path, planner_home: Path) -> Run:
    """Runs the planner in this process. An exception that gets out of it fails the test."""
    from click.testing import CliRunner

    from planner.cli import main

    def run(*args, cwd=None, input=None, env=None) -> Ran:  # noqa: A002
        with contextlib.chdir(cwd or tmp_path):
            result = CliRunner().invoke(
                main,
                [os.fspath(arg) for arg in args],
                input=input,
                env={**changed_environment(planner_home), **(env or {})},
                prog_name="planner",
                catch_exceptions=False,
            )
        return Ran(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture
def spawn_planner(tmp_path: Path, planner_home: Path) -> Run:
    """Runs the planner as a process of its own: slower, and with real pipes and signals."""

    def spawn(*args, cwd=None, input=None, env=None) -> Ran:  # noqa: A002
        changes = {
            "PYTHONPATH": str(ROOT),
            "PYTHONIOENCODING": "utf-8",
            **changed_environment(planner_home),
            **(env or {}),
        }
        kept = {name: value for name, value in os.environ.items() if name not in changes}
        done = subprocess.run(
            [sys.executable, "-m", "planner", *map(os.fspath, args)],
            cwd=cwd or tmp_path,
            input=input or "",
            env=kept | {name: value for name, value in changes.items() if value is not None},
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    return spawn
