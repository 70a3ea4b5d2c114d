"""Whatever the agreement was and becomes: what a calendar holds after syncs is what independent engines expect of it.

One agreement is synced, programs of others add lines of their own, another agreement takes its place. Then the objects
in the calendar mean the occurrences of the second one's timeline, and the lines of the others are all there.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.compiler import compile_series
from planner.content import component_text, read_component
from planner.sync.looking import look
from planner.sync.plan import make_plan
from planner.sync.run import carry_out
from planner.sync.state import read_state, state_text
from planner.sync.wanted import wanted
from planner.timeline import occurrences
from tests.engines import expand_recurring_ical_events
from tests.memory import MemoryCalendar
from tests.test_occurrences import FIRST, adjusted_agreements, is_steady, moment, read

NOW = datetime(2026, 1, 1, tzinfo=UTC)
END = date(2027, 7, 1)
OWN_LINES = 'X-OTHER-PROGRAM;X="a:b":Ü, kept\r\nCOMMENT:mine\\, too\r\nATTACH:https://example.org/a;b\r\nEND:VEVENT'


class Synced:
    def __init__(self) -> None:
        self.store = MemoryCalendar()
        self.state = None

    def sync(self, agreement, audience):
        series = compile_series(agreement, audience)
        state = read_state(self.state, agreement.id, "memory:/")
        wants = wanted(series)
        plan = make_plan(wants, state, look(self.store, state, wants, {}), {})

        def save(state):
            self.state = state_text(state)

        carry_out(plan, self.store, wants, {}, now=NOW, save=save)
        return series

    def texts(self):
        return [text for _, text in self.store.objects.values()]


def is_inside(start) -> bool:
    return FIRST <= (moment(start).date() if isinstance(start, datetime) else start) < END


def is_near(value, unsteady) -> bool:
    return isinstance(value, datetime) and any(abs(moment(value) - at) <= timedelta(hours=3) for at in unsteady)


@given(old=adjusted_agreements(), new=adjusted_agreements(), audience=st.sampled_from(("ana", "ben", "everyone")))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_a_calendar_means_what_the_agreement_says(old, new, audience):
    before, after = read(old), read(new)
    if before is None or after is None or audience not in {*after.people, "everyone"} & {*before.people, "everyone"}:
        return
    calendar = Synced()
    calendar.sync(before._replace(id=after.id), audience)
    for place, (_, text) in list(calendar.store.objects.items()):
        calendar.store.put(place, text.replace("END:VEVENT", OWN_LINES, 1))
    held = set(calendar.store.objects)
    series = calendar.sync(after, audience)

    early, late = FIRST - timedelta(days=3), END + timedelta(days=3)
    ours = [o for o in occurrences(series, early, late) if is_inside(o.start)]
    unsteady = [moment(o.start) for o in ours if not is_steady(o)]
    expanded = [i for text in calendar.texts() for i in expand_recurring_ical_events(text, early, late)]
    theirs = [i for i in expanded if is_inside(i.start)]
    mine = [(str(moment(o.start)), str(moment(o.end)), o.look.summary) for o in ours if not is_near(o.start, unsteady)]
    other = [(str(moment(i.start)), str(moment(i.end)), i.summary) for i in theirs if not is_near(i.start, unsteady)]
    assert sorted(mine) == sorted(other)

    for place in held & calendar.store.objects.keys():
        text = calendar.store.objects[place][1].replace("\r\n ", "")
        assert all(line in text for line in OWN_LINES.split("\r\n")[:-1])
        assert "METHOD" not in text

    writes = calendar.store.writes
    calendar.sync(after, audience)
    assert calendar.store.writes == writes


@given(values=adjusted_agreements(), audience=st.sampled_from(("ana", "ben", "everyone")))
def test_a_text_survives_the_tree_byte_for_byte(values, audience):
    agreement = read(values)
    if agreement is not None and audience in {*agreement.people, "everyone"}:
        calendar = Synced()
        calendar.sync(agreement, audience)
        for text in calendar.texts():
            assert component_text(read_component(text)) == text
