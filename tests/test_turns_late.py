"""Turns that waited while nights were kept: nobody loses a night by having missed one, whenever that is said."""

from __future__ import annotations

import tomllib
from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.agreement import Agreement, History, Version
from planner.compiler import compile_series, compile_versions
from planner.document import Document, parse_document, set_value
from planner.edit_turns import keep_turns, told_turns
from planner.history import turns_between
from planner.reading import read_agreement
from planner.timeline import occurrences
from tests.engines import ENGINES
from tests.test_occurrences import compare
from tests.test_turns import HEAD, NIGHTS, START, agreed

FIRST = date(2027, 1, 8)
PATH = "host_nights.salon"
END = date(2028, 6, 1)


def night(n: int) -> date:
    return FIRST + timedelta(days=7 * n)


def read(document: Document) -> Agreement:
    agreement, findings = read_agreement(tomllib.loads(document.encode().decode()))
    assert agreement is not None, findings
    return agreement


def document_of(hosts: tuple[str, ...]) -> Document:
    names = ", ".join(f'"{host}"' for host in hosts)
    document = parse_document((HEAD + NIGHTS.replace('"ana", "ben"', names)).encode(), "x.toml")
    assert isinstance(document, Document)
    return document


def skipped(document: Document, days: list[date], today: date) -> Document:
    """The document after `planner skip` on a day, as far as turns go."""
    before = read(document)
    skip = sorted({*before.rituals[PATH].skip, *days})
    after = set_value(document, ("host_nights", "salon", "skip"), skip)
    return keep_turns(after, History(before), History(read(after)), today)[0]


def turns(agreement: Agreement, first: date, end: date) -> dict[date, str]:
    """Whose turn it is, and what everybody's calendar says of it."""
    found = turns_between(History(agreement), agreement.rituals[PATH], first, end)
    names = {person.name: key for key, person in agreement.people.items()}
    seen = occurrences(compile_series(agreement, None), first, end)
    assert found == {o.on: names[o.look.summary.removeprefix("Salon (").removesuffix(" hosts)")] for o in seen}
    return found


HOSTS = st.sampled_from([("ana", "ben"), ("ana", "ben", "cleo"), ("ana", "ben", "ben"), ("cleo", "ana", "ben", "ana")])


@given(HOSTS, st.integers(1, 12), st.data())
def test_the_ones_who_missed_come_next_in_order_and_then_the_order_goes_on(hosts, now, data):
    """A night each week; some that are over fell out, which is written down only now."""
    missed = sorted(data.draw(st.sets(st.integers(0, now - 1), min_size=1, max_size=6)))
    today = night(now) - timedelta(days=data.draw(st.integers(0, 6)))
    document = document_of(hosts)
    before = turns(read(document), START, END)
    after = turns(read(skipped(document, [night(n) for n in missed], today)), START, END)
    assert {d: t for d, t in after.items() if d < today} == {
        d: t for d, t in before.items() if d < today and d not in map(night, missed)
    }
    come = [turn for day, turn in after.items() if day >= today]
    assert (
        come
        == [
            *(before[night(n)] for n in missed),
            *(turn for day, turn in before.items() if day >= today),
        ][: len(come)]
    )


@given(HOSTS, st.lists(st.tuples(st.integers(0, 5), st.sets(st.integers(-8, 3), min_size=1, max_size=3)), max_size=4))
def test_nobody_loses_a_night_however_often_and_late_it_is_said(hosts, said):
    """Past and coming nights fall out, again and again; what is over stays, and in the end all have had their share."""
    document, now = document_of(hosts), 1
    for weeks, which in said:
        now += weeks
        days = [night(now + n) for n in which if now + n >= 0]
        if not days:
            continue
        before = turns(read(document), START, END)
        document = skipped(document, days, night(now))
        after = turns(read(document), START, END)
        assert {d: t for d, t in after.items() if d < night(now)} == {
            d: t for d, t in before.items() if d < night(now) and d not in days
        }
        # by the end of whole rounds each has had as many nights as anyone else, however many fell out
        many = 12 * len(hosts)
        assert Counter([*after.values()][:many]) == Counter(hosts * 12)


@pytest.mark.parametrize("engine", ENGINES, ids=lambda e: e.__name__)
def test_engines_read_it_as_we_do(engine):
    document = skipped(document_of(("ana", "ben", "cleo")), [night(1)], night(5))
    agreement = read(skipped(document, [night(2), night(5)], night(5)))
    for audience in ("ana", "ben", "everyone"):
        compare(agreement, audience, engine, date(2027, 1, 1), date(2028, 6, 1))


def test_who_is_late_is_so_over_a_split_too():
    """Ben's 15th fell out, Ana had the 22nd; from the 23rd on it is an hour later."""
    text = f"{NIGHTS}skip = [2027-01-15]\nchanges = [{{ on = 2027-01-22, host = 'ana' }}]\n"
    old, new = agreed(text), agreed(text.replace("19:00", "20:00"))
    history = History(new, (Version(START, 1, old), Version(date(2027, 1, 23), 1, new)))
    seen = occurrences(compile_versions(history, None), START, date(2027, 3, 6))
    assert "".join(o.look.summary.removeprefix("Salon (")[0] for o in seen) == "AABBABAB"


def test_what_is_told_begins_with_whoever_missed():
    document = document_of(("ana", "ben"))
    after = skipped(document, [night(1)], date(2027, 1, 25))
    (told,) = told_turns(History(read(document)), History(read(after)), date(2027, 1, 25))
    assert told == (
        'Turns in "Salon" go on with Ben on Friday 29 January 2027, Ben on Friday 5 February 2027 '
        "and Ana on Friday 12 February 2027."
    )


def test_a_pause_of_days_that_are_over_rests_nights_whose_turns_were_kept(run_planner, tmp_path):
    file = tmp_path / "agreement.toml"
    file.write_text(HEAD + NIGHTS, encoding="utf-8")
    assert run_planner("--today", "2027-02-01", "skip", "salon", "2027-01-15").exit_code == 0
    assert 'host = "ana"' in file.read_text(encoding="utf-8")
    said = run_planner("--today", "2027-02-01", "pause", "salon", "--from", "2027-01-20", "--until", "2027-01-24")
    assert said.stdout.splitlines()[:3] == [
        '"Salon" rests from Wednesday 20 to Sunday 24 January 2027.',
        'Whose turn it was in "Salon" on Friday 22 January 2027 is taken out of `changes`.',
        'Turns in "Salon" go on with Ben on Friday 5 February 2027, Ana on Friday 12 February 2027 '
        "and Ana on Friday 19 February 2027.",
    ]
    agenda = run_planner("--today", "2027-02-01", "agenda", "--from", "2027-01-04", "--to", "2027-02-01").stdout
    assert agenda.count("Salon (Ana hosts)") == 1
    assert agenda.count("Salon (Ben hosts)") == 1
    assert "22 January" not in agenda


def test_what_changes_says_more_of_takes_place_in_a_pause_and_that_is_said(run_planner, tmp_path):
    file = tmp_path / "agreement.toml"
    changes = 'changes = { on = 2027-01-22, host = "ana", at = "20:00" }\n'
    file.write_text(HEAD + NIGHTS + changes, encoding="utf-8")
    said = run_planner("--today", "2027-01-10", "pause", "salon", "--from", "2027-01-20", "--until", "2027-01-24")
    assert '"Salon" takes place on Friday 22 January 2027 all the same, for `changes` speaks of it.' in said.stdout
    assert changes in file.read_text(encoding="utf-8")
