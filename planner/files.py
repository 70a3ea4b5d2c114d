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
LARGEST_CALENDAR = 32 * 1024 * 1024


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
        if os.path.islink(path):
            return problem("missing-file", "this is a link to a file that is not there; mend the link, or take it away")
        if os.path.dirname(path) or os.path.splitext(path)[1]:
            return problem("missing-file", f"there is no such file; `planner init {path}` writes a first one")
        hint = f"a person stands behind an option, each with its own: --for {path}, --by ana --by {path}"
        return problem("missing-file", f"there is no file of that name; {hint}")
    except PermissionError:
        return problem("unreadable", "this file may not be read; look at its permissions")
    except (OSError, ValueError) as e:
        return problem("unreadable", f"this file cannot be read: {_reason(e)}")


def history_folder(path: str) -> str:
    """The folder of the agreed versions of the agreement in `path`; beside the file itself where that is a link."""
    return f"{_stem(path)}.history"


def proposal_file(path: str) -> str:
    """The file of the yeses that wait for others, beside the agreement in `path`."""
    return f"{_stem(path)}.proposal.toml"


def reviews_folder(path: str) -> str:
    """The folder of the notes of reviews of the agreement in `path`."""
    return f"{_stem(path)}.reviews"


def _stem(path: str) -> str:
    return (os.path.realpath(path) if os.path.islink(path) else path).removesuffix(".toml")


def strayed_histories(path: str, agreement_id: str) -> list[str]:
    """Folders of agreed versions of this agreement that are named after another file beside it."""
    folder, own = os.path.dirname(_stem(path)), history_folder(path)
    found = []
    for name in sorted(os.listdir(folder or ".")):
        other = os.path.join(folder, name)
        if name.endswith(".history") and other != own and os.path.isdir(other):
            files = history_files(f"{other.removesuffix('.history')}.toml")
            if not isinstance(files, Problem) and any(f'"{agreement_id}"'.encode() in raw for raw in files.values()):
                found.append(other)
    return found


def review_notes(path: str) -> dict[str, str]:
    """The notes of reviews of the agreement in `path`, by day, in order; none where there is no folder of them."""
    folder = reviews_folder(path)
    try:
        names = sorted(os.listdir(folder))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as e:
        raise FileTroubleError(f"the notes of reviews in {folder} cannot be read: {_reason(e)}") from e
    days = [name for name in names if len(name) == 13 and name.endswith(".md")]
    return {name[:-3]: text_of(os.path.join(folder, name)) or "" for name in days}


def history_files(path: str) -> dict[str, bytes] | Problem:
    """The agreed versions of the agreement in `path`, name to bytes; none where there is no folder of them.

    A Problem where the folder or one of them cannot be read: what is agreed is never taken for less than it is.
    """
    folder = history_folder(path)
    try:
        names = os.listdir(folder)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as e:
        message = f"what was agreed cannot be read: {_reason(e)}; the folder of agreed versions belongs here, readable"
        return Problem(folder, 1, 1, ERROR, "", "unreadable", message)
    found: dict[str, bytes] = {}
    for name in sorted(names):
        if name.endswith(".toml") and not name.startswith("."):
            read = read_agreement_file(os.path.join(folder, name))
            if isinstance(read, Problem):
                return read
            found[name] = read
    return found


def bytes_of(path: str) -> bytes | None:
    """The bytes of a file, None where there is none. FileTroubleError where it cannot be read."""
    try:
        with open(path, "rb") as file:
            return file.read(LONGEST_READ)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as e:
        raise FileTroubleError(f"{path} cannot be read: {_reason(e)}") from e


def calendar_of(path: str) -> bytes | None:
    """The bytes of a calendar file by another program, None where there is none. FileTroubleError where it is no such.

    It is as large as it is; but not endless, and an ordinary file, so that nothing waits for ever.
    """
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise FileTroubleError(f"{path} is no ordinary file; name an .ics file")
        with open(path, "rb") as file:
            raw = file.read(LARGEST_CALENDAR + 1)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as e:
        raise FileTroubleError(f"{path} cannot be read: {_reason(e)}") from e
    if len(raw) > LARGEST_CALENDAR:
        raise FileTroubleError(f"{path} is larger than {LARGEST_CALENDAR >> 20} MB; export fewer years of it")
    return raw


def remove_file(path: str) -> None:
    """Take a file away, where it is there."""
    try:
        os.unlink(path)
    except FileNotFoundError:
        return
    except (OSError, ValueError) as e:
        raise FileTroubleError(f"{path} cannot be taken away: {_reason(e)}") from e


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
            if not _linked(temporary, path):
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


def _linked(temporary: str, path: str) -> bool:
    """Whether the file has this name now too, at once; False where the disk knows no second names."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except (OSError, AttributeError, NotImplementedError):
        return False
    return True


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


def sheet_templates(path: str | None = None) -> dict[str, str]:
    """The paths of the sheets for talks, by name; of a couple's own one, those in planner's languages are gone.

    With the `path` of an agreement, those in `templates` beside it come before all others.
    """
    found = templates("sheets", ".md")
    own = {n: p for folder in _own_folders("sheets", path) for n, p in _named_in(folder, ".md").items()}
    found = {n: p for n, p in found.items() if n in own or n.partition(".")[0] not in own}
    return found | {n: p for n, p in own.items() if n.partition(".")[0] != "review"}


def review_template(path: str, language: str = "en") -> str:
    """The path of the sheet for the review of the agreement in `path`: the couple's own, or planner's in a language."""
    own = {n: p for folder in _own_folders("sheets", path) for n, p in _named_in(folder, ".md").items()}
    ours = _named_in(templates_folder(), ".md")
    names = (f"review.{language}", "review")
    found = (there[name] for there in (own, ours) for name in names if name in there)
    return next(found, os.path.join(templates_folder(), "review.md"))


def page_template(path: str) -> str:
    """The path of the template for the page of the agreement in `path`: the couple's own, or planner's."""
    own = (os.path.join(os.path.dirname(path), "templates"), os.path.join(config_folder(), "templates"))
    found = [folder for folder in own if "page.html" in names_in(folder)]
    return os.path.join(found[0] if found else templates_folder(), "page.html")


def _own_folders(kind: str, path: str | None) -> Iterator[str]:
    """The folders of a couple's own templates of a kind; what comes later goes before."""
    yield own_templates_folder(kind)
    if path is not None:
        yield os.path.join(os.path.dirname(path), "templates")


def templates(kind: str, ending: str = ".toml") -> dict[str, str]:
    """The paths of templates of one kind ("agreements", "programs", "prompts", "sheets"), by name.

    One of the couple's own stands in the place of ours with the same name.
    """
    found: dict[str, str] = {}
    for folder in (os.path.join(templates_folder(), kind), own_templates_folder(kind)):
        found |= _named_in(folder, ending)
    return found


def _named_in(folder: str, ending: str) -> dict[str, str]:
    """The paths of the files in a folder, by name; most have no folder of their own."""
    names = [name for name in names_in(folder) if name.endswith(ending)]
    return {name.removesuffix(ending): os.path.join(folder, name) for name in names}


def own_templates_folder(kind: str) -> str:
    """The folder in which a couple keeps templates of their own."""
    return os.path.join(config_folder(), "templates", kind)


def is_own_template(path: str) -> bool:
    """Whether a template is a couple's own."""
    return not path.startswith(templates_folder() + os.sep)


# ── settings and state ───────────────────────────────────────────────


def config_path(given: str | None) -> str:
    """The settings file of this machine: the one given, else config.toml in the platform's folder for settings."""
    return given or os.path.join(config_folder(), "config.toml")


def state_folder() -> str:
    """The folder of what this machine remembers of its calendars: in $XDG_STATE_HOME, else the platform's own."""
    base = os.environ.get("XDG_STATE_HOME", "")
    if os.path.isabs(base):
        return os.path.join(base, "planner")
    from platformdirs import user_state_dir

    return user_state_dir("planner", appauthor=False)


def private_write(path: str, data: bytes, *, expected: bytes | None = None) -> None:
    """Write a file that nobody else may read (0600), at once or not at all; links stay.

    Folders that are not there yet are made, for nobody else (0700). With `expected`, the file must still hold these
    bytes (b"" is as good as no file). FileTroubleError where it cannot be written.
    """
    try:
        target = os.path.realpath(path)
        if os.path.lexists(target) and not os.path.isfile(target):
            raise FileTroubleError(f"{path} is no ordinary file, and nothing was written; name another one")
        _make_private(os.path.dirname(target))
        with _written_beside(target, data) as temporary:
            os.chmod(temporary, 0o600)
            if expected is not None and not (_holds(target, expected) or not (expected or os.path.exists(target))):
                raise FileTroubleError(
                    f"{path} was changed by another program meanwhile, and nothing was written; try again"
                )
            os.replace(temporary, target)
    except (OSError, ValueError) as e:
        raise _trouble(path, e) from e


def _make_private(folder: str) -> None:
    """Make a folder and those above it for nobody else; those that are there stay as they are."""
    if not folder or os.path.isdir(folder):
        return
    _make_private(os.path.dirname(folder))
    with suppress(FileExistsError):
        os.mkdir(folder, 0o700)


def stamp(path: str) -> tuple[int, int, int] | None:
    """What changes when a file is saved: which file it is, its time and size. None where there is none to look at."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def names_in(folder: str) -> list[str]:
    """The names in a folder, in order; none where there is no such folder."""
    try:
        return sorted(os.listdir(folder))
    except (OSError, ValueError):
        return []


class BusyError(Exception):
    """Another run holds the lock."""


@contextmanager
def locked(path: str) -> Iterator[None]:
    """Hold a lock as long as the block runs; BusyError where another process has it. A crash lets go of it."""
    try:
        _make_private(os.path.dirname(path))
        file = open(path, "ab")  # noqa: SIM115  (closed below, whatever happens)
    except (OSError, ValueError) as e:
        raise _trouble(path, e) from e
    try:
        try:
            _lock(file.fileno())
        except OSError:
            raise BusyError from None
        yield
    finally:
        file.close()


def _lock(handle: int) -> None:
    """Take the lock of an open file at once, or OSError."""
    if os.name == "nt":
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]  # Windows alone has it
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
