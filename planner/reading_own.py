"""A person's own file → their me-blocks that nobody else's calendar, page or file has anything of.

In: the values of `<stem>.PERSON.toml`, the person, the `Agreement` beside it. Out: those me-blocks, for that
person alone, or findings. Nothing of it is ever merged for anybody else, nor into the whole file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from planner.agreement import Agreement, Ritual
from planner.problems import Finding
from planner.reading import Shelf, draw_prompts, nothing
from planner.reading_others import check_references
from planner.reading_people import Ground
from planner.reading_rituals import read_ritual
from planner.tables import Findings, Table, TooManyFindings
from planner.words import shown

_CALLED = {"me_block": "me_blocks", "rituals": "me_blocks", "agreement": "", "people": ""}


def read_own_file(
    values: dict[str, Any], person: str, agreement: Agreement, shelf: Shelf = nothing
) -> tuple[dict[str, Ritual] | None, list[Finding]]:
    """The me-blocks of this person's own file, and all findings; None where one of them is an error.

    `shelf` has collections of prompts.
    """
    findings = Findings()
    try:
        own = _read(Table(values, (), findings), person, agreement, shelf)
    except TooManyFindings:
        return None, findings.found
    return (None if findings.errors() else own), findings.found


def _read(top: Table, person: str, agreement: Agreement, shelf: Shelf) -> dict[str, Ritual]:
    ground = Ground(
        agreement.people,
        agreement.helpers,
        agreement.starts,
        agreement.until,
        agreement.timezone,
        "private",
        (),
        agreement.seasons,
        agreement.stays,
    )
    top.know("me_blocks")
    for key in top.values:
        if key != "me_blocks":
            name = agreement.people[person].name
            top.wrong(key, "not-own", f'only [me_blocks] of {name} stand here, not "{shown(key)}"', part="key")
    own: dict[str, Ritual] = {}
    for key, table in top.keyed("me_blocks", "[me_blocks.diary]"):
        path = f"me_blocks.{key}"
        if path in agreement.rituals:
            top.wrong(("me_blocks", key), "key-twice", f"{path} stands in the agreement already", part="key")
            continue
        mine = {"who": person, **_only_own(table, person, agreement)}
        ritual = read_ritual(Table(mine, table.path, table.findings), "me_block", key, ground)
        if ritual:
            own[path] = ritual._replace(share="private")
    draw_prompts(top, shelf, own, agreement.own_prompts, agreement.language)
    check_references(top, list(own), dict.fromkeys((*agreement.rituals, *own)))
    return own


def _only_own(table: Table, person: str, agreement: Agreement) -> dict[str, Any]:
    """The table's values, with findings for what would make it somebody else's business: that has no place here."""
    if table.values.get("who", person) not in (person, [person]):
        table.wrong("who", "not-own", f'this file is of "{person}" alone; leave `who` out')
    if table.values.get("share", "private") != "private":
        table.wrong("share", "not-own", "nobody else sees what stands here; leave `share` out")
    if "gist" in table.values:
        table.wrong("gist", "not-own", "nobody else sees what stands here; leave `gist` out")
    if "yes" in table.values:
        table.wrong("yes", "not-own", "nobody is asked about what stands here; leave `yes` out")
    cover = table.values.get("cover")
    if cover in agreement.people and cover != person:
        message = f"nobody else hears of what stands here, and {agreement.name(cover)} has to know when; a helper may "
        table.wrong("cover", "not-own", f"{message}cover here, or move this me-block into the agreement")
        return {key: value for key, value in table.values.items() if key != "cover"}
    return table.values


def misnamed(names: Iterable[str], stem: str, agreement: Agreement) -> Iterator[tuple[str, str]]:
    """The names beside an agreement that look like those of own files and are none, each with what would help.

    `stem` is the agreement's name without its ending. Nothing is said of what they hold, and nothing of it is read.
    """
    people = agreement.people
    own = [f"{stem}.{key}.toml" for key in people]
    for name in names:
        if name in (*own, f"{stem}.proposal.toml") or not name.casefold().endswith(".toml"):
            continue
        word = name[len(stem) + 1 : -len(".toml")]
        if not name.startswith(f"{stem}.") or not word:
            continue
        plain = word.casefold()
        meant = next((key for key, p in people.items() if plain in (key.casefold(), p.name.casefold())), None)
        if meant:
            message = f"nothing reads this file: {agreement.name(meant)}'s own is called {stem}.{meant}.toml; rename it"
            yield name, message
        else:
            called = f"{', '.join(own[:-1])} or {own[-1]}"
            message = (
                f'nothing reads this file: nobody here has the key "{shown(word)}"; a file of one\'s own is called '
            )
            yield name, f"{message}{called}"
