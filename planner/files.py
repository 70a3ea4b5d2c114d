"""The only room that opens files: reading whole, writing whole or not at all, finding templates.

In: paths. Out: bytes, or a `Problem` that says what to do. What the bytes mean is not known here.
"""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

from planner.problems import ERROR, Problem

LONGEST_READ = 2 * 1024 * 1024 + 1


class FileTroubleError(Exception):
    """A file that cannot be read or written; the message says which, why, and what to do."""


def read_agreement_file(path: Path) -> bytes | Problem:
    """The bytes of the agreement file; a Problem where there is none to read. Reads no more than is ever looked at."""
    name = str(path)

    def problem(code: str, message: str) -> Problem:
        return Problem(name, 1, 1, ERROR, "", code, message)

    try:
        if path.is_dir():
            return problem("folder", "this is a folder; name the file inside it")
        with path.open("rb") as file:
            return file.read(LONGEST_READ)
    except FileNotFoundError:
        return problem("missing-file", f"there is no such file; `planner init {name}` writes a first one")
    except PermissionError:
        return problem("unreadable", "this file may not be read; look at its permissions")
    except (OSError, ValueError) as e:
        return problem("unreadable", f"this file cannot be read: {_reason(e)}")


def text_of(path: Path) -> str | None:
    """The text of a file with its own line ends, None where there is none. FileTroubleError where it cannot be read."""
    try:
        return path.read_bytes().decode("utf-8", errors="replace")
    except FileNotFoundError:
        return None
    except OSError as e:
        raise FileTroubleError(f"{path} cannot be read: {_reason(e)}") from e


def write_whole(path: Path, data: bytes, *, expected: bytes | None = None) -> None:
    """Write a file at once or not at all; links and permissions stay. FileTroubleError where it cannot be written.

    With `expected`, the file must still hold these bytes: nobody's newer edit is written over.
    """
    target = Path(os.path.realpath(path))
    temporary = None
    try:
        if expected is not None and target.read_bytes()[:LONGEST_READ] != expected:
            raise FileTroubleError(f"{path} was changed by another program meanwhile; nothing was written, try again")
        mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o666 & ~_umask()
        handle, temporary = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".new", dir=target.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(mode)
        Path(temporary).replace(target)
        temporary = None
    except OSError as e:
        raise FileTroubleError(f"{path} cannot be written: {_reason(e)}") from e
    finally:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)


def create_whole(path: Path, data: bytes) -> None:
    """Write a new file; FileTroubleError where there is one already or it cannot be written."""
    try:
        with path.open("xb") as file:
            file.write(data)
    except FileExistsError as e:
        raise FileTroubleError(f"{path} is there already and stays as it is; choose another name") from e
    except OSError as e:
        raise FileTroubleError(f"{path} cannot be written: {_reason(e)}") from e


def make_folder(path: Path) -> None:
    """Make a folder and those above it, where they are not there yet."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as e:
        raise FileTroubleError(f"the folder {path} cannot be made: {_reason(e)}") from e


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _reason(error: Exception) -> str:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return reason[:1].lower() + reason[1:]


# ── templates ────────────────────────────────────────────────────────


def templates_folder() -> Path:
    """The folder of templates: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).parent
    inside = package / "templates"
    return inside if inside.is_dir() else package.parent / "templates"


def agreement_templates() -> dict[str, Path]:
    """The templates for agreements, by name."""
    return {path.stem: path for path in sorted((templates_folder() / "agreements").glob("*.toml"))}
