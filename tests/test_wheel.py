"""What a person installs is whole: the wheel, put into an empty environment, runs and finds its templates."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

import planner
from tests.test_house import house, imports

ROOT = Path(__file__).parent.parent

EXTRAS = {"holidays"}  # what a module imports only where the extra of that name is installed

# Building and installing take seconds: whatever runs these tests side by side keeps them in one process.
pytestmark = pytest.mark.xdist_group("wheel")


def run(*command: str | os.PathLike[str], cwd: Path) -> subprocess.CompletedProcess[str]:
    """The command's outcome, run away from the checkout and without a word of it in the environment."""
    hidden = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
    env = {k: v for k, v in os.environ.items() if k not in hidden and not k.startswith(("PLANNER_", "COV_"))}
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, encoding="utf-8", timeout=300, check=False)


def pip(*arguments: str | os.PathLike[str], cwd: Path) -> None:
    done = run(sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments, cwd=cwd)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    pip("wheel", "--no-deps", "--wheel-dir", folder, ROOT, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the programs of a new environment that holds the wheel and what it asks for."""
    folder = tmp_path_factory.mktemp("empty")
    venv.create(folder, with_pip=False, symlinks=os.name != "nt")
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    pip("--python", programs / "python", "install", "--quiet", wheel, cwd=folder)
    return programs


@pytest.fixture(scope="module")
def names(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def test_the_wheel_holds_every_module_and_template(names):
    modules = [f"planner/{p.relative_to(ROOT / 'planner').as_posix()}" for p in (ROOT / "planner").rglob("*.py")]
    templates = [
        f"planner/templates/{p.relative_to(ROOT / 'templates').as_posix()}"
        for p in (ROOT / "templates").rglob("*")
        if p.is_file()
    ]
    assert templates
    assert {*modules, *templates} - set(names) == set()
    assert len(names) == len(set(names))


def test_the_wheel_holds_its_license_and_says_that_it_is_typed(names):
    assert "planner/py.typed" in names
    assert [name for name in names if name.endswith("licenses/LICENSE")]


def test_the_wheel_holds_nothing_else(names):
    tops = {name.split("/")[0] for name in names}
    assert tops == {"planner", f"planner-{planner.__version__}.dist-info"}


def test_the_installed_planner_knows_its_version(installed, tmp_path):
    done = run(installed / "planner", "--version", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert planner.__version__ in done.stdout


def test_the_installed_planner_runs_as_a_module(installed, tmp_path):
    done = run(installed / "python", "-m", "planner", "--version", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert planner.__version__ in done.stdout


def test_the_installed_planner_finds_its_templates(installed, tmp_path):
    done = run(installed / "planner", "init", "--list", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip()


def test_the_installed_planner_has_every_library_that_a_module_imports(installed, tmp_path):
    modules = house()
    names = {name for m, source in modules.items() for name, _, _ in imports(m, source, modules)}
    libraries = {name.split(".")[0] for name in names} - set(sys.stdlib_module_names) - EXTRAS
    assert "click" in libraries
    done = run(installed / "python", "-c", f"import {', '.join(sorted(libraries))}", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
