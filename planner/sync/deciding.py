"""One series, three ways: what the agreement wants, what was last applied, what the calendar holds → a `Decision`.

In: `Canon`s and what a person said about the ritual. Out: what is to be done, how the two sides blend, what a person
changed. Pure; each case of the table below has its comment. No text, no network, no state file enters.

    we changed only → update          they changed only → drift: kept and shown
    both, to the same → adopt         both, differently → conflict: a person decides
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from planner.canonical import LOUD, Canon, Face

CREATE, UPDATE, DELETE, ADOPT, FORGET, LEAVE = "create", "update", "delete", "adopt", "forget", "leave"
RESTORE, KEEP = "restore", "keep"

_HARD = ("when", "summary", "description", "location")
"""What no server rewrites: in the rest, a first sight of our own event may differ from what we wrote."""

FOLLOWING = ("summary", "description", "location", "standing")
"""What of a moved occurrence follows its series, as long as it is the same."""


class Applied(NamedTuple):
    """What this machine last did with one series.

    `wrote` is what the agreement wanted then, `stored` what the server made of it (None: not read back). `pending` was
    about to be written when the run ended. `settled`: a person decided to leave the calendar as it is. With none of
    them: it was found missing without a memory of it, and that question is open.
    """

    wrote: Canon | None
    stored: Canon | None = None
    pending: Canon | None = None
    settled: bool = False


class Drift(NamedTuple):
    """Something that differs and stays: `what` is moved, cancelled, edited, deleted, missing, differs, copy, lost;
    or beside it in the calendar: series (an app's own, in its place), twice (another object of its identity).

    `day` is the date by the rule where it is one occurrence; `before` and `now` are what was and is there.
    `is_conflict`: a person has to decide.
    """

    what: str
    day: str | None = None
    before: Face | None = None
    now: Face | None = None
    units: tuple[str, ...] = ()
    is_conflict: bool = False


class Blend(NamedTuple):
    """How one event of the two sides becomes one: `units` come from the agreement; lists become these."""

    units: tuple[str, ...]
    categories: tuple[str, ...]
    alarms: tuple[str, ...]


class Merge(NamedTuple):
    """A whole series blended: its master, the dates that do not happen, the differing ones of either side.

    `ours` are occurrences as the agreement has them, `theirs` those that a person made; of these, the units that were
    as the series had them go on following it. What is in neither goes.
    """

    master: Blend
    gone: frozenset[str]
    ours: dict[str, Blend]
    theirs: dict[str, Blend]


class Decision(NamedTuple):
    """What is to be done with one series.

    `base` is what stands as applied once it is done, but for what is read back then; `kept_units` and `kept_days` are a
    person's own, so that they stay drift.
    """

    kind: str
    base: Applied | None = None
    merge: Merge | None = None
    drift: tuple[Drift, ...] = ()
    kept_units: tuple[str, ...] = ()
    kept_days: frozenset[str] = frozenset()

    @property
    def is_conflict(self) -> bool:
        """Whether a person has to decide something."""
        return any(d.is_conflict for d in self.drift)


def looks_same(one: Canon, other: Canon) -> bool:
    """Whether two are the same but for what servers rewrite."""
    return not one.face.differs(other.face, _HARD) and all(
        not _differ(one.said(d), other.said(d), _HARD) for d in one.days() | other.days()
    )


def decide(
    desired: Canon | None,
    applied: Applied | None,
    remote: Canon | None,
    *,
    happens: frozenset[str],
    may_create: bool,
    said: str = "",
) -> Decision:
    """What is to be done with one series.

    `happens` are those dates of `remote.days()` and `applied` that the desired rule still has. `may_create` is False
    where there is no state but other events of ours: then a missing one is a question. `said` is "restore", "keep" or
    "".
    """
    if desired is None:
        return _unwanted(applied, remote, said)
    if remote is None:
        return _absent(desired, applied, may_create=may_create, said=said)
    base = _known(applied, remote)
    if base is None:
        return _first_seen(desired, remote, happens, said)
    return _three_ways(desired, base, remote, happens, said)


def _unwanted(applied: Applied | None, remote: Canon | None, said: str) -> Decision:
    """The agreement does not want it (any more)."""
    if remote is None:
        return Decision(FORGET if applied else LEAVE)  # gone on both sides
    if applied is None or (applied.wrote is None and applied.pending is None):
        return Decision(LEAVE, drift=(Drift("copy", now=remote.face),))  # written by another copy of the agreement
    base = _known(applied, remote)
    if applied.settled or said == KEEP or base is None or base.wrote is None:
        return Decision(LEAVE, Applied(applied.wrote, remote, settled=True))  # a person said that it may stay
    stored = base.stored or base.wrote
    edited = remote.face.differs(stored.face)
    if edited and said != RESTORE:
        drift = Drift("edited", before=stored.face, now=remote.face, units=edited, is_conflict=True)
        return Decision(LEAVE, applied, drift=(drift,))  # we let it go, they changed it
    lost = [Drift("lost", day, _shown(stored, day), _shown(remote, day)) for day in _touched(stored, remote)]
    return Decision(DELETE, drift=tuple(lost))


def _absent(desired: Canon, applied: Applied | None, *, may_create: bool, said: str) -> Decision:
    """The calendar does not have it."""
    if said == KEEP and (applied or not may_create):
        return Decision(LEAVE, Applied(desired, None, settled=True))
    if said == RESTORE or (applied is None and may_create):
        return Decision(CREATE, Applied(desired))
    if applied is not None and applied.wrote is None and applied.pending is not None:
        return Decision(CREATE, Applied(desired))  # a create that never arrived
    if applied is None or applied.wrote is None:  # a question, until someone answers it
        return Decision(LEAVE, Applied(None), drift=(Drift("missing", now=desired.face, is_conflict=True),))
    if applied.settled and applied.wrote == desired:
        return Decision(LEAVE, applied)  # deleted there, and a person said that it may stay so
    return Decision(
        LEAVE, applied, drift=(Drift("deleted", now=desired.face),)
    )  # stays so until someone says otherwise


def _known(applied: Applied | None, remote: Canon) -> Applied | None:
    """What was last applied, as far as the calendar shows that it arrived; None where nothing is known."""
    if applied is None:
        return None
    if applied.pending is not None and looks_same(remote, applied.pending):
        return Applied(applied.pending, remote)  # the answer was lost, the write was not
    if applied.wrote is None:
        return Applied(applied.pending, applied.pending) if applied.pending else None
    if applied.stored is None:  # written, not read back: what servers rewrite is theirs
        return Applied(applied.wrote, remote if looks_same(remote, applied.wrote) else applied.wrote)
    return applied._replace(pending=None)


def _first_seen(desired: Canon, remote: Canon, happens: frozenset[str], said: str) -> Decision:
    """Both have it, and nothing is known of what was applied."""
    if said == KEEP:
        return Decision(ADOPT, Applied(desired, remote))
    differing = remote.face.differs(desired.face, _HARD)
    if differing and said != RESTORE:
        drift = Drift("differs", before=desired.face, now=remote.face, units=differing, is_conflict=True)
        return Decision(LEAVE, drift=(drift,))
    stored = Canon(remote.face, desired.gone, desired.differing)
    if said == RESTORE:
        return _three_ways(desired, Applied(desired, desired), remote, happens, said)
    days = _touched(stored, remote)
    stored = stored._replace(differing={**stored.differing, **_same_days(desired, remote, days)})
    return Decision(
        ADOPT,
        Applied(desired, stored),
        drift=tuple(_occurrence(stored, remote, d) for d in days),
        kept_days=frozenset(days),
    )


def _same_days(desired: Canon, remote: Canon, touched: Iterable[str]) -> dict[str, Face]:
    return {d: remote.differing[d] for d in desired.differing if d in remote.differing and d not in set(touched)}


def _three_ways(desired: Canon, base: Applied, remote: Canon, happens: frozenset[str], said: str) -> Decision:
    """All three are there."""
    wrote = base.wrote or desired
    stored = desired if said == RESTORE else base.stored or wrote  # what was kept once comes back too
    ours = desired.face.differs(wrote.face)
    theirs = tuple(u for u in remote.face.differs(stored.face) if remote.face.unit(u) != desired.face.unit(u))
    ours_now = tuple(u for u in ours if remote.face.unit(u) != desired.face.unit(u))
    if desired.face.description not in (wrote.face.description, remote.face.description):
        ours_now = tuple(dict.fromkeys((*ours_now, "description")))  # lines that we broke anew

    if said == KEEP:
        return Decision(ADOPT, Applied(desired, remote))
    if ours_now and theirs and said != RESTORE:
        undecided = Drift("edited", before=stored.face, now=remote.face, units=theirs, is_conflict=True)
        return Decision(LEAVE, base, drift=(undecided,))
    units = ours_now if said != RESTORE else tuple(dict.fromkeys((*ours_now, *theirs)))
    kept_units = () if said == RESTORE else theirs
    days = _Days(desired, wrote, stored, remote, happens, said, rule_changed="when" in units)
    for day, agreed in days.agreed.items():
        stored = _with_day(stored, day, agreed)
    face = _blend(desired.face, wrote.face, remote.face, units)
    drift = [Drift("edited", before=stored.face, now=remote.face, units=kept_units)] if kept_units else []
    drift += days.drift
    wrote_after = _after(desired, wrote, days.conflicts)
    new_base = Applied(wrote_after, stored)
    master_changes = bool(units) or _quiet_changes(face, remote.face) or desired.face.color != wrote.face.color
    if not master_changes and not days.changes:
        same = wrote_after == wrote and not ours
        kind = LEAVE if same and base.pending is None else ADOPT
        settled = _settled(stored, remote, kept_units, days.kept)
        return Decision(kind, Applied(wrote_after, settled), None, tuple(drift), kept_units, days.kept)
    merge = Merge(face, frozenset(days.gone), days.ours, days.theirs)
    return Decision(UPDATE, new_base, merge, tuple(drift), kept_units, days.kept)


def _after(desired: Canon, wrote: Canon, conflicts: Iterable[str]) -> Canon:
    """What counts as wrote afterwards: the desired, but for occurrences that were left undecided."""
    conflicts = set(conflicts)
    if not conflicts:
        return desired
    gone = {d for d in desired.gone if d not in conflicts} | {d for d in wrote.gone if d in conflicts}
    differing = {d: f for d, f in desired.differing.items() if d not in conflicts}
    differing |= {d: f for d, f in wrote.differing.items() if d in conflicts}
    return Canon(desired.face, tuple(sorted(gone)), dict(sorted(differing.items())))


def read_back(decision: Decision, remote: Canon) -> Applied:
    """What stands as applied once the calendar was read after the write: a person's own stays drift."""
    base = decision.base or Applied(remote)
    stored = base.stored or remote
    return Applied(base.wrote, _settled(stored, remote, decision.kept_units, decision.kept_days))


def _settled(stored: Canon, remote: Canon, units: tuple[str, ...], days: frozenset[str]) -> Canon:
    """What the server holds, but for what a person changed: there, what it held before."""
    face = remote.face
    if "when" in units:
        face = face._replace(start=stored.face.start, end=stored.face.end, zone=stored.face.zone, rule=stored.face.rule)
    if "standing" in units:
        face = face._replace(transp=stored.face.transp, discretion=stored.face.discretion, status=stored.face.status)
    for unit in ("summary", "description", "location"):
        if unit in units:
            face = face._replace(**{unit: getattr(stored.face, unit)})
    gone = {d for d in remote.gone if d not in days} | {d for d in stored.gone if d in days}
    differing = {d: f for d, f in remote.differing.items() if d not in days}
    differing |= {d: f for d, f in stored.differing.items() if d in days}
    return Canon(face, tuple(sorted(gone)), dict(sorted(differing.items())))


# ── occurrences ──────────────────────────────────────────────────────


class _Days:
    """The dates of a series of which either side says something of its own."""

    def __init__(
        self,
        desired: Canon,
        wrote: Canon,
        stored: Canon,
        remote: Canon,
        happens: frozenset[str],
        said: str,
        *,
        rule_changed: bool,
    ) -> None:
        self.gone: set[str] = set()
        self.ours: dict[str, Blend] = {}
        self.theirs: dict[str, Blend] = {}
        self.drift: list[Drift] = []
        self.conflicts: list[str] = []
        self.agreed: dict[str, Face] = {}
        kept: set[str] = set()
        changes = False
        for day in sorted(desired.days() | wrote.days() | stored.days() | remote.days()):
            want, before, was, now = (c.said(day) for c in (desired, wrote, stored, remote))
            mine, there = desired.occurrence(day), remote.occurrence(day)
            still = not rule_changed or day in happens or day in desired.days()
            edited = _differ(now, was) and (_differ(now, want) or not still)
            changed = _differ(want, before) and _differ(now, want)
            if edited and changed and isinstance(want, Face) and isinstance(now, Face):
                earlier = before if isinstance(before, Face) else wrote.face.on(day)
                changed = any(now.unit(u) != want.unit(u) for u in want.differs(earlier))
                if not changed:  # they did all that we did, and more
                    self.agreed[day] = want
            quiet = _quiet_difference(mine, wrote.occurrence(day), there)
            if edited and not still:
                self.drift.append(Drift("lost", day, _shown(stored, day), _shown(remote, day)))
                continue
            if isinstance(there, Face) and now is None and not still:
                if there.alarms != remote.face.alarms:  # as usual, but for an alarm of one's own
                    self.drift.append(Drift("lost", day, _shown(stored, day), there))
                continue
            if edited and said != RESTORE:
                kept.add(day)
                known = _with_day(stored, day, self.agreed.get(day))
                self.drift.append(_occurrence(known, remote, day)._replace(is_conflict=changed))
                if changed:
                    self.conflicts.append(day)
                if now == "gone":
                    self.gone.add(day)
                elif isinstance(there, Face):
                    self.theirs[day] = _following(there, day, desired, wrote, stored, remote, anew=rule_changed)
                continue  # now None: they put back what we had taken out, and it stays so
            if edited or changed or quiet:
                changes = True
                if mine == "gone":
                    self.gone.add(day)
                elif isinstance(mine, Face):
                    had = there if isinstance(there, Face) else mine
                    wrote_face = before if isinstance(before, Face) else mine
                    self.ours[day] = _blend(mine, wrote_face, had, (*LOUD, "color"))
                continue
            if _differ(now, want):  # somebody kept it so, and it stays, whatever changes beside it
                if there == "gone" and still:
                    self.gone.add(day)
                elif isinstance(there, Face) and still:
                    self.theirs[day] = _following(there, day, desired, wrote, stored, remote, anew=rule_changed)
            elif "gone" in (there, mine):  # as it was; a rule that has moved on has no use for it
                if still:
                    self.gone.add(day)
            elif isinstance(there, Face) and still:
                if isinstance(mine, Face) and rule_changed:
                    self.ours[day] = _blend(mine, mine, there, (*LOUD, "color"))
                elif isinstance(mine, Face):
                    self.ours[day] = _blend(mine, mine, there, ())
                else:
                    self.theirs[day] = _following(there, day, desired, wrote, stored, remote, anew=rule_changed)
        self.kept = frozenset(kept)
        self.changes = changes


def _with_day(canon: Canon, day: str, face: Face | None) -> Canon:
    """The same with this face on a date; as it is without a face."""
    if face is None:
        return canon
    return canon._replace(gone=tuple(d for d in canon.gone if d != day), differing={**canon.differing, day: face})


def _following(now: Face, day: str, desired: Canon, wrote: Canon, stored: Canon, remote: Canon, *, anew: bool) -> Blend:
    """What of a person's occurrence is as the series has it goes on following it, its time too (`anew`)."""
    units = tuple(u for u in FOLLOWING if now.unit(u) == stored.face.unit(u))
    changed = desired.face.differs(wrote.face, (*LOUD, "color"))
    following = [u for u in units if u in changed]
    if anew and not all(now.differs(series.face.on(day), ("when",)) for series in (stored, remote)):
        following.append("when")
    return _blend(desired.face, wrote.face, now, tuple(following))


def _quiet_difference(want: Face | str | None, before: Face | str | None, now: Face | str | None) -> bool:
    """Whether we changed alarms, categories or the colour of one occurrence that is there."""
    if not (isinstance(want, Face) and isinstance(before, Face) and isinstance(now, Face)):
        return False
    return want.color != before.color or _quiet_changes(_blend(want, before, now, ()), now)


def _differ(one: Face | str | None, other: Face | str | None, units: tuple[str, ...] = LOUD) -> bool:
    if isinstance(one, Face) and isinstance(other, Face):
        return bool(one.differs(other, units))
    return one != other


def _touched(stored: Canon, remote: Canon) -> list[str]:
    """The dates that a person changed."""
    days = sorted(stored.days() | remote.days())
    return [d for d in days if _differ(remote.said(d), stored.said(d))]


def _occurrence(stored: Canon, remote: Canon, day: str) -> Drift:
    """What a person did with one occurrence."""
    was, now = stored.said(day), remote.said(day)
    if now == "gone":
        return Drift("cancelled", day, _shown(stored, day))
    if not isinstance(now, Face):
        return Drift("put back", day, _shown(stored, day))
    before = was if isinstance(was, Face) else stored.face
    units = tuple(u for u in now.differs(before, LOUD[1:]) if now.unit(u) != remote.face.unit(u)) or now.differs(
        before, LOUD[1:]
    )
    usual = was if isinstance(was, Face) else stored.face.on(day)
    if now.differs(usual, ("when",)) and (units == () or now.differs(remote.face.on(day), ("when",))):
        return Drift("moved", day, _shown(stored, day), now, ("when", *units))
    return Drift("edited", day, _shown(stored, day), now, units)


def _shown(canon: Canon, day: str) -> Face | None:
    """What there is on a date of the rule: an instance of the series where nothing else is said, None if it is gone."""
    said = canon.occurrence(day)
    return said if isinstance(said, Face) else canon.face.on(day) if said is None else None


# ── lists that belong to both ────────────────────────────────────────


def _blend(want: Face, wrote: Face, now: Face, units: tuple[str, ...]) -> Blend:
    if want.color != wrote.color:
        units = tuple(dict.fromkeys((*units, "color")))
    return Blend(
        units,
        _both(want.categories, wrote.categories, now.categories),
        _both(want.alarms, wrote.alarms, now.alarms),
    )


def _both(want: Iterable[str], wrote: Iterable[str], now: Iterable[str]) -> tuple[str, ...]:
    """A list after both had their say: what we took away goes, what we added comes, all else is theirs."""
    want, wrote, now = set(want), set(wrote), set(now)
    return tuple(sorted((now - (wrote - want)) | (want - wrote)))


def _quiet_changes(blend: Blend, now: Face) -> bool:
    return blend.categories != now.categories or blend.alarms != now.alarms
