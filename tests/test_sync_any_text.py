"""Whatever text a calendar holds: it is unreadable, or it is read, told, merged, and reads again."""

from __future__ import annotations

import contextlib
import re

from hypothesis import given
from hypothesis import strategies as st

from planner.agreement import History
from planner.canonical import canon_of, canon_value, differing_events, read_canon
from planner.content import Unreadable, component_text, folded, read_component
from planner.document import EditError, parse_document
from planner.edit_pieces import NotPossible
from planner.reading import read_agreement
from planner.sync.deciding import UPDATE, Applied, decide
from planner.sync.merging import merged_text
from planner.sync.pulling import proposals
from planner.sync.wording import drift_line, step_line
from tests.phones import HOME, NOW, World
from tests.test_sync_phones import CHANGES, EDITS

VALUES = st.sampled_from(
    [
        *("00010101T000000", "99991231T235959Z", "20270106", "20270106T183000Z", "00000000", "20270230T000000"),
        *("FREQ=WEEKLY;COUNT=0", "FREQ=DAILY;UNTIL=00010101", "FREQ=MONTHLY;BYMONTHDAY=-40,0"),
        *("FREQ=YEARLY;INTERVAL=0", ""),
        *("FREQ=WEEKLY;INTERVAL=²;BYDAY=9MO,-6TU,--5WE", "FREQ=MONTHLY;BYDAY=6SU;COUNT=99999999999", "FREQ=;=;;,"),
        *("FREQ=MONTHLY;BYDAY=SA;BYSETPOS=9;UNTIL=20270231", "-PT99999999999H", "P1W", "²", "CANCELLED"),
        *("\\", "\\,"),
        *("FREQ=YEARLY;BYMONTH=13;BYDAY=1MO", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=5", "FREQ=DAILY;COUNT=5000"),
    ]
)  # fmt: skip
NAMES = st.sampled_from(
    [
        *("DTSTART", "DTEND", "DURATION", "RRULE", "EXDATE", "RDATE", "EXRULE", "RECURRENCE-ID", "SEQUENCE", "STATUS"),
        *("SUMMARY", "CATEGORIES", "TRIGGER", "TZID", "TZOFFSETTO", "BEGIN", "END", "X_A.b", "UID", "CLASS"),
        *("DTSTART;TZID=Nowhere", 'DTSTART;TZID="a:b', "EXDATE;VALUE=DATE", "RECURRENCE-ID;RANGE=THISANDFUTURE", ";"),
    ]
)  # fmt: skip
MUTATIONS = st.lists(st.tuples(st.integers(0, 40), st.sampled_from("+-~"), NAMES, VALUES), max_size=6)


def mutated(text: str, mutations) -> str:
    head, begin, events = text.partition("BEGIN:VEVENT")
    lines = [begin, *events.splitlines()[1:]]
    for place, how, name, value in mutations:
        at = place % len(lines)
        if how == "-":
            del lines[at]
        elif how == "~":
            lines[at] = f"{name}:{value}"
        else:
            lines.insert(at, f"{name}:{value}")
        lines = lines or [""]
    return head + "\r\n".join(lines)


@given(
    MUTATIONS, st.sampled_from(["moved", "cancelled in UTC", "notes"]), st.sampled_from(["title", "time", "changes"])
)
def test_a_broken_text_is_unreadable_or_read_told_merged_and_read_again(mutations, what, change):
    world = World()
    text = mutated(EDITS[what][0](world.stored), mutations)
    try:
        tree = read_component(text)
        canon = read_canon(tree)
    except Unreadable:
        return
    assert canon_of(canon_value(canon)) == canon
    assert read_canon(read_component(component_text(tree))) == canon
    assert differing_events(tree).keys() >= canon.differing.keys()
    before = world.plan()[1][0]
    world.put(text)
    plan, _ = world.plan()
    assert all(drift_line(step, drift) for step, drift in plan.drift)
    for one in proposals(plan, History(world.agreement), "ana"):
        if one.make is not None:
            with contextlib.suppress(NotPossible, EditError):
                edited = one.make(parse_document(world.text.encode(), "x.toml"), History(world.agreement)).document
                read_agreement(edited.values)
    old, new, _ = CHANGES[change]
    world.change(old, new)
    plan, (want,) = world.plan()
    assert all(step_line(s, HOME) for s in plan.steps)
    happens = frozenset(d for d in canon.days() if want.happens_on(d))
    applied = Applied(before.canon, before.canon)
    decision = decide(want.canon, applied, canon, happens=happens, may_create=True, said="restore")
    if decision.kind == UPDATE:
        after = read_canon(read_component(merged_text(tree, want.tree, decision.merge, NOW)))
        assert not after.face.differs(want.canon.face)


@given(st.text(max_size=300))
def test_any_text_is_unreadable_or_a_component(text):
    try:
        read_component(text)
    except Unreadable:
        return


@given(st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), max_size=200))
def test_a_line_folded_between_characters_is_the_line(text):
    line = f"SUMMARY:{text}"
    assert all(len(part.encode()) <= 75 for part in folded(line).split("\r\n"))
    assert re.sub("\r\n ", "", folded(line)) == line + "\r\n"
