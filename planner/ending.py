"""The end of what is shared, or one person's leaving it → an agreement without it, and the same in the file.

In: an `Agreement`, a Document, the day, who leaves (None: it ends for all). Out: the agreement and the document with
shared rituals ended the day before, and own blocks as they are. One person's word suffices, so nobody is asked here.
No file and no clock enter.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from planner.agreement import TABLES, Agreement, Change, Program, Ritual
from planner.document import Document, Path, remove, set_value
from planner.edit_pieces import placed_without
from planner.recurrence import ONE_DAY
from planner.strands import placed_parts


class Ended(NamedTuple):
    """What becomes of one ritual, or of a programme as a whole.

    It ends (None where it had not begun), or goes on with fewer people or less in it.
    """

    before: Ritual | Program
    after: Ritual | Program | None

    @property
    def is_over(self) -> bool:
        """Whether it ends altogether."""
        return self.after is None or self.after.until != self.before.until


def endings(
    agreement: Agreement, on: date, who: str | None, goes_on: Mapping[str, date] | None = None
) -> dict[str, Ended]:
    """What becomes of each ritual that changes, if what is shared ends on `on`, for all or for one person.

    `goes_on` has the rituals that others go on with until a later day than that.
    """
    found = {}
    days = goes_on or {}
    for path, ritual in agreement.rituals.items():
        if ritual.table not in TABLES:
            continue
        after = _after_all(agreement, ritual, days.get(path, on), who)
        if after != ritual:
            found[path] = Ended(ritual, after)
    for program in agreement.programs:
        path = f"programs.{program.key}"
        left = _after_program(agreement, program, days.get(path, on), who)
        if left != program:
            found[path] = Ended(program, left)
    return found


def _after_program(agreement: Agreement, program: Program, on: date, who: str | None) -> Program | None:
    """A programme is shared as a whole: what each does alone in it ends with the rest."""
    leaving = tuple(agreement.people) if who is None else (who,)
    stay = tuple(p for p in program.who if p not in leaving)
    if stay == program.who or (program.last and program.last < on) or (program.until and program.until < on):
        return program
    if len(stay) > 1:
        return program._replace(who=stay)
    return None if program.starts >= on else program._replace(until=on - ONE_DAY)


def _after_all(agreement: Agreement, ritual: Ritual, on: date, who: str | None) -> Ritual | None:
    """What becomes of a ritual; one that follows another ends with it, or when nobody takes turns with another."""
    leader = agreement.rituals.get(ritual.follows or "")
    if leader is None or ritual.alone is None:
        return _after(agreement, ritual, on, who)
    left = _after_all(agreement, leader, on, who)
    if left is None or len(set(left.turns)) < 2:
        return None
    from planner.reading_follows import led  # few agreements have one

    own = ritual.alone
    if left.until != leader.until:
        own = own._replace(
            skip=tuple(d for d in own.skip if d < on), changes=tuple(c for c in own.changes if c.on < on)
        )
    leaving = tuple(agreement.people) if who is None else (who,)
    yes = tuple(p for p in own.yes if p not in leaving)
    return led(own._replace(yes=yes, cover=None if own.cover in leaving else own.cover), left)


def _after(agreement: Agreement, ritual: Ritual, on: date, who: str | None) -> Ritual | None:
    leaving = tuple(agreement.people) if who is None else (who,)
    own = set(ritual.who) <= set(leaving)
    if ritual.cover in leaving or (own and ritual.cover in agreement.people):
        ritual = ritual._replace(cover=None)
    if own and ritual.share != "private":  # in a private block they are nobody else's
        ritual = ritual._replace(check_ins=())
    if any(person in leaving for person in ritual.yes):
        ritual = ritual._replace(yes=tuple(p for p in ritual.yes if p not in leaving))
    if len(ritual.who) == 1 and not ritual.who_is_turn:
        return ritual
    if not set(ritual.who) & set(leaving):
        return ritual
    stay = tuple(p for p in ritual.who if p not in leaving)
    turns = tuple(p for p in ritual.turns if p not in leaving)
    if len(stay) > 1 and (turns or not ritual.turns) and ritual.host not in leaving:
        return ritual._replace(who=stay, turns=turns, changes=_without_turns_of(ritual, leaving))
    if ritual.starts >= on:
        return None
    if ritual.until and ritual.until < on:
        return ritual
    return ritual._replace(
        until=on - ONE_DAY,
        skip=tuple(day for day in ritual.skip if day < on),
        changes=tuple(change for change in ritual.changes if change.on < on),
        placed=tuple(placed_without(ritual, [n for n, p in enumerate(ritual.placed) if p.on >= on]).values()),
    )


def _without_turns_of(ritual: Ritual, leaving: tuple[str | None, ...]) -> tuple[Change, ...]:
    """The single changes without a turn for whoever leaves, where only the one whose turn it is takes part."""
    if not ritual.who_is_turn:
        return ritual.changes
    kept = (c._replace(turn=None) if c.turn in leaving else c for c in ritual.changes)
    return tuple(c for c in kept if c != Change(c.on))


def carried(later: Agreement, found: dict[str, Ended], before: Agreement, on: date) -> Agreement:
    """What is agreed for a later day, `on`, after these endings of it; `before` is what holds until then.

    What ends is as it was before that day: agreeing to change it has no days left to hold on.
    """
    last = on - ONE_DAY
    over: dict[str, Ended] = {}
    for path, one in found.items():
        if not one.is_over:
            over[path] = one
            continue
        was = _same_in(before, one.before, path)
        until = min(was.until, last) if was and was.until else last
        over[path] = Ended(one.before, was._replace(until=until) if was and was.starts < on else None)
    return ended(later, over)


def _same_in(agreement: Agreement, one: Ritual | Program, path: str) -> Ritual | Program | None:
    """A ritual or programme as another agreement has it."""
    if isinstance(one, Program):
        return next((p for p in agreement.programs if f"programs.{p.key}" == path), None)
    ritual = agreement.rituals.get(path)
    return ritual if ritual and ritual.identity == one.identity else None


def ended(agreement: Agreement, found: dict[str, Ended]) -> Agreement:
    """The agreement after these endings."""
    rituals = {path: found[path].after if path in found else r for path, r in agreement.rituals.items()}
    programs = []
    for program in agreement.programs:
        after = found[f"programs.{program.key}"].after if f"programs.{program.key}" in found else program
        if isinstance(after, Program):
            programs.append(after)
    left = {path: r for path, r in rituals.items() if isinstance(r, Ritual)}
    return agreement._replace(rituals=left, programs=tuple(programs))


def end_in(document: Document, found: dict[str, Ended]) -> Document:
    """The file after these endings; all else in it stays, byte for byte."""
    for path, (before, after) in found.items():
        base: Path = tuple(path.split(".", 1))
        if after is None:
            document = without_ritual(document, path)
            continue
        if isinstance(before, Program) or isinstance(after, Program):
            document = _program_in(document, base, before, after)
            continue
        # what it has of another one stands there
        document = _ritual_in(document, base, before.alone or before, after.alone or after)
    return document


def _ritual_in(document: Document, base: Path, before: Ritual, after: Ritual) -> Document:
    if before.until != after.until:
        document = set_value(document, (*base, "until"), after.until)
    if before.who != after.who and not after.who_is_turn:
        document = set_value(document, (*base, "who"), list(after.who))
    if before.turns != after.turns:
        document = set_value(document, (*base, "hosts" if after.hosting else "turns"), list(after.turns))
    if before.skip != after.skip:
        kept = list(after.skip)
        document = set_value(document, (*base, "skip"), kept) if kept else remove(document, (*base, "skip"))
    if before.changes != after.changes:
        document = _without_changes(document, base, after)
    if before.placed != after.placed:
        document = _without_placed(document, base, before, after)
    for key, was, now in (
        ("cover", before.cover, after.cover),
        ("check_in", before.check_ins, after.check_ins),
        ("yes", before.yes, after.yes),
    ):
        if was != now and now:
            document = set_value(document, (*base, key), list(now))
        elif was != now:
            document = remove(document, (*base, key))
    return document


def _program_in(document: Document, base: Path, before: Ritual | Program, after: Ritual | Program) -> Document:
    if before.until != after.until:
        document = set_value(document, (*base, "until"), after.until)
    return set_value(document, (*base, "who"), list(after.who)) if before.who != after.who else document


def _without_placed(document: Document, base: Path, before: Ritual, after: Ritual) -> Document:
    """The document without what is placed after the end; what is left stays the event that it is."""
    place: Path = (*base, "placed")
    if not after.placed:
        return remove(document, place)
    left = dict(zip(placed_parts(after), after.placed, strict=True))
    for n, name in reversed(list(enumerate(placed_parts(before)))):
        if name not in left:
            document = remove(document, (*place, n))
        elif left[name].number != before.placed[n].number:
            document = set_value(document, (*place, n, "number"), left[name].number)
    return document


def _without_changes(document: Document, base: Path, after: Ritual) -> Document:
    """The document without the changes of dates that do not come any more, and without turns of whoever left."""
    place: Path = (*base, "changes")
    if not after.changes:
        return remove(document, place)
    kept = {change.on: change for change in after.changes}
    written = document.values[str(base[0])][str(base[1])]["changes"]
    alone = isinstance(written, dict)  # one change stands without the brackets of a list
    for n, entry in reversed(list(enumerate([written] if alone else written))):
        change, at = kept.get(entry["on"]), place if alone else (*place, n)
        if change is None:
            document = remove(document, at)
        elif change.turn is None:
            for key in entry.keys() & {"host", "turn"}:
                document = remove(document, (*at, key))
    return document


def without_ritual(document: Document, path: str) -> Document:
    """The document without a ritual, nor what speaks of it: in pauses, pairs and `may_overlap`."""
    values = document.values
    for table in TABLES:
        for key, ritual in values.get(table, {}).items():
            document = _without_mention(document, (table, key, "may_overlap"), ritual.get("may_overlap"), path, 1)
    for array, key, least in (("pairs", "these", 2), ("pauses", "only", 1)):
        for n in reversed(range(len(values.get(array, ())))):
            document = _without_mention(document, (array, n, key), values[array][n].get(key), path, least)
    return remove(document, tuple(path.split(".", 1)))


def _without_mention(document: Document, place: Path, named: Any, path: str, least: int) -> Document:
    """The document without `path` in a list; where too little is left, without the list, or the pause or pair."""
    names = named if isinstance(named, list) else [named]
    if path not in names:
        return document
    left = [name for name in names if name != path]
    if len(left) >= least:
        return set_value(document, place, left)
    return remove(document, place if place[-1] == "may_overlap" else place[:-1])
