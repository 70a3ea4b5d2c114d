"""Collections of prompts, and which prompt has which number.

In: values as tomllib gives them, what the couple adds or writes instead, numbers. Out: `Collection`s and prompts. The
same number gives the same prompt on every machine, and none comes again before all the others came. No file and no
clock enter.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from planner.agreement import TABLES, Ritual
from planner.languages import LANGUAGES
from planner.tables import Findings, Table

_MOST = 500


class Collection(NamedTuple):
    """Prompts in order, what they are for in words, and the kinds of ritual that draw from it if nothing is said."""

    name: str
    title: str
    kinds: tuple[str, ...]
    prompts: tuple[str, ...]


class OwnPrompts(NamedTuple):
    """What the couple writes about a collection of prompts: some that are added, or (`instead`) that stand alone."""

    name: str
    prompts: tuple[str, ...]
    instead: bool


def read_collection(name: str, values: Mapping[str, Any] | str, language: str = "en") -> tuple[Collection | None, str]:
    """The collection that these values describe, in a language if it speaks that.

    None, with a word on the first thing that is wrong with it, where it cannot be read. Each prompt has its place in
    every language, so that a date has the same one in all of them.
    """
    if isinstance(values, str):
        return None, values
    findings = Findings()
    table = Table(dict(values), (), findings)
    title = table.text("title") or name.replace("-", " ").capitalize()
    kinds: tuple[str, ...] = ()
    if table.raw("kinds") != []:
        kinds = tuple(kind for kind in table.texts("kinds"))
    for kind in kinds:
        if kind not in TABLES.values():
            table.wrong("kinds", "unknown-word", f'no kind of ritual "{kind}"; there are {", ".join(TABLES.values())}')
    prompts = _texts(table, "prompts")
    if not table.has("prompts"):
        table.missing("prompts", 'write some: prompts = ["What was good today?"]')
    for code in LANGUAGES:
        said = _in_language(table, code, title, prompts)
        if code == language:
            title, prompts = said
    table.finish()
    if findings.found:
        first = findings.found[0]
        return None, f"{first.dotted + ': ' if first.dotted else ''}{first.message}"
    return Collection(name, title, kinds, prompts), ""


def _in_language(table: Table, code: str, title: str, prompts: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The title and the prompts in a language; as they are where it has none."""
    inner = table.table(code, f"[{code}] with title and prompts in that language")
    if inner is None:
        return title, prompts
    own_title, own_prompts = inner.text("title"), _texts(inner, "prompts")
    if inner.has("prompts") and len(own_prompts) != len(prompts):
        message = (
            f"not as many as in the language of the file itself ({len(own_prompts)} and {len(prompts)}); "
            "each prompt has its place, so that a date has the same one in every language"
        )
        inner.wrong("prompts", "uneven", message)
    inner.finish()
    return own_title or title, own_prompts or prompts


def read_own(name: str, table: Table) -> OwnPrompts:
    """One `[prompts.NAME]` of an agreement."""
    added, instead = _texts(table, "add"), _texts(table, "only")
    if table.has("add") and table.has("only"):
        table.wrong("only", "add-and-only", "`add` and `only` say two things; put all of them into one", part="key")
    elif not table.has("add") and not table.has("only"):
        table.missing("add", 'write prompts of your own: add = ["What was good today?"], or `only` to have no others')
    table.finish({"prompts": ("add", "they are written as `add`, or as `only` to have no others")})
    return OwnPrompts(name, instead or added, bool(instead))


def _texts(table: Table, key: str) -> tuple[str, ...]:
    read = [table.check_text(path, item) for path, item in table.items(key, _MOST)]
    return tuple(dict.fromkeys(text for text in read if text))


def with_own(collection: Collection | None, own: OwnPrompts | None, name: str) -> Collection | None:
    """A collection with what the couple writes about it; one of theirs alone where there is none. None for neither."""
    if own is None:
        return collection
    if collection is None:
        return Collection(name, name.replace("-", " ").capitalize(), (), own.prompts)
    prompts = own.prompts if own.instead else tuple(dict.fromkeys((*collection.prompts, *own.prompts)))
    return collection._replace(prompts=prompts)


def own_first(collection: Collection, own: OwnPrompts | None) -> tuple[str, ...]:
    """Its prompts with those that the couple wrote at the beginning: an event has room for a few."""
    return tuple(dict.fromkeys((*(own.prompts if own else ()), *collection.prompts)))


def prompt_number(collection: Collection, number: int) -> str:
    """The prompt of the occurrence, or the day, with this number; round and round, each once in a round."""
    return collection.prompts[number % len(collection.prompts)]


def collection_of(ritual: Ritual, collections: Mapping[str, Collection]) -> Collection | None:
    """The collection from which a ritual draws: the one it names, else the first that serves its kind.

    What one person keeps alone is time of their own, as a me-block is.
    """
    if ritual.prompts_from:
        return collections.get(ritual.prompts_from)
    alone = len(ritual.who) == 1 or ritual.who_is_turn or ritual.who_is_not_turn
    kind = "me_block" if ritual.kind == "ritual" and alone else ritual.kind
    return next((c for c in collections.values() if kind in c.kinds), None)
