"""What stands beside ours in a calendar and has to do with it: a series that an app made to go on with one of ours.

In: others' texts, what of ours the calendar holds, what is wanted. Out: of which of ours each of them is the rest.
"This and all later ones" in a calendar app ends a series and makes another, with an identity of the app's own. Only
what can be known surely is named; nothing of it is ever touched. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from planner.canonical import Canon, Face, read_canon
from planner.content import Unreadable, read_component
from planner.rewritten import date_of, meaning
from planner.sync.wanted import Wanted

_SPLIT_OFF = r"_R[0-9]{8}(?:T[0-9]{6}Z?)?(?:@.*)?"
"""What Google hangs on the UID of a series that goes on from an instant."""
_FARTHEST = timedelta(days=800)


def going_on(
    others: Mapping[str, str], held: Mapping[str, Canon], wants: Mapping[str, Wanted]
) -> Iterator[tuple[str, str, Canon]]:
    """Of others' objects (place → text) those that go on with one of ours: place, the UID of ours, what it says."""
    ended = {uid: last for uid, canon in held.items() if (last := _ended_early(canon, wants.get(uid))) is not None}
    for place, text in others.items() if ended else ():
        if "RRULE" not in text:
            continue
        try:
            tree = read_component(text)
            canon = read_canon(tree)
        except Unreadable:
            continue
        events = tree.inner("VEVENT")
        name = (events[0].value("UID") or "").strip() if events else ""
        for uid, last in ended.items():
            if re.fullmatch(re.escape(uid) + _SPLIT_OFF, name) or _continues(
                canon.face, held[uid].face, last, wants[uid]
            ):
                yield place, uid, canon
                break


def _ended_early(canon: Canon, want: Wanted | None) -> date | None:
    """The last day of a series that ends in the calendar before it ends in the agreement."""
    if want is None or want.series.rule is None:
        return None
    last = meaning(canon.face.rule, canon.face.start, canon.face.zone).last
    agreed = want.series.last
    return last if last is not None and (agreed is None or last < agreed) else None


def _continues(face: Face, ours: Face, last: date, want: Wanted) -> bool:
    """Whether a series of the same name begins where ours was made to end: by its next date, or within a week of it."""
    first = date_of(face.start)
    if first is None or first <= last or face.summary.strip() != ours.summary.strip() or not face.rule:
        return False
    day = last + timedelta(days=1)
    while day < min(first, last + _FARTHEST) and not want.happens_on(day.isoformat()):
        day += timedelta(days=1)
    return first <= day + timedelta(days=6)
