"""The only room that opens files: reading whole, writing whole or not at all, finding templates.

In: paths as texts. Out: bytes, or a `Problem` that says what to do. What the bytes mean is not known here. (Paths are
texts and os.path joins them: pathlib would cost each command 2.5 ms.)
"""

from __future__ import annotations

import os
import stat

from planner.problems import ERROR, Problem

LONGEST_READ = 2 * 1024 * 1024 + 1


class FileTroubleError(Exception):
    """A file that cannot be read or written; the message says which, why, and what to do."""


def read_agreement_file(path: str) -> bytes | Problem:
    """The bytes of the agreement file; a Problem where there is none to read. Reads no more than is ever looked at."""

    def problem(code: str, message: str) -> Problem:
        return Problem(path, 1, 1, ERROR, "", code, message)

    try:
        if os.path.isdir(path):
            return problem("folder", "this is a folder; name the file inside it")
        with open(path, "rb") as file:
            return file.read(LONGEST_READ)
    except FileNotFoundError:
        return problem("missing-file", f"there is no such file; `planner init {path}` writes a first one")
    except PermissionError:
        return problem("unreadable", "this file may not be read; look at its permissions")
    except (OSError, ValueError) as e:
        return problem("unreadable", f"this file cannot be read: {_reason(e)}")


def text_of(path: str) -> str | None:
    """The text of a file with its own line ends, None where there is none. FileTroubleError where it cannot be read."""
    try:
        with open(path, encoding="utf-8", errors="replace", newline="") as file:
            return file.read()
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as e:
        raise FileTroubleError(f"{path} cannot be read: {_reason(e)}") from e


def write_whole(path: str, data: bytes, *, expected: bytes | None = None) -> None:
    """Write a file at once or not at all; links and permissions stay. FileTroubleError where it cannot be written.

    With `expected`, the file must still hold these bytes: nobody's newer edit is written over.
    """
    from tempfile import mkstemp

    target = os.path.realpath(path)
    temporary = None
    try:
        if expected is not None:
            with open(target, "rb") as file:
                if file.read(LONGEST_READ) != expected:
                    raise FileTroubleError(f"{path} was changed meanwhile by another program; nothing was written")
        mode = stat.S_IMODE(os.stat(target).st_mode) if os.path.exists(target) else 0o666 & ~_umask()
        folder, name = os.path.split(target)
        handle, temporary = mkstemp(prefix=f".{name[:100]}.", suffix=".new", dir=folder)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, mode)
        os.replace(temporary, target)
        temporary = None
    except (OSError, ValueError) as e:
        raise FileTroubleError(f"{path} cannot be written: {_reason(e)}") from e
    finally:
        if temporary is not None and os.path.exists(temporary):
            os.unlink(temporary)


def create_whole(path: str, data: bytes) -> None:
    """Write a new file; FileTroubleError where there is one already or it cannot be written."""
    try:
        with open(path, "xb") as file:
            file.write(data)
    except FileExistsError as e:
        raise FileTroubleError(f"{path} is there already and stays as it is; choose another name") from e
    except (OSError, ValueError) as e:
        raise FileTroubleError(f"{path} cannot be written: {_reason(e)}") from e


def make_folder(path: str) -> None:
    """Make a folder and those above it, where they are not there yet."""
    try:
        os.makedirs(path, exist_ok=True)
    except (OSError, ValueError) as e:
        raise FileTroubleError(f"the folder {path} cannot be made: {_reason(e)}") from e


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _reason(error: Exception) -> str:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return reason[:1].lower() + reason[1:]


# ── templates ────────────────────────────────────────────────────────


def templates_folder() -> str:
    """The folder of templates: inside the installed package, or beside it in a checkout."""
    package = os.path.dirname(os.path.abspath(__file__))
    inside = os.path.join(package, "templates")
    return inside if os.path.isdir(inside) else os.path.join(os.path.dirname(package), "templates")


def agreement_templates() -> dict[str, str]:
    """The paths of the templates for agreements, by name."""
    folder = os.path.join(templates_folder(), "agreements")
    names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    return {name[:-5]: os.path.join(folder, name) for name in names if name.endswith(".toml")}
