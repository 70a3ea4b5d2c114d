"""What an agreement names: its people, helpers, rituals and programmes, read off a file that may be full of mistakes.

In: the values of a document. Out: `Names`. Nothing is checked and nothing is ever raised: this is for suggestions.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from planner.agreement import TABLES


class Names(NamedTuple):
    """Keys in the order of the file; rituals and programmes with their heading: "me_blocks.pottery"."""

    people: tuple[str, ...] = ()
    helpers: tuple[str, ...] = ()
    rituals: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()
    prompts: tuple[str, ...] = ()
    seasons: tuple[str, ...] = ()


def named_in(values: dict[str, Any]) -> Names:
    """The names that stand in these values."""
    return Names(
        people=_keys(values, "people"),
        helpers=_keys(values, "helpers"),
        rituals=tuple(f"{table}.{key}" for table in values if table in TABLES for key in _keys(values, table)),
        programs=tuple(f"programs.{key}" for key in _keys(values, "programs")),
        prompts=_keys(values, "prompts"),
        seasons=_keys(values, "seasons"),
    )


def _keys(values: dict[str, Any], table: str) -> tuple[str, ...]:
    inner = values.get(table)
    return tuple(key for key, value in inner.items() if isinstance(value, dict)) if isinstance(inner, dict) else ()
