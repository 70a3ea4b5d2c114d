"""What `name=value` words of a shell mean, as paths of keys and values of TOML.

In: words as the shell hands them over. Out: (key path, value), or a `Stop`. Whether a key may hold the value is for the
reading to say; which keys hold lists is what `keys` says of them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from datetime import date
from typing import Any

from planner.cli.common import USAGE, Stop
from planner.document import Path
from planner.keys import holds_list
from planner.words import shown

_TEXTS = {"title", "name", "where", "notes", "gist", "note", "words", "purpose", "template", "id"}
_NUMBERS = {"step", "times", "number", "at_least", "at_most"}
_STEP = r"[A-Za-z0-9_-]+(?:\[[1-9][0-9]{0,3}\])?"
_NAME = re.compile(rf"{_STEP}(?:\.{_STEP})*")
_COMMA = re.compile(r"(?i),(?!\s*then\s)")
"""What stands between the things of a list; "tuesday, then thursday" is one thing."""
_SENTENCES = {"prompts", "add", "only"}
"""Lists of sentences, which have commas of their own: a word of the shell is one of them."""


def assignments(words: Iterable[str]) -> list[tuple[Path, Any]]:
    """(key path, value) of each `name=value` word; the value is None where nothing stands behind the sign."""
    return [_assignment(word) for word in words]


def _assignment(word: str) -> tuple[Path, Any]:
    name, sign, text = (part.strip() for part in word.partition("="))
    if not sign or not _NAME.fullmatch(name):
        raise Stop(f'planner: "{shown(word)}" is not of the form name=value, such as at=19:00-21:30', USAGE)
    if re.search("[\ud800-\udfff]", text):
        raise Stop(f"planner: {name}: some of this text is no text in the terminal's encoding; type it again", USAGE)
    path = tuple(int(n) - 1 if n else step for step, n in re.findall(r"([\w-]+)|\[(\d+)\]", name))
    return path, _typed([step for step in path if isinstance(step, str)][-1], text, name)


def _typed(key: str, text: str, name: str) -> Any:
    """The TOML value that a word of the shell means: TOML where it looks like it, else text; lists by commas."""
    if not text:
        return None
    written = _as_toml(key, text)
    if written is not None:
        return written
    inside = text
    if text[0] in "[{" and key not in _TEXTS:
        inside = text[1:-1]
        if text[0] == "{" or text[-1] != "]" or set(inside) & set("[]{}\"'"):
            way = f"{name}.PART=value" if text[0] == "{" else f"{name}=one,two"
            raise Stop(
                f"planner: {name}={shown(text)} cannot be read (the shell takes quotes away, unless the whole stands "
                f"in single ones); simpler is {way}",
                USAGE,
            )
        return [_typed(key, part, name) for part in _parts(inside)]
    if key in _TEXTS or key in _SENTENCES:
        return text
    if key == "on":
        text = re.sub(r"(?i)\s*,\s*(then)\s+", r", \1 ", text)
    if holds_list(key) and _COMMA.search(text):
        return [_typed(key, part, name) for part in _parts(text)]
    if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise Stop(f"planner: {name}: there is no such date as {text}", USAGE) from None
    if text in ("true", "false"):
        return text == "true"
    return int(text) if key in _NUMBERS and re.fullmatch("[0-9]{1,9}", text) else text


def _parts(text: str) -> list[str]:
    return [part.strip() for part in _COMMA.split(text) if part.strip()]


def _as_toml(key: str, text: str) -> Any:
    """What a text says that is written as TOML: in quotes, or where no plain text is meant in brackets; else None."""
    closing = {'"': '"', "'": "'"} | ({} if key in _TEXTS else {"[": "]", "{": "}"})
    if len(text) < 2 or closing.get(text[0]) != text[-1]:
        return None
    try:
        read = tomllib.loads(f"v = {text}")
    except (ValueError, RecursionError):
        return None
    return read["v"] if len(read) == 1 else None
