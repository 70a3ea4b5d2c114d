"""Time zones by name.

In: the name of a zone. Out: `ZoneInfo`, the bytes of its TZif data (RFC 9636). What may not enter: a clock, the
system's own zone, or any file but those data and the word of their release. They are read from where `zoneinfo` reads
them, but for a system whose data are older than the `tzdata` package: clocks change by law, sometimes within weeks, and
of two releases the later one knows.
"""

# pathlib takes longer to import than all that this module needs.

from __future__ import annotations

import os
import os.path
import zoneinfo
from functools import cache, lru_cache
from io import BytesIO
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-_/")
_LONGEST = 64
"""No zone is near it, and its TZID is no line to fold."""
_NO_ZONES = frozenset(("posix", "right", "posixrules", "localtime"))
"""What stands beside the zones in their folder: all of them twice again, a default, a setting."""


def is_zone(name: str) -> bool:
    """Whether `name` is exactly the name of a zone known here. Cheap, safe for any string, never raises."""
    return tzif(name) is not None


@cache
def zone(name: str) -> ZoneInfo:
    """The zone of that name, the same object each time; ZoneInfoNotFoundError where `is_zone` says no."""
    data = tzif(name)
    if data is None:
        raise ZoneInfoNotFoundError(f"no time zone {name[:_LONGEST]!r}")
    return ZoneInfo.from_file(BytesIO(data), key=name) if _is_reordered(tuple(zoneinfo.TZPATH)) else ZoneInfo(name)


@cache
def zone_names() -> frozenset[str]:
    """Every name for which `is_zone` says yes. Walks the folders of zones: some 50 ms."""
    return frozenset(name for name in available_timezones() if is_zone(name))


# Finding the file: where zoneinfo looks, in its order, but for a system that is older than the package.


def tzif(name: str) -> bytes | None:
    """The zone's data (RFC 9636), None where there is no such zone. Spelling counts on any disk."""
    if not name or len(name) > _LONGEST or not _LETTERS.issuperset(name):
        return None
    parts = name.split("/")
    if parts[0] in _NO_ZONES:
        return None
    for root in _roots():
        path = f"{root}/{name}"
        if os.path.isfile(path):
            try:
                if not _is_spelled_so(root, parts):
                    return None
                with open(path, "rb") as file:
                    data = file.read()
            except OSError:
                return None
            return data if data.startswith(b"TZif") else None
    return None


def _roots() -> tuple[str, ...]:
    return _in_order(tuple(zoneinfo.TZPATH))


@lru_cache(maxsize=4)
def _in_order(system: tuple[str, ...]) -> tuple[str, ...]:
    """The folders of zones: the system's and then the package's, but those of an older release than that behind it."""
    try:
        # importlib.resources would find it too, but takes longer to import than all else here.
        import tzdata  # type: ignore[import-untyped]  # two lines, found only once a zone is asked for
    except ImportError:
        return system
    package = tuple(f"{path}/zoneinfo" for path in tzdata.__path__)
    ours = _release(getattr(tzdata, "IANA_VERSION", ""))
    older = tuple(root for root in system if ours and (theirs := _release_in(root)) and theirs < ours)
    return (*(root for root in system if root not in older), *package, *older)


def _is_reordered(system: tuple[str, ...]) -> bool:
    return _in_order(system)[: len(system)] != system


def _release_in(root: str) -> tuple[int, int, str] | None:
    """The release of the zones in a folder, None where nothing tells."""
    for name in ("tzdata.zi", "+VERSION"):
        try:
            with open(f"{root}/{name}", "rb") as file:
                return _release(file.readline(80).decode("ascii", "replace").removeprefix("# version "))
        except OSError:
            continue
    return None


def _release(text: str) -> tuple[int, int, str] | None:
    """A release such as "2026b" in a form that can be ordered ("2026z" comes before "2026za")."""
    text = text.strip()
    year, letters = text[:4], text[4:]
    known = year.isdecimal() and 0 < len(letters) < 3 and letters.isalpha() and letters.islower()
    return (int(year), len(letters), letters) if known else None


def _is_spelled_so(root: str, parts: list[str]) -> bool:
    for part in parts:
        if part not in os.listdir(root):
            return False
        root = f"{root}/{part}"
    return True
