"""The only room that opens files: reading whole, writing whole or not at all, finding templates.

In: paths as texts. Out: bytes, or a `Problem` that says what to do. What the bytes mean is not known here. (Paths are
texts and os.path joins them: pathlib would cost each command 2.5 ms.)
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

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
    try:
        target = os.path.realpath(path)
        before = os.stat(target) if os.path.lexists(target) else None
        if before and not stat.S_ISREG(before.st_mode):
            raise FileTroubleError(f"{path} is no ordinary file, and nothing was written; name another one")
        if before and not (before.st_mode & 0o222 and os.access(target, os.W_OK)):
            raise FileTroubleError(f"{path} is read-only, and nothing was written; make it writable first")
        with _written_beside(target, data) as temporary:
            if before:
                with suppress(OSError, AttributeError):  # only the owner may give a file away, and not on Windows
                    os.chown(temporary, before.st_uid, before.st_gid)
            os.chmod(temporary, stat.S_IMODE(before.st_mode) if before else 0o666 & ~_umask())
            if expected is not None and not _holds(target, expected):
                raise FileTroubleError(
                    f"{path} was changed by another program meanwhile, and nothing was written; try again"
                )
            os.replace(temporary, target)
    except (OSError, ValueError) as e:
        raise _trouble(path, e) from e


def create_whole(path: str, data: bytes) -> None:
    """Write a new file at once or not at all; FileTroubleError where there is one already or it cannot be written."""
    try:
        with _written_beside(path, data) as temporary:
            os.chmod(temporary, 0o666 & ~_umask())
            with open(path, "xb"):  # the name is ours from here on, and nobody's file is written over
                pass
            try:
                os.replace(temporary, path)
            except BaseException:
                os.unlink(path)
                raise
    except FileExistsError as e:
        raise FileTroubleError(f"{path} is there already and stays as it is; choose another name") from e
    except (OSError, ValueError) as e:
        raise _trouble(path, e) from e


@contextmanager
def _written_beside(path: str, data: bytes) -> Iterator[str]:
    """The path of a temporary file in the same folder that holds `data` safely; gone afterwards, whatever happens."""
    from tempfile import mkstemp

    folder, name = os.path.split(path)
    handle, temporary = mkstemp(prefix=f".{name[:40]}.", suffix=".new", dir=folder or ".")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        yield temporary
    finally:
        with suppress(OSError):  # moved into its place, as a rule
            os.unlink(temporary)


def _holds(path: str, data: bytes) -> bool:
    try:
        with open(path, "rb") as file:
            return file.read(LONGEST_READ) == data
    except FileNotFoundError:
        return False


def _trouble(path: str, error: Exception) -> FileTroubleError:
    """What kept a file from being written, and what would help."""
    link = "\0" not in path and os.path.islink(path)
    folder = os.path.dirname(os.path.realpath(path) if link else path) or "."
    if isinstance(error, FileNotFoundError):
        return FileTroubleError(f"{path} was not written: there is no folder {folder}; make it first")
    if isinstance(error, PermissionError):
        return FileTroubleError(f"{path} was not written: no new file may go into its folder; allow that for {folder}")
    return FileTroubleError(f"{path} was not written: {_reason(error)}")


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


def config_folder() -> str:
    """The folder for planner's own things on this machine; whether it is there is not known here."""
    if os.name == "nt":
        base = os.environ.get("APPDATA") or os.path.expanduser("~")
    elif os.environ.get("XDG_CONFIG_HOME"):
        base = os.environ["XDG_CONFIG_HOME"]
    elif sys.platform == "darwin":
        base = os.path.expanduser("~/Library/Application Support")
    else:
        base = os.path.expanduser("~/.config")
    return os.path.join(base, "planner")


def agreement_templates() -> dict[str, str]:
    """The paths of the templates for agreements, by name: planner's, then a couple's own."""
    return templates("agreements")


def sheet_templates() -> dict[str, str]:
    """The paths of the sheets for talks, by name."""
    return templates("sheets", ".md")


def templates(kind: str, ending: str = ".toml") -> dict[str, str]:
    """The paths of templates of one kind ("agreements", "programs", "prompts", "sheets"), by name.

    One of the couple's own stands in the place of ours with the same name.
    """
    found: dict[str, str] = {}
    for folder in (os.path.join(templates_folder(), kind), own_templates_folder(kind)):
        try:
            names = sorted(os.listdir(folder))
        except OSError:  # most have no folder of their own
            continue
        found |= {name.removesuffix(ending): os.path.join(folder, name) for name in names if name.endswith(ending)}
    return found


def own_templates_folder(kind: str) -> str:
    """The folder in which a couple keeps templates of their own."""
    return os.path.join(config_folder(), "templates", kind)


def is_own_template(path: str) -> bool:
    """Whether a template is a couple's own."""
    return not path.startswith(templates_folder() + os.sep)
