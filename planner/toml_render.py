"""Values as TOML text, spelled as people would write them.

In: plain values. Out: text on one line, or a block of aligned lines. ValueError where TOML has no such value.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def plain(value: Any) -> Any:
    """`value` in the types that tomllib gives: lists for tuples, strings for their subclasses."""
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, bool):
        return value
    return next((kind(value) for kind in (str, int, float) if isinstance(value, kind)), value)


def render_value(value: Any) -> str:
    """TOML for `value` on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, dict):
        pairs = ", ".join(f"{render_key(key)} = {render_value(inner)}" for key, inner in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(render_value, value))}]"
    raise ValueError(f"TOML has no {type(value).__name__}")


def render_key(*parts: str | int) -> str:
    """A dotted key; the indices of arrays are not part of names."""
    names = [part for part in parts if isinstance(part, str)]
    return ".".join(name if _BARE.fullmatch(name) else _quoted(name) for name in names)


def _quoted(text: str) -> str:
    from tomli_w import dumps  # needed only for edits

    text.encode()  # ValueError for half a character
    return dumps({"a": text})[4:-1].replace("\t", "\\t")


def block_text(header: str, values: dict[str, Any], newline: str) -> str:
    """A header and the keys below it, each with its value, the `=` in one column."""
    keys = {render_key(key): value for key, value in values.items()}
    width = max(map(len, keys), default=0)
    return newline.join([header, *(f"{key.ljust(width)} = {render_value(value)}" for key, value in keys.items())])
