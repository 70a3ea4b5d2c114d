"""A chain of agreements: before each day the old version's times and people, from it on the new one's, counted as said.

The oracle is the slow second reading of `test_meaning`, which walks the days; what goes on and what starts anew over a
split is decided here a second time, from the values as they are written.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import tomli_w
from hypothesis import HealthCheck, assume, given, note, settings
from hypothesis import strategies as st

from planner.agreeing import composed_as, decide, opened
from planner.agreement import Agreed, Agreement, History, Version
from planner.checks import Examined, errors
from planner.compiler import compile_series, compile_versions
from planner.document import Document, parse_document
from planner.ending import end_in, ended, endings
from planner.history import agreement_on, drafted, held, holding, people_ever, segments
from planner.ics import calendar_text
from planner.reading import read_agreement
from planner.revision import differing, revised
from planner.timeline import instances, instant
from planner.versions import Stored, Waiting, read_version, read_versions, read_waiting, version_text
from planner.words import Timed, read_at
from planner.writing import same_terms, terms_of
from planner.zones import zone
from tests.conftest import SHELF
from tests.engines import ENGINES
from tests.strategies import PEOPLE, TABLES, ZONES, agreements, rituals
from tests.test_meaning import counts, dates_of, happens, in_season, is_named, length_on, waited
from tests.test_occurrences import adjusted, adjusted_agreements, compare_series

FIRST, END = date(2026, 1, 1), date(2030, 1, 1)
NOW = datetime(2026, 1, 1, tzinfo=UTC)
COUNTS = ("on", "every", "starts", "count_from")


def read(values, *, version: date | None = None) -> Agreement:
    agreement, findings = read_agreement(values)
    assert agreement is not None, findings
    return agreement._replace(agreed=Agreed(version, (), None)) if version else agreement


def sound(values, on: date) -> Agreement:
    """The version that these values are; where turns drift in it, another example is made."""
    agreement = read(values, version=on)
    assume(not errors(Examined(agreement, values, FIRST, END)))
    return agreement


@st.composite
def chains(draw) -> list[tuple[date, dict]]:
    """Agreements one after the other, each with the day from which it holds; each changes some of the one before.

    The last has single dates too, and pauses: these are the file's, for all of them.
    """
    values = draw(agreements(most=3))
    pauses = values.pop("pauses", [])
    on = draw(st.dates(date(2026, 1, 1), date(2026, 12, 31)))
    chain = [(on, values)]
    for _ in range(draw(st.integers(1, 3))):
        values = {k: dict(v) if isinstance(v, dict) else v for k, v in values.items()}
        for _ in range(draw(st.integers(1, 2))):
            changed(values, draw)
            follower_stands(values)
        on += timedelta(days=draw(st.sampled_from((1, 6, 7, 20, 31, 200))))
        chain.append((on, values))
    if draw(st.booleans()):
        chain[-1] = (on, {k: {i: dict(w) for i, w in v.items()} if k in TABLES else v for k, v in values.items()})
        adjusted(chain[-1][1], draw)
    if pauses:
        chain[-1][1]["pauses"] = pauses
    return chain


def led_by(values) -> list[str]:
    """The rituals that another one can follow."""
    return [
        f"{table}.{key}"
        for table in TABLES
        for key, ritual in values.get(table, {}).items()
        if len(set(ritual.get("hosts") or ritual.get("turns") or ())) > 1
    ]


def follower_stands(values) -> None:
    """Without somebody's turn nothing is for those whose turn it is not."""
    free = values.get("rituals", {}).get("free")
    if free and free["follows"] not in led_by(values):
        values["rituals"] = {k: v for k, v in values["rituals"].items() if k != "free"}
        if not values["rituals"]:
            del values["rituals"]


def changed(values, draw) -> None:
    """Change one ritual in place: its time, zone, people, turns, ladder, days, or all of it; drop it, or add one."""
    there = [(table, key) for table in TABLES for key in values.get(table, {}) if key != "free"]
    kinds = ("at", "zone", "turns", "who", "days", "until", "anew", "drop", "add", "ladder", "count", "waits", "free")
    what = draw(st.sampled_from(kinds))
    if what == "free":
        if led := led_by(values):
            at = draw(st.sampled_from(("21:00-22:15", "20:00-22:15")))
            free = {"follows": draw(st.sampled_from(led)), "who": "not turn", "at": at}
            values["rituals"] = {**values.get("rituals", {}), "free": free}
        return
    if what == "add" or not there:
        table = draw(st.sampled_from(TABLES))
        values[table] = {**values.get(table, {}), f"n{draw(st.integers(0, 2))}": draw(rituals(table))}
        return
    table, key = draw(st.sampled_from(there))
    ritual = values[table][key] = dict(values[table][key])
    turns = "hosts" if table == "host_nights" else "turns"
    match what:
        case "at" if isinstance(ritual["at"], str) and ritual["at"] != "all day" and "check_in" not in ritual:
            ritual["at"] = "06:30-07:10" if "-" in ritual["at"] else "06:30"
        case "zone":
            ritual["timezone"] = draw(st.sampled_from(ZONES))
        case "turns" if turns in ritual:
            ritual[turns] = draw(st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=4))
        case "who" if table in ("check_ins", "reviews"):
            ritual["who"] = draw(st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=3, unique=True))
        case "days":
            other = draw(rituals(table))
            if turns not in ritual and "check_in" not in ritual and "count_from" not in ritual:
                for name in ("on", "every"):
                    ritual.pop(name, None)
                    if name in other:
                        ritual[name] = other[name]
        case "count" if not any(isinstance(d, date) for d in one_or_several(ritual.get("on"))):
            ritual["count_from"] = draw(st.dates(date(2025, 6, 1), date(2027, 6, 1)))
        case "waits" if turns in ritual:
            ritual["missed_turn"] = "passes" if ritual.get("missed_turn") == "waits" else "waits"
        case "until":
            ritual["until"] = ritual.get("starts", FIRST) + timedelta(days=draw(st.integers(0, 900)))
        case "ladder" if "ladder" in ritual:
            ritual["ladder"] = {**ritual["ladder"], "each": draw(st.sampled_from(("1 week", "3 weeks", "2 months")))}
        case "anew":
            values[table][key] = draw(rituals(table))
        case "drop":
            del values[table][key]
            if not values[table]:
                del values[table]


def one_or_several(value) -> list:
    return value if isinstance(value, list) else [value]


# ── the oracle ──


def expected(chain, table: str, key: str) -> list[tuple]:
    """(date, start, length, turn) of a ritual, version by version, by walking the days.

    A turn that waits is that of whoever has the next one, on dates that do not happen too.
    """
    if key == "free":
        return expected_of_follower(chain)
    found = []
    state: dict = {}
    before = None
    file = chain[-1][1]
    words = file.get(table, {}).get(key)
    for n, (on, values) in enumerate(chain):
        ritual = values.get(table, {}).get(key)
        if ritual is None:
            before = None
            continue
        end = chain[n + 1][0] if n + 1 < len(chain) else END
        starts = ritual.get("starts", FIRST)
        begins = max(starts, on) if n else starts
        turns = ritual.get("hosts", ritual.get("turns"))
        anew = before is None or any(plain(before.get(k)) != plain(ritual.get(k)) for k in COUNTS)
        if anew:
            told = before is None or before.get("count_from") != ritual.get("count_from")
            state = {"days": begins, "turns": (told and ritual.get("count_from")) or begins, "ladder": None}
        elif (before.get("hosts", before.get("turns"))) != turns:
            state |= {"turns": begins, "next": None}
        dates = dates_of(ritual, state["days"], values["agreement"]["week_starts"])
        steps = [(r or {}).get("ladder", {}) for r in (before, ritual)]
        if anew:
            state["ladder"] = ritual.get("count_from") or next(iter(dates), begins)
        elif any(steps[0].get(k) != steps[1].get(k) for k in ("steps", "each")):
            state["ladder"] = next((d for d in dates if d >= begins), begins)
        last = last_day(ritual, starts)
        early = min(state["days"], state["turns"])
        anchored = {"count_from": ritual.get("count_from") or next(iter(dates), begins)}
        if isinstance(ritual.get("on"), date) or (
            isinstance(ritual.get("on"), list) and isinstance(ritual["on"][0], date)
        ):
            anchored = {}
        whole = dates_of(ritual | anchored, early, values["agreement"]["week_starts"]) if turns else []
        zero = next((i for i, d in enumerate(whole) if d >= state["turns"]), len(whole))
        here = [d for d in dates if begins <= d < end and d <= last]
        by_day = dict.fromkeys(here)
        if turns:
            first = next((i for i, d in enumerate(whole) if d >= begins), len(whole)) - zero
            if state.get("next") is not None:
                first = state["next"]
            if ritual.get("missed_turn") == "waits":
                single = {k: words[k] for k in ("skip", "changes") if k in words} if words else {}
                said = {k: v for k, v in ritual.items() if k not in ("skip", "changes")} | single
                by_turn, state["next"] = waited(said, file.get("pauses", []), here, first, PEOPLE)
            else:
                by_turn = [turns[(first + i) % len(turns)] for i in range(len(here))]
                if state.get("next") is not None:
                    state["next"] = first + len([d for d in dates if begins <= d < end])
            by_day = dict(zip(here, by_turn, strict=True))
        for day in here:
            if "only_in" not in ritual or is_named(ritual, "only_in", day):
                turn = by_day[day]
                length = length_on(ritual | {"count_from": state["ladder"]}, table, starts, dates, day)
                found.append((day, *in_season(ritual, start_of(ritual), length, day), turn))
        before = ritual
    return [f for f in found if f[0] < END]


def expected_of_follower(chain) -> list[tuple]:
    """The same for the one that follows another: on its days and turns, in the versions that have it."""
    found = []
    for n, (on, values) in enumerate(chain):
        free = values.get("rituals", {}).get("free")
        if not free:
            continue
        first, end = on if n else date.min, chain[n + 1][0] if n + 1 < len(chain) else date.max
        clock = read_at(free["at"])
        time = (clock[0], (clock[1] - clock[0]) % 1440) if clock else (None, 1)
        led = expected(chain, *free["follows"].split("."))
        found += [(day, *time, turn) for day, _, _, turn in led if first <= day < end]
    return found


def said_by_all(chain, table: str, key: str):
    """Dates of a ritual that happen, by the file and each version: on others, whose turn it is makes no difference."""

    def one(day: date, turn: str | None) -> bool:
        values = next((v for on, v in reversed(chain) if on <= day), chain[0][1])
        path = (table, key)
        while follows := values[path[0]][path[1]].get("follows"):
            path = tuple(follows.split("."))
        ritual, words = values[path[0]][path[1]], chain[-1][1].get(path[0], {}).get(path[1], {})
        said = {k: v for k, v in ritual.items() if k not in ("skip", "changes")}
        said |= {k: words[k] for k in ("skip", "changes") if k in words}
        waits = ritual.get("missed_turn") == "waits"
        return not waits or (happens(said, chain[-1][1].get("pauses", []), day, turn, PEOPLE) and counts(said, day))

    return one


def plain(value):
    return sorted(map(str, value)) if isinstance(value, list) else [str(value)]


def start_of(ritual) -> int | None:
    hour, _, rest = ritual["at"].partition(":")
    return None if ritual["at"] == "all day" else int(hour) * 60 + int(rest[:2])


def last_day(ritual, starts: date) -> date:
    from planner.words import add_length, read_length

    ends = [ritual["until"]] if "until" in ritual else []
    if "trial" in ritual:
        ends.append(add_length(starts, read_length(ritual["trial"])) - timedelta(days=1))
    return min(ends, default=END)


def history_of(chain) -> History:
    versions = tuple(Version(on, 1, sound(values, on)) for on, values in chain)
    return History(versions[-1].agreement, versions)


@given(chain=chains())
@settings(
    max_examples=4 * settings().max_examples, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
def test_each_day_has_the_times_and_people_of_the_version_in_force_counted_as_said(chain):
    history = history_of(chain)
    note("\n".join(f"{on}: {values}" for on, values in chain))
    every = {(t, k): None for _, values in chain for t in TABLES for k in values.get(t, {})}
    for table, key in every:
        found = []
        for segment in segments(history):
            if segment.ritual.path != f"{table}.{key}":
                continue
            for strand in segment.strands(by_turn=bool(segment.ritual.turns)):
                for day in strand.days(FIRST, END):
                    time = strand.time
                    start, length = (time.start, time.length) if isinstance(time, Timed) else (None, time.days)
                    found.append((day, start, length, strand.turn))
        meant = sorted(expected(chain, table, key), key=str)
        found.sort(key=str)
        assert [one[:3] for one in found] == [one[:3] for one in meant], f"{table}.{key}"
        is_there = said_by_all(chain, table, key)
        for one, other in zip(found, meant, strict=True):
            if is_there(other[0], other[3]):
                assert one == other, f"{table}.{key}"


@given(chain=chains(), audience=st.sampled_from((None, "ana", "everyone")))
@settings(
    max_examples=2 * settings().max_examples, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
def test_nothing_is_doubled_and_no_series_is_empty(chain, audience):
    history = history_of(chain)
    series = compile_versions(history, audience)
    assert len({s.uid for s in series}) == len(series)
    seen = set()
    for one in series:
        there = [on for on, _ in instances(one, FIRST, date(2200, 1, 1) if one.last else END)]
        assert there or one.last is None
        for on in there:
            assert (one.key[2], on) not in seen
            seen.add((one.key[2], on))


@given(chain=chains())
def test_series_keep_to_their_side_of_the_day_and_what_stays_is_one_series(chain):
    history = history_of(chain)
    days = {on.isoformat(): on for on, _ in chain[1:]}
    for one in compile_versions(history, None):
        segment = one.key[3]
        assert segment == "first" or one.first >= days[segment]
    same = History(history.versions[0].agreement, (history.versions[0], history.versions[0]._replace(on=chain[-1][0])))
    assert compile_versions(same, None) == compile_series(history.versions[0].agreement, None)


@pytest.mark.parametrize("engine", ENGINES, ids=lambda e: e.__name__)
@given(chain=chains(), audience=st.sampled_from(("ana", "everyone")))
@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
def test_engines_read_the_occurrences_of_a_chain(engine, chain, audience):
    series = compile_versions(history_of(chain), audience)
    text = calendar_text(series, name="Test", color=None, first_year=2026, now=NOW, earlier={})
    note(text)
    compare_series(series, text, engine, FIRST, date(2028, 7, 1))


# ── the file and its versions ──


@given(values=adjusted_agreements())
def test_without_versions_the_file_simply_holds(values):
    agreement, _ = read_agreement(values)
    assert agreement is not None
    for audience in (None, "ana", "everyone"):
        assert compile_versions(History(agreement), audience) == compile_series(agreement, audience)


@given(values=adjusted_agreements())
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_a_version_that_was_written_is_read_again_as_the_same(values):
    agreement, _ = read_agreement(values)
    assert agreement is not None
    assume(not errors(Examined(agreement, values, FIRST, END)))
    on = date(2026, 5, 1)
    text = version_text(agreement, Agreed(on, ("ana",), 'A "note"\nof two lines', date(2026, 4, 1), ("2027-01-01.2",)))
    note(text)
    stored = read_version(text.encode(), "x.toml", on, 1)
    assert isinstance(stored, Stored), stored
    again = stored.version.agreement
    assert again.agreed == Agreed(on, ("ana",), 'A "note"\nof two lines', date(2026, 4, 1), ("2027-01-01.2",))
    # pauses and stays are of the file alone
    whole = agreement._replace(
        pauses=(), rituals={path: ritual._replace(stays=()) for path, ritual in agreement.rituals.items()}
    )
    for audience in (None, "ben", "everyone"):
        assert compile_series(again, audience) == compile_series(whole, audience)
    version = Version(on, 1, again)
    assert compile_versions(History(agreement, (version,)), "ana") == compile_series(agreement, "ana")


GOOD = b"""[agreed]
on = 2027-03-01
yes = ["ana"]
[agreement]
id = "test-x7k2"
starts = 2027-01-04
timezone = "Europe/Berlin"
[people.ana]
name = "Ana"
[people.ben]
name = "Ben"
[host_nights.r]
hosts = ["ana", "ben"]
on = "second saturday"
at = "19:00-21:00"
"""
WAITS = b"""[[waiting]]
ritual = "rituals.r"
terms = "0123456789abcdef"
on = 2027-03-01
yes = ["ana"]
said = 2027-02-20
"""


@st.composite
def damaged(draw, text: bytes) -> bytes:
    """A file with some of it cut out, doubled, or written over."""
    for _ in range(draw(st.integers(1, 3))):
        first, last = sorted((draw(st.integers(0, len(text))), draw(st.integers(0, len(text)))))
        text = (
            text[:first] + draw(st.sampled_from((b"", b"\n", b'"', text[first:last] * 2, b"3", b"\xff"))) + text[last:]
        )
    return text


@given(raw=st.one_of(st.binary(max_size=60), damaged(GOOD)), waits=st.one_of(st.binary(max_size=60), damaged(WAITS)))
@settings(max_examples=4 * settings().max_examples)
def test_no_bytes_raise(raw, waits):
    for name in ("2027-03-01.toml", "2027-03-01.2.toml", "x.toml"):
        for found in read_versions({name: raw}, "folder"):
            assert isinstance(found, Stored) or found.message
    for found in read_waiting(waits, "x.proposal.toml"):
        assert isinstance(found, Waiting) or found.message


FRAME = {
    "agreement": {"id": "test-x7k2", "starts": date(2027, 1, 4), "timezone": "Europe/Berlin"},
    "people": {"ana": {"name": "Ana"}, "ben": {"name": "Ben"}},
}
POTTERY = {"who": "ana", "title": "Pottery class", "on": "wednesday", "at": "18:30-21:00"}
START, MARCH = date(2027, 1, 4), date(2027, 3, 1)


def agreed(on: date, **tables) -> Version:
    return Version(on, 1, read(FRAME | tables, version=on))


def days_of(series, first=date(2027, 2, 20), end=date(2027, 3, 15)) -> list[str]:
    """Each day with its start, in order of time: "02-24 18:30"."""
    found = []
    for one in series:
        for on, override in instances(one, first, end):
            day, time = (override.day, override.time) if override else (on, one.time)
            found.append(f"{day:%m-%d} {instant(day, time.start, zone(one.timezone)):%H:%M}")
    return sorted(found)


def test_words_and_sharing_are_the_files_at_once_and_terms_wait():
    old = agreed(date(2027, 1, 4), me_blocks={"p": POTTERY})
    draft = POTTERY | {"title": "Clay", "share": "private", "on": "thursday", "remind": "1h"}
    history = History(read(FRAME | {"me_blocks": {"p": draft}}), (old,))
    (series,) = compile_versions(history, "ana")
    assert (series.look.summary, series.look.alarms, series.key[3]) == ("Clay", (60,), "first")
    assert days_of([series]) == ["02-24 18:30", "03-03 18:30", "03-10 18:30"]
    assert compile_versions(history, "ben") == []


def test_terms_that_change_split_the_series_on_the_day():
    old = agreed(date(2027, 1, 4), me_blocks={"p": POTTERY})
    new = agreed(MARCH, me_blocks={"p": POTTERY | {"on": "thursday", "at": "19:00-21:00"}})
    first, second = compile_versions(History(new.agreement, (old, new)), "ana")
    assert (first.key[3], second.key[3]) == ("first", "2027-03-01")
    assert (first.last, second.first) == (date(2027, 2, 24), date(2027, 3, 4))
    assert days_of([first, second]) == ["02-24 18:30", "03-04 19:00", "03-11 19:00"]
    assert first.uid == compile_series(old.agreement, "ana")[0].uid


def test_what_has_nothing_left_of_it_is_not_there():
    old = agreed(date(2027, 1, 4), me_blocks={"p": POTTERY | {"starts": date(2027, 3, 10)}})
    new = agreed(MARCH, me_blocks={"p": POTTERY | {"starts": date(2027, 3, 10), "at": "19:00-21:00"}})
    (series,) = compile_versions(History(new.agreement, (old, new)), "ana")
    assert (series.key[3], series.first) == ("2027-03-01", date(2027, 3, 10))


def test_a_moved_or_skipped_date_stays_on_its_side_though_the_rule_has_moved():
    old = agreed(date(2027, 1, 4), me_blocks={"p": POTTERY})
    changes = [{"on": date(2027, 2, 24), "moved_to": date(2027, 3, 5)}, {"on": date(2027, 3, 11), "at": "20:00"}]
    words = POTTERY | {"on": "thursday", "skip": [date(2027, 2, 17), date(2027, 3, 4)], "changes": changes}
    new = agreed(MARCH, me_blocks={"p": {k: v for k, v in words.items() if k not in ("skip", "changes")}})
    current, findings = read_agreement(FRAME | {"me_blocks": {"p": words}})
    assert current is not None, findings
    history = History(current, (old, new))
    assert errors(Examined(current, FRAME | {"me_blocks": {"p": words}}, FIRST, END, history)) == []
    assert days_of(compile_versions(history, "ana"), date(2027, 2, 8)) == ["02-10 18:30", "03-05 18:30", "03-11 20:00"]
    alone = errors(Examined(current, FRAME | {"me_blocks": {"p": words}}, FIRST, END))
    assert [f.code for f in alone] == ["skip-nothing", "changes-nothing"]


def test_a_ritual_that_is_let_go_keeps_its_past_and_one_that_comes_back_begins_then():
    first = agreed(date(2027, 1, 4), me_blocks={"p": POTTERY})
    without = agreed(MARCH, me_blocks={"q": POTTERY | {"on": "monday"}})
    back = agreed(date(2027, 3, 8), me_blocks={"p": POTTERY})
    history = History(back.agreement, (first, without, back))
    found = {s.key[2:4]: days_of([s]) for s in compile_versions(history, "ana")}
    assert found == {
        ("me_blocks.p", "first"): ["02-24 18:30"],
        ("me_blocks.p", "2027-03-08"): ["03-10 18:30"],
        ("me_blocks.q", "first"): ["03-01 18:30"],
    }


def test_what_speaks_of_turns_waits_for_them_and_a_wider_sharing_waits_for_its_people():
    walk = {"title": "Walk", "who": ["ana"], "on": "sunday", "at": "15:00-16:00"}
    old = agreed(date(2027, 1, 4), rituals={"walk": walk})
    draft = walk | {"title": "{turn} leads", "who": ["ana", "ben"], "turns": ["ana", "ben"]}
    history = History(read(FRAME | {"rituals": {"walk": draft}}), (old,))
    assert [s.look.summary for s in compile_versions(history, "ana")] == ["Walk"]
    assert [s.look.summary for s in compile_versions(history, "ben")] == ["Ana's time"]


def test_a_zone_that_changes_keeps_the_wall_clock_on_both_sides_and_doubles_nothing():
    daily = {"who": ["ana", "ben"], "every": "day", "at": "20:00-21:00", "timezone": "America/Los_Angeles"}
    old = agreed(date(2027, 1, 4), rituals={"call": daily})
    new = agreed(MARCH, rituals={"call": daily | {"timezone": "Pacific/Auckland"}})
    found = days_of(compile_versions(History(new.agreement, (old, new)), "ana"), date(2027, 2, 27), date(2027, 3, 3))
    assert found == ["02-27 20:00", "02-28 20:00", "03-01 20:00", "03-02 20:00"]


def test_the_last_version_for_a_day_holds_and_one_that_is_replaced_does_not():
    one = agreed(date(2027, 1, 4), me_blocks={"p": POTTERY})
    later = agreed(date(2027, 4, 1), me_blocks={"p": POTTERY | {"on": "friday"}})
    second = later._replace(number=2)
    replacing = agreed(MARCH, me_blocks={"p": POTTERY | {"on": "monday"}})
    header = replacing.agreement.agreed._replace(replaces=("2027-04-01.2",))
    replacing = replacing._replace(agreement=replacing.agreement._replace(agreed=header))
    assert holding((later, one)) == (one, later)
    assert holding((second, one, later)) == (one, second)
    assert holding((second, later)) == (later, second)  # the first for the earliest day holds before it
    assert holding((second, one, later, replacing)) == (one, replacing)


def test_what_holds_on_a_day_has_the_terms_of_its_version_and_the_words_of_the_file():
    old = agreed(date(2027, 1, 4), me_blocks={"p": POTTERY})
    new = agreed(
        MARCH, me_blocks={"p": POTTERY | {"on": "thursday"}}, rituals={"walk": POTTERY | {"who": ["ana", "ben"]}}
    )
    current = read(FRAME | {"me_blocks": {"p": POTTERY | {"title": "Clay", "on": "friday"}}})
    history = History(current, (old, new))
    before, after = agreement_on(history, date(2027, 2, 28)), agreement_on(history, MARCH)
    assert [(r.title, r.slots[0].days.weekdays) for r in before.rituals.values()] == [("Clay", (2,))]
    assert [r.slots[0].days.weekdays for r in after.rituals.values()] == [(3,), (2,)]
    assert agreement_on(history, date(2026, 1, 1)).rituals == before.rituals
    assert agreement_on(drafted(history, date(2027, 4, 1)), date(2027, 4, 1)).rituals == current.rituals


def test_a_helper_who_is_gone_from_the_file_is_named_in_what_was():
    helpers = {"helpers": {"lucia": {"name": "Lúcia"}}}
    old = Version(START, 1, read(FRAME | helpers | {"me_blocks": {"p": POTTERY | {"cover": "lucia"}}}))
    new = agreed(MARCH, me_blocks={"p": POTTERY})
    looks = [s.look.description for s in compile_versions(History(new.agreement, (old, new)), "ana")]
    assert looks == ["Lúcia covers.", None]


def test_a_person_who_left_is_named_in_what_was():
    both = agreed(date(2027, 1, 4), rituals={"walk": {"on": "sunday", "at": "15:00-16:00"}})
    people = FRAME["people"] | {"cleo": {"name": "Cleo"}}
    three = Version(
        date(2027, 1, 4),
        1,
        read(FRAME | {"people": people, "rituals": {"walk": {"on": "sunday", "at": "15:00-16:00"}}}),
    )
    history = History(both.agreement, (three, both._replace(on=MARCH)))
    assert [s.who for s in compile_versions(history, "ana")] == [("ana", "ben", "cleo"), ("ana", "ben")]
    assert [s.look.free for s in compile_versions(history, "everyone")] == [False, False]
    assert list(people_ever(history)) == ["ana", "ben", "cleo"]
    assert list(held(history, date(2027, 3, 7), date(2027, 3, 8), ["cleo"]).people) == ["ana", "ben", "cleo"]
    assert list(held(history, date(2027, 3, 7), date(2027, 3, 8), ["ana"]).people) == ["ana", "ben"]


OTHER_WEEK = {"who": ["ana", "ben"], "on": "friday", "every": "2 weeks", "at": "19:00-21:00"}  # 8 and 22 January, …
TURNS = OTHER_WEEK | {"turns": ["ana", "ben"]}  # 5 February Ana, 19 February Ben, 5 March Ana
STEPS = {"steps": ["30m", "45m", "1h"], "each": "1 month", "grows": "by date"}
LADDER = {"who": ["ana", "ben"], "on": "friday", "at": "19:00", "ladder": STEPS}
NEXT = date(2027, 2, 24)


@pytest.mark.parametrize(
    ("old", "new", "days"),
    [
        pytest.param(OTHER_WEEK, {"at": "20:00-21:00"}, ["03-05", "03-19"], id="another time goes on"),
        pytest.param(OTHER_WEEK, {"timezone": "Europe/Lisbon"}, ["03-05", "03-19"], id="another zone goes on"),
        pytest.param(OTHER_WEEK, {"who": ["ana"]}, ["03-05", "03-19"], id="other people go on"),
        pytest.param(OTHER_WEEK, {"on": "thursday"}, ["02-25", "03-11"], id="another day begins anew"),
        pytest.param(OTHER_WEEK, {"every": "3 weeks"}, ["02-26", "03-19"], id="another spacing begins anew"),
        pytest.param(OTHER_WEEK, {"count_from": date(2027, 2, 26)}, ["02-26", "03-12"], id="another count begins anew"),
        pytest.param(OTHER_WEEK, {"starts": date(2027, 2, 5)}, ["02-26", "03-12"], id="another start begins anew"),
        pytest.param(TURNS, {"at": "20:00-21:00"}, ["03-05 ana", "03-19 ben"], id="turns go on"),
        pytest.param(TURNS, {"turns": ["ben", "ana", "ana"]}, ["03-05 ben", "03-19 ana"], id="other turns begin anew"),
        pytest.param(TURNS, {"on": "thursday"}, ["02-25 ana", "03-11 ben"], id="turns on another day begin anew"),
        pytest.param(OTHER_WEEK, {"turns": ["ben", "ana"]}, ["03-05 ben", "03-19 ana"], id="first turns begin then"),
        pytest.param(None, OTHER_WEEK, ["02-26", "03-12"], id="what is new counts from its day"),
        pytest.param(None, TURNS | {"starts": date(2027, 3, 8)}, ["03-12 ana"], id="or from its start"),
        pytest.param(LADDER, {"at": "20:00"}, ["02-26 45", "03-05 45", "03-12 60", "03-19 60"], id="a ladder goes on"),
        pytest.param(
            LADDER,
            {"ladder": STEPS | {"steps": ["20m", "40m", "1h"]}},
            ["02-26 20", "03-05 20", "03-12 20", "03-19 20"],
            id="other steps begin anew",
        ),
    ],
)
def test_counting_over_a_split(old, new, days):
    first = agreed(date(2027, 1, 4), **({"rituals": {"r": old}} if old else {}))
    second = agreed(NEXT, rituals={"r": (old or {}) | new})
    found = []
    for segment in segments(History(second.agreement, (first, second))):
        for strand in segment.strands(by_turn=bool(segment.ritual.turns)):
            note = strand.turn or (strand.time.length if segment.ritual.ladder else "")
            found += [f"{day:%m-%d} {note}".strip() for day in strand.days(NEXT, date(2027, 3, 20))]
    assert sorted(found) == days


@given(chain=chains(), data=st.data())
@settings(
    max_examples=2 * settings().max_examples, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
def test_what_is_taken_is_the_files_what_waits_is_as_before_and_the_version_says_so(chain, data):
    """With any yeses: the version that is written is read again as it was meant."""
    (on, values), (later, draft) = chain[0], chain[1]
    adjusted(draft, data.draw)
    old, new = sound(values, on), sound(draft, later)
    history = History(new, (Version(on, 1, old),))
    people = data.draw(st.sets(st.sampled_from(PEOPLE)))
    changes = opened(history, later, ())
    decision = decide(history, later, changes, {c.revised.ritual: people for c in changes}, (), on)
    waits = {c.revised.ritual for c in decision.waits}
    taken = {c.revised.ritual for c in decision.taken}
    tied = {c.revised.ritual: c.revised for c in changes if c.revised.ritual not in taken | waits}
    for path, one in tied.items():  # what follows another changes with it, or not at all
        leaders = {r.follows for r in (one.old, one.new) if r and one.new}
        followers = {r.path for a in (old, new) for r in a.rituals.values() if r.follows == path}
        assert (leaders | followers) & (waits | tied.keys() - {path})
    waits |= tied.keys()
    assert all(set(c.revised.needs) <= people for c in decision.taken)
    assert all(set(c.lacking) == set(c.revised.needs) - people != set() for c in decision.waits)
    if decision.agreement is None:
        assert not decision.taken
        return
    text = version_text(decision.agreement, Agreed(later, decision.yes, None))
    note(text)
    stored = read_version(text.encode(), "x.toml", later, 1)
    assert isinstance(stored, Stored), stored
    assert composed_as(stored.version.agreement, decision.agreement)
    kept = {path: terms_of(r, new.week_starts) for path, r in decision.agreement.rituals.items()}
    for path in {*old.rituals, *new.rituals}:
        holds = old if path in waits else new
        wanted = terms_of(holds.rituals[path], holds.week_starts) if path in holds.rituals else None
        assert (wanted is None) == (path not in kept)
        assert wanted is None or same_terms(kept[path], wanted), path
    # once more with every yes: nothing waits, and nothing is left to agree on
    again = History(new, holding((*history.versions, stored.version)))
    rest = opened(again, later, ())
    assert {c.revised.ritual for c in rest} == waits
    whole = decide(again, later, rest, {c.revised.ritual: PEOPLE for c in rest}, (), on)
    assert not whole.waits
    assert not rest or opened(History(new, (Version(later, 1, whole.agreement or new),)), later, ()) == []


@given(values=adjusted_agreements(), data=st.data())
def test_an_end_in_the_file_is_the_end_that_was_meant(values, data):
    agreement = sound(values, START)
    on = data.draw(st.dates(date(2026, 1, 1), date(2027, 6, 1)))
    who = data.draw(st.sampled_from((None, *PEOPLE)))
    document = parse_document(tomli_w.dumps(values).encode(), "x.toml")
    assert isinstance(document, Document)
    found = endings(agreement, on, who)
    after = end_in(document, found)
    note(after.text)
    again, findings = read_agreement(after.values)
    assert again is not None, findings
    meant = ended(agreement, found).rituals
    assert list(again.rituals) == list(meant)
    for path, ritual in meant.items():
        assert same_terms(terms_of(again.rituals[path]), terms_of(ritual)), path
        shared = len(ritual.who) > 1 or ritual.who_is_turn
        if who is None and shared:
            assert ritual.until is not None
            assert ritual.until < on
        if shared and ritual.until and ritual.until < on:
            assert not [s for s in compile_series(again, None) if s.ritual == path and last_of(s) >= on]
    assert not errors(Examined(again, after.values, FIRST, END))


def last_of(series) -> date:
    return series.last or END


@pytest.mark.parametrize(
    ("old", "new", "days"),
    [
        pytest.param({}, {"at": "20:00-21:00"}, ["02-25", "03-02", "03-11"], id="another time goes on"),
        pytest.param({}, {"who": ["ana"]}, ["02-25", "03-02", "03-11"], id="other people go on"),
        pytest.param({}, {"on": "thursday, then tuesday"}, ["02-25", "03-02", "03-11"], id="another order begins anew"),
        pytest.param({}, {"on": "monday, then friday"}, ["03-01", "03-12"], id="other days begin anew"),
        pytest.param({}, {"every": "2 weeks"}, ["03-02"], id="another spacing begins anew"),
        pytest.param(None, {}, ["03-02", "03-11"], id="what is new begins with the first of its days"),
    ],
)
def test_days_in_turn_count_over_a_split(old, new, days):
    in_turn = {"who": ["ana", "ben"], "on": "tuesday, then thursday", "at": "19:00-21:00"}
    first = agreed(date(2027, 1, 6), **({} if old is None else {"rituals": {"r": in_turn | old}}))
    second = agreed(NEXT, rituals={"r": in_turn | new})
    found = [s for s in segments(History(second.agreement, (first, second))) for s in s.strands()]
    assert sorted(f"{day:%m-%d}" for s in found for day in s.days(NEXT, date(2027, 3, 14))) == days


def test_before_the_first_of_days_in_turn_none_of_them_comes_agreed_or_not():
    # from a Wednesday on: the Thursday of that week belongs to no Tuesday
    of = read(
        FRAME
        | {"agreement": FRAME["agreement"] | {"starts": date(2027, 1, 6)}}
        | {"rituals": {"r": {"on": "tuesday, then thursday", "at": "19:00-21:00"}}}
    )
    alone = days_of(compile_series(of, None), date(2027, 1, 1), date(2027, 2, 1))
    assert [day[:5] for day in alone] == ["01-12", "01-21", "01-26"]
    history = History(of, (Version(date(2027, 1, 6), 1, of),))
    assert days_of(compile_versions(history, None), date(2027, 1, 1), date(2027, 2, 1)) == alone


def test_shifts_go_on_over_a_split_and_begin_anew_with_another_day_one():
    shift = {"who": ["ana"], "on": ["day 5 of 6", "day 6 of 6"], "at": "20:00-22:00", "count_from": date(2027, 2, 1)}
    first = agreed(START, rituals={"r": shift})
    for new, days in (
        ({"at": "21:00-22:00"}, ["02-23 20:00", "02-24 21:00", "03-01 21:00", "03-02 21:00", "03-07 21:00"]),
        ({"count_from": date(2027, 2, 2)}, ["02-23 20:00", "02-24 20:00", "02-25 20:00", "03-02 20:00", "03-03 20:00"]),
    ):
        second = agreed(NEXT, rituals={"r": shift | new})
        series = compile_versions(History(second.agreement, (first, second)), None)
        assert days_of(series, date(2027, 2, 23), date(2027, 3, 8)) == days, new


@pytest.mark.parametrize(
    "words",
    [
        {"on": "tuesday, then thursday"},
        {"on": "sunday, then monday, then friday", "every": "2 weeks"},
        {"on": ["day 5 of 6", "day 6 of 6"], "count_from": date(2027, 2, 1)},
        {"on": "friday", "on_holidays": "skip"},
        {"on": "friday", "prompts_from": "shared-evenings"},
        {"on": "friday", "prompts_from": "of-our-own"},
    ],
)
def test_every_form_of_days_is_written_and_read_again(words):
    ritual = {"at": "19:00-21:00", **words}
    own = {"prompts": {"of-our-own": {"only": ["Tea?"]}}, "holidays": {"country": "DE"}}
    agreement, findings = read_agreement(FRAME | {"rituals": {"r": ritual}} | own, shelf=SHELF)
    assert agreement is not None, findings
    text = version_text(agreement, Agreed(MARCH, (), None))
    stored = read_version(text.encode(), "x.toml", MARCH, 1, SHELF)
    assert isinstance(stored, Stored), (stored, text)
    assert composed_as(stored.version.agreement, agreement), text
    again = stored.version.agreement.rituals["rituals.r"]
    assert (again.on_holidays, again.prompts_from) == (words.get("on_holidays"), words.get("prompts_from"))


def test_pauses_of_each_year_and_holidays_are_the_files_on_both_sides_of_a_split():
    evening = {"who": ["ana", "ben"], "on": "friday", "at": "19:00-22:00", "on_holidays": "skip"}
    first = agreed(START, rituals={"r": evening})
    second = agreed(NEXT, rituals={"r": evening | {"at": "20:00-22:00"}})
    plain = read(FRAME | {"rituals": {"r": evening | {"at": "20:00-22:00"}}})
    resting = read(
        FRAME
        | {"rituals": {"r": evening | {"at": "20:00-22:00"}}, "holidays": {"country": "DE"}}
        | {"pauses": [{"starts": "10 february", "until": "14 february"}, {"starts": "1 april", "until": "3 april"}]}
    )

    def days(of: Agreement) -> list[str]:
        series = compile_versions(History(of, (first, second)), "ana")
        return days_of(series, date(2027, 2, 1), date(2027, 4, 15))

    # 12 February and 2 April rest each year, 26 March is Good Friday
    gone = {"02-12 19:00", "03-26 20:00", "04-02 20:00"}
    assert gone < set(days(plain))
    assert days(resting) == [day for day in days(plain) if day not in gone]
    assert {"02-05 19:00", "02-26 20:00"} < set(days(resting))
    years = days_of(compile_versions(History(resting, (first, second)), "ana"), date(2028, 2, 1), date(2028, 3, 1))
    assert "02-11 20:00" not in years
    assert "02-18 20:00" in years


def test_a_session_that_is_left_out_is_so_at_once_and_one_that_comes_back_waits():
    program = {"first": {"template": "four-weeks", "starts": date(2027, 3, 1)}}
    whole, _ = read_agreement(FRAME | {"programs": program}, shelf=SHELF)
    left = {"first": program["first"] | {"skip": ["talk"]}}
    fewer, _ = read_agreement(FRAME | {"programs": left}, shelf=SHELF)
    assert whole is not None
    assert fewer is not None
    history = History(fewer, (Version(START, 1, whole),))
    assert differing(history, NEXT) == {}
    there = {s.ritual for s in compile_versions(history, None)}
    assert there == {s.ritual for s in compile_series(whole, None)} - {"programs.first.talk"}
    assert list(differing(History(whole, (Version(START, 1, fewer),)), NEXT)) == ["programs.first.talk"]


def test_a_session_moved_within_its_week_stays_so_while_the_draft_puts_the_programme_off():
    def agreed_from(starts: date) -> Agreement:
        changes = {"talk": {"on": "saturday"}, "friends-ana": {"on": date(2027, 3, 19)}}
        program = {"first": {"template": "four-weeks", "starts": starts, "changes": changes}}
        agreement, findings = read_agreement(FRAME | {"programs": program}, shelf=SHELF)
        assert agreement is not None, findings
        return agreement

    first, later = agreed_from(MARCH), agreed_from(date(2027, 3, 8))
    version = (Version(START, 1, first),)
    until = date(2027, 5, 1)
    for audience in (None, "ana"):
        there, drafted_ = (
            days_of(compile_versions(History(of, version), audience), MARCH, until) for of in (first, later)
        )
        assert there == drafted_
    assert "03-20 16:00" in there
    assert "03-19 19:00" in there
    held_ = agreement_on(History(later, version), MARCH).rituals["programs.first.talk"]
    assert (held_.changes[0].on, held_.changes[0].moved_to) == (date(2027, 3, 21), date(2027, 3, 20))


def test_a_pause_may_name_a_programme_that_was_let_go(tmp_path, run_planner):
    program = '[programs.spring]\ntemplate = "four-weeks"\nstarts = 2027-03-01\n'
    text = tomli_w.dumps(FRAME | {"rituals": {"walk": {"on": "sunday", "at": "15:00-16:00"}}}) + "\n" + program
    file = tmp_path / "agreement.toml"
    file.write_text(text, encoding="utf-8")
    today = ("--today", "2027-02-01")
    assert run_planner(*today, "agree", "--by", "ana", "--by", "ben").exit_code == 0
    assert (
        run_planner(*today, "pause", "programs.spring", "--from", "2027-03-01", "--until", "2027-03-07").exit_code == 0
    )
    file.write_text(file.read_text(encoding="utf-8").replace(program, ""), encoding="utf-8")
    there = run_planner(*today, "agenda", "--from", "2027-03-01", "--days", "10", "--json")
    assert there.exit_code == 0, there
    assert "2027-03-02" not in there.stdout
    assert "2027-03-09" in there.stdout


SUMMER = {"seasons": {"summer": {"title": "the summer", "starts": "1 march", "until": "14 march"}}}


@pytest.mark.parametrize(
    ("new", "days", "said"),
    [
        ({"not_in": "summer"}, ["02-22 19:00", "03-15 19:00"], "rests in no season → rests in the summer"),
        ({"only_in": "summer"}, ["02-22 19:00", "03-01 19:00", "03-08 19:00"], "all year → only in the summer"),
        (
            {"in_season": {"summer": {"at": "18:00-20:00"}}},
            ["02-22 19:00", "03-01 18:00", "03-08 18:00", "03-15 19:00"],
            "in the summer as always → in the summer from 18:00 to 20:00",
        ),
    ],
)
def test_what_a_ritual_says_of_seasons_is_agreed_and_their_dates_are_the_files(new, days, said):
    walk = {"who": ["ana", "ben"], "on": "monday", "at": "19:00-21:00"}
    old, draft = read(FRAME | {"rituals": {"r": walk}}), read(FRAME | {"rituals": {"r": walk | new}} | SUMMER)
    window = (date(2027, 2, 20), date(2027, 3, 16))
    waiting = History(draft, (Version(START, 1, old),))
    every = days_of(compile_versions(waiting, None), *window)
    assert every == ["02-22 19:00", "03-01 19:00", "03-08 19:00", "03-15 19:00"]
    (change,) = revised(waiting, NEXT)
    assert said in change.sentence
    assert bool(change.needs) == ("in_season" in new)  # less time needs nobody's yes
    text = version_text(draft, Agreed(NEXT, (), None))
    stored = read_version(text.encode(), "x.toml", NEXT, 1)
    assert isinstance(stored, Stored), (stored, text)
    assert composed_as(stored.version.agreement, draft)
    history = History(draft, (Version(START, 1, old), stored.version))
    assert days_of(compile_versions(history, None), *window) == days
    # the dates of the season move at once, for what is agreed
    later = SUMMER["seasons"]["summer"] | {"starts": "8 march"}
    moved = History(read(FRAME | {"rituals": {"r": walk | new}} | {"seasons": {"summer": later}}), history.versions)
    assert differing(moved, NEXT) == {}
    there = days_of(compile_versions(moved, None), *window)
    first_of_march = {"not_in": "03-01 19:00", "only_in": None, "in_season": "03-01 19:00"}[next(iter(new))]
    assert [day for day in there if day.startswith("03-01")] == ([first_of_march] if first_of_march else [])


def test_stays_are_the_files_at_once_on_both_sides_of_a_split_and_after_it_is_gone():
    run = {"who": "ana", "title": "Run", "on": "monday", "at": "07:00-08:00"}
    old, new = (agreed(on, me_blocks={"run": run | more}) for on, more in ((START, {}), (NEXT, {"at": "08:00-09:00"})))
    stay = {"who": "ana", "timezone": "America/New_York", "starts": date(2027, 2, 20), "until": date(2027, 3, 3)}
    draft = read(FRAME | {"me_blocks": {"run": run | {"at": "08:00-09:00"}}, "stays": [stay]})

    def zones(of: Agreement) -> list[tuple[str, str]]:
        series = compile_versions(History(of, (old, new)), "ana")
        return sorted(
            (f"{on:%m-%d}", s.timezone) for s in series for on, _ in instances(s, date(2027, 2, 14), date(2027, 3, 9))
        )

    there = [("02-15", "Europe/Berlin"), ("02-22", "America/New_York"), ("03-01", "America/New_York")]
    there.append(("03-08", "Europe/Berlin"))
    assert zones(draft) == there
    assert differing(History(draft, (old, new)), NEXT) == {}
    assert zones(read(FRAME | {"stays": [stay]})) == there  # let go in the file, and not agreed yet
    text = version_text(draft, Agreed(NEXT, (), None))
    stored = read_version(text.encode(), "x.toml", NEXT, 1)
    assert isinstance(stored, Stored), (stored, text)
    assert composed_as(stored.version.agreement, draft)


SHORT = {
    "title": "Two evenings",
    "sessions": {
        "first": {
            "week": 1,
            "on": "monday",
            "at": "19:00-20:00",
            "title": 'A "first" evening',
            "notes": "Tea.\nThen talk.",
        },
        "last": {"week": 2, "on": "sunday", "at": "17:00", "kind": "review"},
    },
}


def test_what_was_agreed_of_a_programme_stays_when_its_template_changes():
    program = {"evenings": {"template": "short", "starts": MARCH}}

    def with_template(values) -> Agreement:
        agreement, findings = read_agreement(FRAME | {"programs": program}, shelf=lambda _: {"short": values})
        assert agreement is not None, findings
        return agreement

    old = with_template(SHORT)
    text = version_text(old, Agreed(START, ("ana", "ben"), None, START))
    first = SHORT["sessions"]["first"]
    for other in (
        {**SHORT, "sessions": {**SHORT["sessions"], "first": {**first, "on": "friday", "at": "20:00-23:00"}}},
        {**SHORT, "sessions": {"last": SHORT["sessions"]["last"]}},
        None,
    ):
        on_shelf = {"short": other} if other else {}
        stored = read_version(text.encode(), "x.toml", START, 1, {"programs": on_shelf, "prompts": {}}.__getitem__)
        assert isinstance(stored, Stored), (stored, text)
        assert composed_as(stored.version.agreement, old)
        again = stored.version.agreement.rituals
        assert {path: terms_of(r) for path, r in again.items()} == {p: terms_of(r) for p, r in old.rituals.items()}
        history = History(with_template(other or SHORT), (stored.version,))
        window = (MARCH, date(2027, 4, 1))
        assert days_of(compile_versions(history, "ana"), *window) == ["03-01 19:00", "03-14 17:00"]
        assert bool(differing(history, NEXT)) == (other is not None)
        assert version_text(stored.version.agreement, Agreed(START, ("ana", "ben"), None, START)) == text


def test_a_version_that_keeps_no_course_reads_its_template():
    program = {"evenings": {"template": "short", "starts": MARCH}}
    header = {"agreed": {"on": START, "yes": ["ana"]}}
    raw = tomli_w.dumps(header | FRAME | {"programs": program}).encode()
    stored = read_version(raw, "x.toml", START, 1, lambda _: {"short": SHORT})
    assert isinstance(stored, Stored), stored
    assert len(stored.version.agreement.rituals) == 2
    for course in ("no table", {"title": "No sessions"}):
        wrong = {"evenings": program["evenings"] | {"course": course}}
        raw = tomli_w.dumps(header | FRAME | {"programs": wrong}).encode()
        (problem,) = read_version(raw, "x.toml", START, 1, lambda _: {"short": SHORT})
        assert problem.code == "program-unclear"
    agreement, findings = read_agreement(FRAME | {"programs": wrong}, shelf=lambda _: {"short": SHORT})
    assert agreement is None
    assert [f.path for f in findings] == [("programs", "evenings", "course")]
