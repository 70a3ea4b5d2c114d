"""What fell out and is written down only later: nights since stay, and whoever missed theirs comes next."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.agreement import Agreement, History, Version
from planner.compiler import compile_series, compile_versions
from planner.document import Document, parse_document, set_value
from planner.edit_dates import unskip
from planner.edit_turns import keep_turns, told_turns
from planner.history import turns_between
from planner.ics import calendar_text
from planner.reading import read_agreement
from planner.timeline import occurrences
from tests.engines import ENGINES
from tests.test_occurrences import NOW, compare, compare_series
from tests.test_turns import HEAD, NIGHTS, START, agreed, written

FIRST = date(2027, 1, 8)
PATH = "host_nights.salon"
END = date(2028, 6, 1)


def night(n: int) -> date:
    return FIRST + timedelta(days=7 * n)


def read(document: Document) -> Agreement:
    agreement, findings = read_agreement(tomllib.loads(document.encode().decode()))
    assert agreement is not None, findings
    assert not findings
    return agreement


def document_of(*hosts: str) -> Document:
    names = ", ".join(f'"{host}"' for host in hosts)
    document = parse_document((HEAD + NIGHTS.replace('"ana", "ben"', names)).encode(), "x.toml")
    assert isinstance(document, Document)
    return document


def skipped(document: Document, days: list[date], today: date) -> Document:
    """The document after `planner skip` on some days, as far as turns go."""
    before = read(document)
    skip = sorted({*before.rituals[PATH].skip, *days})
    after = set_value(document, ("host_nights", "salon", "skip"), skip)
    return keep_turns(after, History(before), History(read(after)), today)[0]


def turns(agreement: Agreement, first: date = START, end: date = END) -> dict[date, str]:
    """Whose turn it is; what everybody's calendar says is the same."""
    found = turns_between(History(agreement), agreement.rituals[PATH], first, end)
    names = {person.name: key for key, person in agreement.people.items()}
    seen = occurrences(compile_series(agreement, None), first, end)
    assert found == {o.on: names[o.look.summary.removeprefix("Salon (").removesuffix(" hosts)")] for o in seen}
    return found


def letters(agreement: Agreement, weeks: int, first: date = FIRST) -> str:
    there = turns(agreement)
    return "".join(there.get(first + timedelta(days=7 * n), ".")[0] for n in range(weeks))


# ── a late word, by hand ──


@pytest.mark.parametrize(
    ("hosts", "late", "now", "goes_on"),
    [
        # Ben's second night fell out, Ana had the third; the fourth is Ben's, and so on from there
        ("ana ben", [1], 3, "a.a" + "bababa"),
        ("ana ben", [1], 4, "a.ab" + "babab"),
        ("ana ben", [0], 3, ".ba" + "ababab"),
        ("ana ben cleo", [1], 3, "a.c" + "bcabca"),
        ("ana ben cleo", [1], 4, "a.ca" + "bcabc"),
        # a whole round went by
        ("ana ben cleo", [1], 6, "a.cabc" + "bca"),
        # nobody had a night since then
        ("ana ben cleo", [2], 3, "ab." + "cabcab"),
        # both missed theirs, and nights since went on as if that had been known
        ("ana ben", [0, 1], 4, "..ab" + "ababa"),
        ("ana ben", [0, 1], 3, "..a" + "bababa"),
        ("ana ben ben", [1], 4, "a.ba" + "babba"),
        ("ana ben ben", [1], 3, "a.b" + "babbab"),
    ],
)
def test_whoever_missed_theirs_comes_next(hosts, late, now, goes_on):
    document = document_of(*hosts.split())
    after = skipped(document, [night(n) for n in late], night(now) - timedelta(days=3))
    assert letters(read(after), len(goes_on)) == goes_on


def test_late_words_one_after_another():
    """What fell out earlier still may make what did not count a night like any other."""
    document = skipped(document_of("ana", "ben"), [night(1)], night(3))
    assert letters(read(document), 8) == "a.ababab"
    assert uncounted(document) == [night(2)]
    document = skipped(document, [night(4)], night(6))
    assert letters(read(document), 9) == "a.ab.baba"
    assert uncounted(document) == [night(2), night(5)]
    document = skipped(document, [night(0)], night(6))
    assert letters(read(document), 9) == "..ab.baba"
    assert uncounted(document) == [night(5)]


def uncounted(document: Document) -> list[date]:
    return [change.on for change in read(document).rituals[PATH].changes if not change.counts]


# ── a late word, any ──

EACH_ONCE = [("ana", "ben"), ("ana", "ben", "cleo")]
HOSTS = st.sampled_from([*EACH_ONCE, ("ana", "ben", "ben"), ("cleo", "ana", "ben", "ana")])


@given(st.sampled_from(EACH_ONCE), st.integers(1, 12), st.data())
def test_whoever_missed_one_comes_next_however_late_it_is_said(hosts, now, data):
    missed = data.draw(st.integers(0, now - 1))
    today = night(now) - timedelta(days=data.draw(st.integers(0, 6)))
    document = document_of(*hosts)
    before = turns(read(document))
    after = turns(read(skipped(document, [night(missed)], today)))
    assert {d: t for d, t in after.items() if d < today} == {
        d: t for d, t in before.items() if d < today and d != night(missed)
    }
    come = [turn for day, turn in after.items() if day >= today]
    assert come == [hosts[(missed + n) % len(hosts)] for n in range(len(come))]


def unskipped(document: Document, days: list[date], today: date) -> Document:
    """The document after `planner skip --undo` on some days, as far as turns go."""
    before = read(document)
    after = unskip(document, before, PATH, days).document
    return keep_turns(after, History(before), History(read(after)), today)[0]


@given(HOSTS, st.integers(1, 12), st.data())
def test_what_is_taken_back_at_once_leaves_no_trace(hosts, now, data):
    """Some days fell out before; more do, and that is taken back; what is over stays in any case."""
    document = document_of(*hosts)
    for day in data.draw(st.lists(st.integers(0, now + 2), max_size=2, unique=True)):
        document = skipped(document, [night(day)], night(now))
    there = [n for n in range(now + 3) if night(n) not in read(document).rituals[PATH].skip]
    more = data.draw(st.lists(st.sampled_from(there), min_size=1, max_size=2, unique=True))
    back = unskipped(skipped(document, [night(n) for n in more], night(now)), [night(n) for n in more], night(now))
    stood = {day: turn for day, turn in turns(read(document), START, night(now)).items() if day not in map(night, more)}
    assert stood.items() <= turns(read(back), START, night(now)).items()
    if not uncounted(document):
        assert turns(read(back)) == turns(read(document))
        assert back.encode() == document.encode()


class Walk:
    """The same by a pointer that goes through the nights: who is due stays due until a night counts."""

    def __init__(self, hosts: tuple[str, ...]) -> None:
        self.hosts = hosts
        self.missed: set[int] = set()
        self.extra: set[int] = set()
        self.had: dict[int, str] = {}

    def due(self, now: int) -> int:
        return sum(1 for n in range(now) if n not in self.missed | self.extra)

    def at(self, n: int) -> str:
        return self.had.get(n) or self.hosts[self.due(n) % len(self.hosts)]

    def skip(self, days: list[int], now: int) -> None:
        self.had |= {n: self.at(n) for n in range(now)}
        late = [n for n in sorted(days) if n < now and n not in self.missed]
        self.missed |= set(days)
        if not late:
            return
        n = late[0] + 1
        while n in self.missed | self.extra:
            self.extra.discard(n)
            n += 1
        for n in range(late[0] + 1, now):
            counted = n not in self.missed | self.extra
            if counted and self.hosts[self.due(n) % len(self.hosts)] != self.had[n]:
                self.extra |= set(range(n, now)) - self.missed
                return


@given(HOSTS, st.lists(st.tuples(st.integers(0, 5), st.sets(st.integers(-8, 3), min_size=1, max_size=3)), max_size=4))
def test_past_and_coming_nights_fall_out_again_and_again(hosts, said):
    document, now, walk = document_of(*hosts), 1, Walk(hosts)
    for weeks, which in said:
        now += weeks
        numbers = [now + n for n in which if now + n >= 0]
        if not numbers:
            continue
        before = turns(read(document))
        document = skipped(document, [night(n) for n in numbers], night(now))
        walk.skip(numbers, now)
        after = turns(read(document))
        assert {d: t for d, t in after.items() if d < night(now)} == {
            d: t for d, t in before.items() if d < night(now) and d not in map(night, numbers)
        }
        expected = [walk.at(n) for n in range(60) if n not in walk.missed]
        assert [*after.values()][: len(expected)] == expected
    if not walk.missed:
        return
    # saying the same once more changes nothing
    again = skipped(document, [*read(document).rituals[PATH].skip], night(now))
    assert again.encode() == document.encode()


# ── and in calendars ──


@pytest.mark.parametrize("engine", ENGINES, ids=lambda e: e.__name__)
def test_engines_read_it_as_we_do(engine):
    document = skipped(document_of("ana", "ben", "cleo"), [night(1)], night(5))
    agreement = read(skipped(document, [night(2), night(5)], night(5)))
    assert uncounted(document)
    for audience in ("ana", "ben", "everyone"):
        compare(agreement, audience, engine, date(2027, 1, 1), date(2028, 6, 1))


@given(st.sampled_from(EACH_ONCE), st.integers(1, 12), st.data())
def test_calendars_know_the_nights_that_are_over_as_the_same(hosts, now, data):
    missed = night(data.draw(st.integers(0, now - 1)))
    document = document_of(*hosts)
    after = skipped(document, [missed], night(now))

    def over(of: Document) -> set[tuple[str, date]]:
        series = compile_series(read(of), "ana")
        return {(one.uid, o.on) for one in series for o in occurrences([one], START, night(now)) if o.on < night(now)}

    assert over(after) == {one for one in over(document) if one[1] != missed}


@pytest.mark.parametrize(
    ("hosts", "had", "nights"), [("ana ben", "ana", "AABABABA"), ("ana ben cleo", "cleo", "ACBCABCA")]
)
def test_whoever_waits_does_so_over_a_split_too(hosts, had, nights):
    """Ben's 15th fell out, another one had the 22nd; from the 23rd on it is an hour later."""
    text = NIGHTS.replace('"ana", "ben"', ", ".join(f'"{host}"' for host in hosts.split()))
    text += f"skip = [2027-01-15]\nchanges = [{{ on = 2027-01-22, host = '{had}', counts = false }}]\n"
    old, new = agreed(text), agreed(text.replace("19:00", "20:00"))
    history = History(new, (Version(START, 1, old), Version(date(2027, 1, 23), 1, new)))
    seen = occurrences(compile_versions(history, None), START, date(2027, 3, 6))
    assert "".join(o.look.summary.removeprefix("Salon (")[0] for o in seen) == nights
    for engine in ENGINES:
        series = compile_versions(history, "ana")
        text = calendar_text(series, name="Test", color=None, first_year=2026, now=NOW, earlier={})
        compare_series(series, text, engine, date(2027, 1, 1), date(2028, 6, 1))


def test_what_is_agreed_keeps_what_did_not_count():
    file = agreed(
        f"{NIGHTS}skip = [2027-01-15]\nchanges = [{{ on = 2027-01-22, host = 'ana', counts = false }}]\n",
    )
    first = written(file, History(file), START, date(2027, 1, 2))
    second = written(file, History(file, (first,)), date(2027, 3, 1), date(2027, 2, 20))
    assert second.agreement.agreed.waited == (("host_nights.salon", (date(2027, 1, 15), date(2027, 1, 22))),)

    def whose(of: Agreement) -> list[str]:
        history = History(of, (first, second))
        return [*turns_between(history, of.rituals[PATH], date(2027, 1, 29), date(2027, 4, 1)).values()]

    assert whose(file)[:3] == ["ben", "ana", "ben"]
    # a line that is taken out later changes nobody's turn
    assert whose(agreed(f"{NIGHTS}skip = [2027-01-15]\n")) == whose(file)


def test_a_pause_of_the_one_whose_turn_it_is_said_late():
    """Nights since then are Ben's as they were; Ana, who was away, has the next."""
    text = """[rituals.bedtime]
turns = ["ana", "ben"]
who = "turn"
on = ["monday", "thursday"]
at = "19:00-19:30"
missed_turn = "waits"
"""
    before = parse_document((HEAD + text).encode(), "x.toml")
    pause = '[[pauses]]\nwho = "ana"\nstarts = 2027-01-11\nuntil = 2027-01-13\n'
    after = parse_document((HEAD + text + pause).encode(), "x.toml")
    assert isinstance(before, Document)
    assert isinstance(after, Document)
    histories = [History(read(document)) for document in (before, after)]
    today = date(2027, 1, 20)
    kept, _ = keep_turns(after, *histories, today)
    agreement = read(kept)
    found = turns_between(History(agreement), agreement.rituals["rituals.bedtime"], START, date(2027, 2, 2))
    # 4 Ana, 7 Ben, 11 Ana is away, 14 Ben, 18 Ana, then Ana again
    assert "".join(turn[0] for turn in found.values()) == "abba" + "abab"
    seen = occurrences(compile_series(agreement, None), START, date(2027, 2, 2))
    assert [(o.on, o.who[0]) for o in seen] == [*found.items()]
    for engine in ENGINES:
        compare(agreement, "ben", engine, date(2027, 1, 1), date(2027, 6, 1))


def test_what_is_told_begins_with_whoever_missed():
    document = document_of("ana", "ben")
    after = skipped(document, [night(1)], date(2027, 1, 25))
    (told,) = told_turns(History(read(document)), History(read(after)), date(2027, 1, 25))
    assert told == (
        'Turns in "Salon" go on with Ben on Friday 29 January 2027, Ana on Friday 5 February 2027 '
        "and Ben on Friday 12 February 2027."
    )


# ── words ──


@pytest.mark.parametrize(
    ("text", "code", "severity"),
    [
        (NIGHTS.replace('"waits"', '"passes"'), "counts-anyway", "warning"),
        (NIGHTS.replace('missed_turn = "waits"\n', ""), "counts-anyway", "warning"),
        ('[me_blocks.own]\nwho = "ana"\non = "friday"\nat = "19:00-20:00"\n', "no-turns", "error"),
    ],
)
def test_what_cannot_be_left_out_of_the_count_is_said(text, code, severity):
    _, findings = read_agreement(tomllib.loads(HEAD + text + "changes = [{ on = 2027-01-15, counts = false }]\n"))
    assert [(f.code, f.severity) for f in findings] == [(code, severity)]


def test_that_it_counts_is_true_or_false():
    text = HEAD + NIGHTS + 'changes = [{ on = 2027-01-15, host = "ben", counts = "no" }]\n'
    _, findings = read_agreement(tomllib.loads(text))
    assert [f.message for f in findings] == ['true or false (without quotes) is meant here, not the text "no"']
