"""Time whose day is not fixed: what is placed is in every calendar as anything else is, and the rest in none."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from planner.agreement import Agreed, History, Version
from planner.balance import KINDS, planned
from planner.checks import Examined, errors
from planner.compiler import compile_series, compile_versions
from planner.document import parse_document
from planner.edit_dates import move, skip
from planner.ics import calendar_text
from planner.open_time import frame_on, frames
from planner.reading import read_agreement
from planner.revision import revised
from planner.timeline import occurrences
from planner.views.ritual_sentences import ritual_sentence
from planner.views.to_place import to_place, to_place_lines, unplaced
from planner.words import read_at, read_length
from planner.writing import version_values
from tests.engines import ENGINES
from tests.strategies import PEOPLE, SEASONS, ZONES, agreements
from tests.test_occurrences import compare, read
from tests.test_schema import faults

FIRST, END = date(2026, 1, 1), date(2029, 7, 1)
NOW = datetime(2026, 1, 1, tzinfo=UTC)
STARTS = date(2026, 1, 1)
DAYS = st.dates(date(2026, 1, 1), date(2028, 12, 31))
EVERY = ("day", "3 days", "week", "week", "week", "2 weeks", "month", "quarter", "year")


@st.composite
def open_values(draw, table: str) -> dict[str, object]:
    """The keys of a ritual whose time is open, and what is placed of it, no two at an hour."""
    values: dict[str, object] = {"every": draw(st.sampled_from(EVERY)), "at": "open"}
    whole = draw(st.integers(0, 4)) == 0
    if whole:
        values["for"] = "1 day"
    elif draw(st.integers(0, 4)) == 0:
        values["ladder"] = {"steps": ["20m", "40m", "1h"], "each": "1 month", "grows": "by date"}
    else:
        values["for"] = draw(st.sampled_from(("20m", "1h", "2h", "2h 30m")))
    if not whole and draw(st.booleans()):
        values["times"] = draw(st.integers(1, 4))
    if table == "me_blocks":
        values["who"] = draw(st.sampled_from(PEOPLE))
    if table == "host_nights":
        values["host"] = draw(st.sampled_from(PEOPLE))
    placed = []
    for day in draw(st.lists(DAYS, max_size=6, unique=True)):
        for at in (
            ("",) if whole else draw(st.sampled_from((("06:15",), ("12:45",), ("22:30-01:00",), ("07:00", "20:00"))))
        ):
            entry: dict[str, object] = {"on": day} | ({"at": at} if at else {})
            if draw(st.integers(0, 3)) == 0 and "-" not in at:
                entry["for"] = "2 days" if whole else "1h 45m"
            if draw(st.integers(0, 3)) == 0:
                entry["where"] = draw(st.sampled_from(("The barn", "Hall 2")))
            if draw(st.integers(0, 3)) == 0:
                entry["note"] = "bring the blue bowl"
            placed.append(entry)
    if placed:
        values["placed"] = placed
    if draw(st.integers(0, 2)) == 0:
        values["starts"] = draw(st.dates(STARTS, date(2027, 3, 1)))
    if draw(st.integers(0, 2)) == 0:
        values["until"] = draw(st.dates(date(2028, 1, 1), date(2028, 12, 31)))
    if draw(st.integers(0, 3)) == 0:
        values["timezone"] = draw(st.sampled_from(ZONES))
    if draw(st.integers(0, 3)) == 0:
        values[draw(st.sampled_from(("not_in", "only_in")))] = draw(st.sampled_from(list(SEASONS)))
    if draw(st.booleans()):
        values["share"] = draw(st.sampled_from(("full", "gist", "busy", "private")))
    if table == "me_blocks" and not whole and draw(st.booleans()):
        values["check_in"] = {"after": "5m", "by": draw(st.sampled_from(("text", "in person")))}
    if table == "me_blocks" and values.get("share") != "private" and draw(st.booleans()):
        values["cover"] = draw(st.sampled_from([p for p in PEOPLE if p != values["who"]]))
    return values


@st.composite
def open_agreements(draw, *, fitting: bool = True) -> dict[str, object]:
    """Agreements with open time among the rest; `fitting` leaves out what is placed outside of it."""
    values = draw(agreements(most=2))
    for n in range(draw(st.integers(1, 2))):
        table = draw(st.sampled_from(("me_blocks", "me_blocks", "shared_evenings", "host_nights", "rituals")))
        values.setdefault(table, {})[f"open{n}"] = draw(open_values(table))
    if fitting:
        agreement, findings = read_agreement(values)
        assert agreement is not None, findings
        for path, ritual in agreement.rituals.items():
            if ritual.open_time and ritual.placed:
                there = {s.first for s in _strands(agreement, ritual)}
                table, key = path.split(".")
                kept = [one for one in values[table][key]["placed"] if one["on"] in there]
                values[table][key]["placed"] = kept
                if not kept:
                    del values[table][key]["placed"]
    return values


def _strands(agreement, ritual):
    from planner.strands import strands

    return strands(ritual, agreement.week_starts, by_turn=False)


SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much]


# ── placed, and nothing else ─────────────────────────────────────────


def resting(agreement, ritual, day) -> bool:
    spans = [(p.starts, p.until) for p in agreement.rests if p.stops(ritual, ritual.who)]
    spans += [span for season in ritual.not_in for span in season.spans]
    return any(first <= day <= last for first, last in spans)


@given(open_agreements())
@settings(suppress_health_check=SLOW)
def test_occurrences_of_open_time_are_what_is_placed_and_does_not_rest(values):
    """Day, hour and length of each stand in the file; the rest of it is in no calendar."""
    agreement = read(values)
    assume(agreement is not None)
    found = occurrences(compile_series(agreement, None), FIRST, END)
    for path, ritual in agreement.rituals.items():
        if ritual.open_time is None:
            continue
        table, key = path.split(".")
        expected = []
        for one in values[table][key].get("placed", ()):
            if not resting(agreement, ritual, one["on"]):
                start = (read_at(one["at"]) or (0, None))[0] if "at" in one else None
                expected.append((one["on"], start, one.get("where")))
        mine = [o for o in found if o.ritual == path]
        starts = [o.start.hour * 60 + o.start.minute if isinstance(o.start, datetime) else None for o in mine]
        ours = [(o.day, start, o.look.location) for o, start in zip(mine, starts, strict=True)]
        unsteady = {
            o.day for o, start in zip(mine, starts, strict=True) if start not in (375, 765, 1350, 420, 1200, None)
        }
        assert sorted(map(str, (o for o in ours if o[0] not in unsteady))) == sorted(
            map(str, (e for e in expected if e[0] not in unsteady))
        )
        assert len(ours) == len(expected)


@pytest.mark.parametrize("engine", ENGINES, ids=lambda e: e.__name__)
@given(values=open_agreements(), audience=st.sampled_from((*PEOPLE, "everyone")))
@settings(suppress_health_check=SLOW)
def test_engines_read_what_is_placed_as_we_do(engine, values, audience):
    agreement = read(values)
    assume(agreement is not None)
    compare(agreement, audience, engine, FIRST, END)


def texts(agreement, audience: str, earlier=None) -> str:
    series = compile_series(agreement, audience)
    return calendar_text(series, name="Test", color=None, first_year=2026, now=NOW, earlier=earlier or {})


@given(open_agreements(), st.sampled_from((*PEOPLE, "everyone")))
@settings(suppress_health_check=SLOW)
def test_the_order_in_the_file_changes_no_calendar(values, audience):
    agreement = read(values)
    assume(agreement is not None)
    for path, ritual in agreement.rituals.items():
        if ritual.open_time:
            days = Counter(placed.was or placed.on for placed in ritual.placed)
            assume(all(number == 1 for number in days.values()))
            turned = ritual._replace(placed=ritual.placed[::-1])
            other = agreement._replace(rituals={**agreement.rituals, path: turned})
            assert texts(other, audience) == texts(agreement, audience)


def by_uid(agreement, audience):
    return {s.uid: s for s in compile_series(agreement, audience)}


@given(open_agreements(), DAYS, st.sampled_from((None, *PEOPLE, "everyone")), st.data())
@settings(suppress_health_check=SLOW)
def test_placing_one_more_touches_none_that_stands(values, day, audience, data):
    agreement = read(values)
    assume(agreement is not None)
    path, ritual = data.draw(st.sampled_from([(p, r) for p, r in agreement.rituals.items() if r.open_time]))
    new = (_placed(ritual, day),)
    after = agreement._replace(rituals={**agreement.rituals, path: ritual._replace(placed=(*ritual.placed, *new))})
    was, now = by_uid(agreement, audience), by_uid(after, audience)
    assert was.items() <= now.items()
    assert {s.ritual.removeprefix(path) for uid, s in now.items() if uid not in was} <= {"", ".check_in", ".cover"}


def _placed(ritual, day):
    from planner.agreement import Placed

    return Placed(day, None if ritual.open_time.is_all_day else 17 * 60 + 5)


@given(open_agreements(), st.sampled_from((*PEOPLE, "everyone")))
@settings(suppress_health_check=SLOW)
def test_a_later_agreement_on_it_leaves_what_is_placed_as_it_is(values, audience):
    """The same length from a day on, in another version: what is placed keeps its event."""
    agreement = read(values)
    assume(agreement is not None)
    later = agreement
    for path, ritual in agreement.rituals.items():
        if ritual.open_time:
            more = ritual.open_time._replace(times=ritual.open_time.times + 1)
            later = later._replace(rituals={**later.rituals, path: ritual._replace(open_time=more)})
    history = History(later, (Version(STARTS, 1, agreement), Version(date(2027, 5, 5), 1, later)))

    def placed(series):
        return sorted(s.uid for s in series if ".open" in s.ritual)

    assert placed(compile_versions(history, audience)) == placed(compile_series(agreement, audience))


@given(open_agreements())
@settings(suppress_health_check=SLOW)
def test_a_version_of_it_is_read_as_it_was_written(values):
    agreement = read(values)
    assume(agreement is not None)
    again, findings = read_agreement(version_values(agreement, Agreed(STARTS, (), None)), version=True)
    assert again is not None, findings
    for path, ritual in agreement.rituals.items():
        if ritual.open_time:
            assert again.rituals[path].open_time == ritual.open_time
            assert again.rituals[path].every == ritual.every
            was, now = (
                [(p.on, p.start, p.length or None, p.where) for p in r.placed] for r in (ritual, again.rituals[path])
            )
            assert was == now


# ── the balance ──────────────────────────────────────────────────────


def sums(there):
    return {(person, kind): (a.minutes, a.times) for person, kinds in there.items() for kind, a in kinds.items()}


@given(open_agreements(), st.dates(FIRST, date(2028, 1, 1)), st.integers(1, 200), st.integers(1, 200))
@settings(suppress_health_check=SLOW)
def test_the_balance_of_two_stretches_is_that_of_both(values, first, one, two):
    agreement = read(values)
    assume(agreement is not None)
    history, middle = History(agreement), first + timedelta(days=one)
    end = middle + timedelta(days=two)
    parts = [sums(planned(history, *span)) for span in ((first, middle), (middle, end))]
    whole = sums(planned(history, first, end))
    assert whole == {key: tuple(map(sum, zip(*(part[key] for part in parts), strict=True))) for key in whole}


@given(open_agreements(), st.dates(date(2026, 2, 1), date(2028, 1, 1)))
@settings(suppress_health_check=SLOW)
def test_a_frame_counts_as_often_as_it_says_and_no_more(values, day):
    """However much is placed up to it, a whole frame without a rest holds its `times`."""
    agreement = read(values)
    assume(agreement is not None)
    for frame in frames(History(agreement), day, day + timedelta(days=1)):
        ritual, span = frame.ritual, (frame.end - frame.first).days
        assert frame.left == len(frame.spread())
        assert set(frame.spread()) <= set(frame.days)
        if len(frame.days) == span:
            assert frame.times == ritual.open_time.times
        assert 0 <= frame.times <= ritual.open_time.times
        alone = agreement._replace(rituals={ritual.path: ritual}, hopes=(), pairs=())
        there = planned(History(alone), frame.first, frame.end)
        kind = "own" if ritual.kind == "me_block" else "together"
        for person in ritual.who:
            assert there[person][kind].times == max(frame.times, len(frame.placed))


def test_a_week_counts_twice_two_hours_whether_placed_or_not():
    """Two hours twice a week: four hours a week; one of three hours placed makes it five; a pause of the week none."""
    for placed, minutes in (([], 240), ([{"on": date(2027, 1, 6), "at": "18:00-21:00"}], 300)):
        values = couple({"who": "ana", "every": "week", "times": 2, "at": "open", "for": "2h", "placed": placed})
        if not placed:
            del values["me_blocks"]["run"]["placed"]
        history = History(clear(values))
        assert planned(history, date(2027, 1, 4), date(2027, 1, 11))["ana"]["own"] == (minutes, 2)
    paused = values | {"pauses": [{"starts": date(2027, 1, 11), "until": date(2027, 1, 17)}]}
    assert planned(History(clear(paused)), date(2027, 1, 11), date(2027, 1, 18))["ana"]["own"] == (0, 0)
    most = values | {"pauses": [{"starts": date(2027, 1, 11), "until": date(2027, 1, 14)}]}
    assert planned(History(clear(most)), date(2027, 1, 11), date(2027, 1, 18))["ana"]["own"] == (120, 1)


@pytest.mark.parametrize(
    ("every", "starts", "day", "frame"),
    [
        ("week", "2027-01-06", "2027-01-10", ("2027-01-04", "2027-01-11")),
        ("2 weeks", "2027-01-06", "2027-01-12", ("2027-01-04", "2027-01-18")),
        ("2 weeks", "2027-01-06", "2027-01-18", ("2027-01-18", "2027-02-01")),
        ("month", "2027-01-06", "2027-02-28", ("2027-02-01", "2027-03-01")),
        ("quarter", "2027-02-06", "2027-04-30", ("2027-02-01", "2027-05-01")),
        ("year", "2027-02-06", "2028-12-31", ("2028-01-01", "2029-01-01")),
        ("3 days", "2027-01-06", "2027-01-11", ("2027-01-09", "2027-01-12")),
    ],
)
def test_frames_are_weeks_months_and_years_of_the_calendar(every, starts, day, frame):
    start = date.fromisoformat(starts)
    agreement = clear(couple({"who": "ana", "every": every, "at": "open", "for": "1h", "starts": start}))
    found = frame_on(agreement.rituals["me_blocks.run"], 0, date.fromisoformat(day))
    assert tuple(map(str, found)) == frame


# ── who may know ─────────────────────────────────────────────────────


def couple(block, table="me_blocks", **more):
    return {
        "agreement": {"id": "test-x7k2", "starts": date(2027, 1, 4), "timezone": "Europe/Berlin"},
        "people": {"ana": {"name": "Ana"}, "ben": {"name": "Ben"}},
        table: {"run": block},
        **more,
    }


def clear(values):
    agreement, findings = read_agreement(values)
    assert agreement is not None, findings
    return agreement


@given(open_agreements(), st.dates(FIRST, date(2028, 6, 1)))
@settings(suppress_health_check=SLOW)
def test_nobody_hears_of_open_time_that_is_anothers(values, today):
    agreement = read(values)
    assume(agreement is not None)
    history, end = History(agreement), today + timedelta(days=60)
    for audience in (*PEOPLE, "everyone"):
        known = [f.ritual for f in to_place(history, audience, today, end, today)]
        known += [ritual for ritual, _ in unplaced(history, audience, today, end)]
        for ritual in known:
            assert audience in ritual.who or (
                audience == "everyone" and ritual.share == "full" and set(ritual.who) == set(agreement.people)
            )


@pytest.mark.parametrize("share", ["private", "gist", "busy"])
def test_what_is_not_placed_is_in_no_byte_that_another_gets(share, run_planner, tmp_path):
    """Of somebody's open time others get what is placed, as its level has it; how much is open changes nothing."""
    placed = 'placed = [{ on = 2027-01-06, at = "18:00", where = "Xanadu place", note = "Xanadu note" }]'
    pages = []
    for often in ("", "times = 3\n"):
        (tmp_path / "agreement.toml").write_text(
            '[agreement]\nid = "test-x7k2"\nstarts = 2027-01-04\ntimezone = "Europe/Berlin"\n'
            '[people.ana]\nname = "Ana"\n[people.ben]\nname = "Ben"\n'
            f'[me_blocks.run]\nwho = "ana"\ntitle = "Xanadu run"\nevery = "week"\nat = "open"\nfor = "2h"\n'
            f'share = "{share}"\n{often}{placed}\n'
        )
        for audience in ("ben", "everyone"):
            said = [
                run_planner("--today", "2027-01-04", *args, "--for", audience).stdout
                for args in (("page", "-o", "-"), ("agenda",), ("month",), ("export", "-o", "-"))
            ]
            pages.append("".join(said))
            assert "Xanadu" not in pages[-1]
            assert "lace" not in said[1]  # neither placed nor still to place
            assert ("18:00" in said[1]) == (share != "private")
            assert ("in these weeks on Wednesday 6 January 2027" in said[0]) == (share != "private")
    stamp = [page.replace("\r\n ", "") for page in pages]
    assert stamp[:2] == stamp[2:]


# ── said ─────────────────────────────────────────────────────────────


def test_what_is_still_to_place_is_said_once_for_each_stretch_of_time():
    values = couple({"who": "ana", "every": "week", "times": 2, "at": "open", "for": "2h"})
    values["shared_evenings"] = {"out": {"every": "month", "at": "open", "for": "1 day", "title": "A day out"}}
    history, today = History(clear(values)), date(2027, 1, 6)
    lines = to_place_lines(history, None, today, today + timedelta(days=7), today)
    assert lines == [
        "Still to place this week: Run for Ana, twice (2 hours each).",
        "Still to place in the week of Monday 11 January 2027: Run for Ana, twice (2 hours each).",
        "Still to place this month: A day out, once (1 day).",
    ]
    assert to_place_lines(history, "ben", today, today + timedelta(days=7), today) == lines[2:]
    assert to_place_lines(history, "ben", date(2026, 12, 1), date(2027, 1, 5), today) == []


def test_a_month_says_what_is_left_of_it_and_what_goes_on_by_its_own_days(run_planner, tmp_path):
    quarter = '[shared_evenings.ee]\ntitle = "EE"\nevery = "quarter"\ntimes = 4\nat = "open"\nfor = "2h"\n'
    (tmp_path / "agreement.toml").write_text(f"{RUNNING}{quarter}")

    def told(today, month):
        return " ".join(run_planner("--today", today, "month", month).stdout.split())

    said = told("2027-01-10", "2027-01")
    assert "Still to place in January 2027: Running for Ana" in said
    assert "Still to place this quarter: EE, four times (2 hours each)." in said
    assert "EE" not in said.partition("this quarter")[0]
    assert "Still to place from Friday 1 January to Wednesday 31 March 2027: EE" in told("2026-12-10", "2027-02")
    assert re.search(
        r"Still to place in March 2027: Running for Ana, .*; EE, four times", told("2027-01-10", "2027-03")
    )


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "en",
            [
                "Daily: 7 × 20 min, from Tuesday 5 to Monday 11 January 2027",
                "Day out: 1 × all day, from Tuesday 5 to Sunday 31 January 2027",
                "Week: 1 × 2 h, from Tuesday 5 to Sunday 10 January 2027",
                "Week: 1 × 2 h, from Monday 11 to Sunday 17 January 2027",
            ],
        ),
        (
            "fr",
            [
                "Daily\u00a0: 7 × 20 min, du mardi 5 au lundi 11 janvier 2027",
                "Day out\u00a0: 1 × toute la journée, du mardi 5 au dimanche 31 janvier 2027",
                "Week\u00a0: 1 × 2 h, du mardi 5 au dimanche 10 janvier 2027",
                "Week\u00a0: 1 × 2 h, du lundi 11 au dimanche 17 janvier 2027",
            ],
        ),
        ("de", ["Daily: 7 × 20 min, von Dienstag, 5., bis Montag, 11. Januar 2027"]),
        ("es", ["Daily: 7 × 20 min, del martes 5 al lunes 11 de enero de 2027"]),
    ],
    ids=["en", "fr", "de", "es"],
)
def test_a_page_says_days_once_and_in_its_language(language, lines, run_planner, tmp_path):
    text = RUNNING.partition("[me_blocks")[0].replace(
        "[people.ana]", f'[calendar]\nlanguage = "{language}"\n[people.ana]'
    )
    daily = '[rituals.daily]\nevery = "day"\nat = "open"\nfor = "20m"\n'
    out = '[rituals.day-out]\nevery = "month"\nat = "open"\nfor = "1 day"\n'
    week = '[rituals.week]\nevery = "week"\nat = "open"\nfor = "2h"\n'

    def told():
        ran = run_planner("--today", "2027-01-05", "page", "--for", "ana", "-o", "-")
        assert ran.exit_code == 0, ran
        html = ran.stdout
        return re.findall(r"<li>(.*)</li>", html.partition('<div class="open">')[2].partition("</ul>")[0])

    (tmp_path / "agreement.toml").write_text(text + daily + out + week)
    assert told()[: len(lines)] == lines
    placed = 'placed = [{ on = 2027-01-06, at = "8:00" }, { on = 2027-01-08, at = "8:00" }]\n'
    (tmp_path / "agreement.toml").write_text(text + daily + placed)
    if language == "en":
        days = "on Tuesday 5 January 2027; on Thursday 7 January 2027; from Saturday 9 to Monday 11 January 2027"
        assert told() == [f"Daily: 5 × 20 min, {days}"]


def test_agenda_says_it_below_the_days_and_scripts_get_the_occurrences_alone(run_planner, folder):
    said = run_planner("--today", "2027-01-04", "agenda").stdout
    assert said.endswith("\n\nStill to place this week: Running for Ana, once (2 hours).\n")
    found = json.loads(run_planner("--today", "2027-01-04", "agenda", "--json").stdout)
    assert [o["start"] for o in found] == ["2027-01-05T18:00:00+01:00"]


RUNNING = """\
[agreement]
id = "test-x7k2"
starts = 2027-01-04
timezone = "Europe/Berlin"
[people.ana]
name = "Ana"
[people.ben]
name = "Ben"

[me_blocks.running]   # by the river
who = "ana"
every = "week"   # any week
times = 2
at = "open"
for = "2h"
placed = [
  { on = 2027-01-05, at = "18:00" },   # with Kim
]
notes = "On my own, and I like it"
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "agreement.toml").write_text(RUNNING)
    return tmp_path


# ── edits ────────────────────────────────────────────────────────────


def edited(run_planner, folder, *args, code=0):
    ran = run_planner("--today", "2027-01-04", *args)
    assert ran.exit_code == code, ran
    return (folder / "agreement.toml").read_text(), ran.stdout + ran.stderr


def test_place_writes_one_line_and_says_what_is_left(run_planner, folder):
    text, said = edited(run_planner, folder, "place", "running", "2027-01-07", "--at", "7:00")
    new = '  { on = 2027-01-07, at = "7:00" },\n'
    assert text == RUNNING.replace("# with Kim\n", f"# with Kim\n{new}")
    assert said.splitlines()[:2] == [
        '"Running" is placed on Thursday 7 January 2027 from 07:00 to 09:00.',
        "Nothing is left to place in the week of Monday 4 January 2027.",
    ]
    text, said = edited(run_planner, folder, "place", "running", "2027-01-07", "--undo")
    assert text == RUNNING
    assert "Still to place in the week of Monday 4 January 2027: once." in said


def test_what_is_skipped_is_to_place_again(run_planner, folder):
    text, said = edited(run_planner, folder, "skip", "running", "2027-01-05")
    assert "placed" not in text
    assert '"Running" is no longer placed on Tuesday 5 January 2027.' in said


def test_what_is_moved_is_known_again(run_planner, folder):
    """A move changes the day and keeps the event; moved back, the file is as it was."""

    def uids():
        return [
            s.uid
            for s in compile_series(clear(parse_document((folder / "agreement.toml").read_bytes(), "a").values), "ana")
        ]

    before = uids()
    text, said = edited(run_planner, folder, "move", "running", "2027-01-05", "--to", "2027-01-06", "--at", "19:00")
    assert '  { on = 2027-01-06, at = "19:00", was = 2027-01-05 },   # with Kim' in text
    assert '"Running" moves from Tuesday 5 January 2027 to Wednesday 6 January 2027, from 19:00 to 21:00.' in said
    assert uids() == before
    text, _ = edited(run_planner, folder, "move", "running", "2027-01-06", "--to", "2027-01-05", "--at", "18:00")
    assert text == RUNNING


def test_what_belongs_together_with_it_is_named_when_it_moves_or_goes(run_planner, folder):
    tea = '[rituals.tea]\non = "monday"\nat = "17:00-18:00"\n[[pairs]]\nthese = ["me_blocks.running", "rituals.tea"]\n'
    (folder / "agreement.toml").write_text(RUNNING + tea)
    asked = 'It belongs together with "Tea": does that change too?'
    for args in (
        ["move", "running", "2027-01-05", "--to", "2027-01-06"],
        ["move", "running", "2027-01-06", "--at", "7:00"],
        ["skip", "running", "2027-01-06"],
    ):
        assert asked in edited(run_planner, folder, *args)[1]
    assert asked not in edited(run_planner, folder, "place", "running", "2027-01-06", "--at", "7:00")[1]


def test_a_day_that_is_over_is_called_so_when_something_is_placed_on_it(run_planner, folder):
    for undo in (["--at", "7:00"], ["--undo"]):
        done = run_planner("--today", "2027-01-20", "place", "running", "2027-01-06", *undo)
        assert (
            "Wednesday 6 January 2027 is over. Single dates hold at once, so calendars change that day" in done.stdout
        )


def test_what_is_placed_already_is_said_to_be(run_planner, folder):
    day = '[rituals.day]\nevery = "month"\nat = "open"\nfor = "1 day"\nplaced = { on = 2027-01-09 }\n'
    (folder / "agreement.toml").write_text(RUNNING + day)
    _, said = edited(run_planner, folder, "place", "day", "2027-01-09", code=3)
    assert said == 'planner: "Day" is placed on Saturday 9 January 2027 already; name another day\n'
    _, said = edited(run_planner, folder, "place", "running", "2027-01-05", "--at", "18:00", code=3)
    assert said.endswith("is placed on Tuesday 5 January 2027 from 18:00 to 20:00 already; name another time\n")
    said = edited(run_planner, folder, "place", "day", "2027-02-09", "2027-02-10")[1]
    assert "on Tuesday 9 February 2027, all day, and on Wednesday 10 February 2027, all day.\n" in said


def test_an_end_that_was_said_stays_with_the_length(run_planner, folder):
    edited(run_planner, folder, "place", "running", "2027-01-07", "--at", "7:00-8:15")
    text, _ = edited(run_planner, folder, "move", "running", "2027-01-07", "--to", "2027-01-08", "--at", "9:30")
    assert '{ on = 2027-01-08, at = "09:30-10:45", was = 2027-01-07 }' in text


REFUSED = [
    (["place", "running", "2027-01-07"], 2, "at what time is"),
    (["place", "running", "--at", "7:00"], 2, "say on which day"),
    (["place", "running", "2027-01-03", "--at", "7:00"], 2, "begins on Monday 4 January 2027"),
    (["place", "running", "2027-01-05", "--at", "19:00"], 3, "already; name another time"),
    (["place", "running", "2027-01-07", "--at", "noonish"], 2, "--at: "),
    (["place", "running", "2027-01-07", "--at", "7:00-8:00", "--for", "1h"], 2, "keep its end, or --for"),
    (["place", "running", "2027-01-07", "--at", "7:00", "--for", "1 month"], 2, "no length of one time"),
    (["place", "running", "2027-01-07", "--undo"], 2, "is not placed on Thursday 7 January 2027"),
    (["place", "running", "2027-01-05", "--undo", "--for", "1h"], 2, "leave --for out"),
    (["place", "runing", "2027-01-05", "--at", "7:00"], 2, "did you mean"),
    (["place", "walk", "2027-01-11", "--at", "7:00"], 3, "has days of its own"),
    (["move", "running", "2027-01-07", "--to", "2027-01-08"], 2, "it is placed on Tuesday 5 January 2027"),
    (["skip", "running", "2027-01-07"], 2, "it is placed on Tuesday 5 January 2027"),
    (["place", "running", "2027-02-10", "--at", "7:00"], 3, "rests from Monday 8 to Sunday 14 February 2027"),
    (["place", "day", "2027-01-09", "--at", "7:00"], 2, "takes whole days"),
]


@pytest.mark.parametrize(("args", "code", "said"), REFUSED, ids=lambda a: " ".join(a) if isinstance(a, list) else "")
def test_what_cannot_be_placed_is_refused_with_a_remedy(run_planner, folder, args, code, said):
    more = '[rituals.walk]\non = "monday"\nat = "20:00-21:00"\n'
    more += '[rituals.day]\nevery = "month"\nat = "open"\nfor = "1 day"\n'
    text = f"{RUNNING}{more}[[pauses]]\nstarts = 2027-02-08\nuntil = 2027-02-14\n"
    (folder / "agreement.toml").write_text(text)
    left, told = edited(run_planner, folder, *args, code=code)
    assert left == text
    assert said in told


@pytest.mark.parametrize(
    ("args", "remedy"),
    [
        (["skip"], "; `planner place me_blocks.running 2027-01-05 --undo --at 08:00` takes one back\n"),
        (
            ["move", "--to", "2027-01-06"],
            "; change one in the file, or `planner place me_blocks.running 2027-01-05 --undo --at 08:00` takes it back,"
            " and `planner place` places it anew\n",
        ),
        (["place", "--undo"], "; say which one with --at 08:00\n"),
    ],
    ids=lambda v: v[0] if isinstance(v, list) else "",
)
def test_of_several_on_a_day_one_is_named_by_a_way_that_there_is(run_planner, folder, args, remedy):
    twice = RUNNING.replace('{ on = 2027-01-05, at = "18:00" }', '{ on = 2027-01-05, at = "08:00" }')
    twice = twice.replace("# with Kim\n", '# with Kim\n  { on = 2027-01-05, at = "18:00" },\n')
    (folder / "agreement.toml").write_text(twice)
    _, said = edited(run_planner, folder, args[0], "running", "2027-01-05", *args[1:], code=2)
    assert said == f'planner: "Running" is placed on Tuesday 5 January 2027 at 08:00 and 18:00{remedy}'
    edited(run_planner, folder, "place", "running", "2027-01-05", "--undo", "--at", "08:00")


def test_of_several_on_a_day_each_stays_its_event_when_another_goes(run_planner, folder):
    def uids():
        agreement = clear(parse_document((folder / "agreement.toml").read_bytes(), "a").values)
        return {s.time.start // 60: s.uid for s in compile_series(agreement, "ana")}

    for at in ("8:00", "21:00", "12:00"):
        edited(run_planner, folder, "place", "running", "2027-01-05", "--at", at)
    before = uids()
    text, _ = edited(run_planner, folder, "place", "running", "2027-01-05", "--undo", "--at", "18:00")
    assert '{ on = 2027-01-05, at = "8:00", number = 2 }' in text
    assert uids() == {hour: uid for hour, uid in before.items() if hour != 18}
    edited(run_planner, folder, "place", "running", "2027-01-05", "--undo", "--at", "21:00")
    assert uids() == {hour: uid for hour, uid in before.items() if hour not in (18, 21)}
    edited(run_planner, folder, "place", "running", "2027-01-05", "--at", "15:00")
    assert {hour: uid for hour, uid in uids().items() if hour != 15} == {h: before[h] for h in (8, 12)}
    assert len(set(uids().values())) == 3


MEETING = """
[rituals.early]
on = "saturday"
at = "00:30-02:00"
[shared_evenings.weekend]
every = "month"
at = "open"
for = "2 days"
[rituals.sundaylunch]
on = "sunday"
at = "12:00-14:00"
[rituals.far]
who = ["ana", "ben"]
on = "friday"
at = "21:00-22:00"
timezone = "America/New_York"
"""


@pytest.mark.parametrize(
    ("args", "met"),
    [
        (["running", "2027-01-15", "--at", "23:00"], ['On Saturday 16 January 2027 "Early" asks for Ana\'s time too.']),
        (["running", "2027-01-16", "--at", "23:00"], []),
        (["running", "2027-01-16", "--at", "2:00"], ['On Friday 15 January 2027 "Far" asks for Ana\'s time too.']),
        (
            ["weekend", "2027-01-23"],
            [
                'On Saturday 23 January 2027 "Early" asks for Ana and Ben\'s time too.',
                'On Friday 22 January 2027 "Far" asks for Ana and Ben\'s time too.',
                'On Sunday 24 January 2027 "Sundaylunch" asks for Ana and Ben\'s time too.',
            ],
        ),
        (["weekend", "2027-01-25"], []),
    ],
    ids=lambda v: " ".join(v[:2]) if v and isinstance(v[0], str) else "",
)
def test_what_meets_it_is_said_whatever_day_that_begins_on(run_planner, folder, args, met):
    (folder / "agreement.toml").write_text(RUNNING + MEETING)
    _, said = edited(run_planner, folder, "place", *args)
    assert [line for line in said.splitlines() if "asks for" in line] == met


FIXED = """\
[agreement]
id = "test-x7k2"
starts = 2027-01-04
timezone = "Europe/Berlin"
[people.ana]
name = "Ana"
[people.ben]
name = "Ben"

[rituals.walk]
on = "tuesday"
at = "18:00-20:00"
"""
OPEN = FIXED.replace('on = "tuesday"\nat = "18:00-20:00"', 'every = "week"\ntimes = 2\nat = "open"\nfor = "2h"')
TO_OPEN = ["revise", "walk", "on=", "every=week", "at=open", "for=2h"]
TO_FIXED = ["revise", "walk", "every=", "times=", "on=monday", "at=10:00"]


@pytest.fixture
def run(run_planner, tmp_path):
    """A run of planner on 19 January, and what it says; an exit code stands before what is refused."""

    def run(*args, today="2027-01-19"):
        ran = run_planner("--today", today, *args)
        return f"{ran.exit_code or ''}{ran.stdout}{ran.stderr}"

    def begin(text, then):
        (tmp_path / "agreement.toml").write_text(text)
        assert "agreed from" in run("agree", "--by", "ana", "--by", "ben", today="2027-01-10")
        assert "Not agreed yet" in run(*then)
        return run

    return begin


def test_what_is_placed_before_it_is_agreed_to_be_open_waits_with_it(run):
    """The draft leaves the day open and the agreement does not: it says so, and what is agreed can still change."""
    run = run(FIXED, TO_OPEN)
    said = run("place", "walk", "2027-01-21", "--at", "10:00")
    assert "That it is open on Thursday 21 January 2027 is not agreed yet; calendars have it once that is." in said
    assert "at once" not in said
    assert "21 January" not in run("agenda")
    assert "still to place" in run("suggest", "walk", "--limit", "1", "--offline")
    assert '"Walk" is left out on Tuesday 26 January 2027.\nIt holds at once' in run("skip", "walk", "2027-01-26")
    assert "is now from 10:00 to 12:00.\nIt holds at once" in run("move", "walk", "2027-02-02", "--at", "10:00")
    assert "is no longer placed" in (said := run("place", "walk", "2027-01-21", "--undo"))
    assert "No calendar had it yet." in said
    assert "18:00" not in run("agenda", "--from", "2027-01-26", "--days", "8")


def test_what_is_agreed_to_be_open_is_placed_whatever_the_draft_says(run):
    run = run(OPEN, TO_FIXED)
    said = run("place", "walk", "2027-01-22", "--at", "10:00")
    assert "is placed on Friday 22 January 2027 from 10:00 to 12:00." in said
    assert "It holds at once" in said
    assert "Friday 22 January" in run("agenda")
    assert "Still to place this week" in run("agenda")
    assert "still to place this week" in run("suggest", "walk", "--limit", "1", "--offline")
    assert "calendars follow once it is." in (said := run("skip", "walk", "2027-01-25"))
    assert "at once" not in said
    assert "is no longer placed" in run("place", "walk", "2027-01-22", "--undo")


OUT = (
    RUNNING.partition("[me_blocks")[0]
    + """
[shared_evenings.out]
every = "month"
at = "open"
for = "2 days"
placed = [{ on = 2027-01-09 }, { on = 2027-03-20, where = "Lake" }]
"""
)


def test_a_day_out_stays_what_it_was_when_a_later_one_is_some_hours(run_planner, tmp_path):
    """January's day out is two days, whatever a day out is from February on, and when it is gone from the file too."""
    file = tmp_path / "agreement.toml"
    file.write_text(OUT)

    def run(*args, today="2027-02-10", code=0):
        ran = run_planner("--today", today, *args)
        assert ran.exit_code == code, ran
        return ran.stdout + ran.stderr

    run("agree", "--by", "ana", "--by", "ben", today="2027-01-05")
    run("revise", "out", "for=2h")
    assert "2 days  Out" in run("agenda", "--from", "2027-01-09", "--days", "1")
    refused = run("agree", "--by", "ana", "--by", "ben", code=1)
    assert refused.count("error:") == 1
    assert "agreement.toml:15:32: error: shared_evenings.out.placed[2]: `at` is missing" in refused
    run("revise", "out", "placed[2].at=18:00")
    run("agree", "--by", "ana", "--by", "ben")
    for day, said in (("2027-01-09", "2 days  Out"), ("2027-03-20", "18:00–20:00  Out")):
        assert said in run("agenda", "--from", day, "--days", "1", today="2027-02-12")
    assert "No clashes" in run("check", today="2027-02-12")
    assert "`at` is missing" in run("revise", "out", "placed={ on = 2027-03-21 }", today="2027-02-12", code=1)
    file.write_text(OUT.partition("[shared")[0] + '[rituals.tea]\non = "monday"\nat = "17:00-18:00"\n')
    assert "2 days  Out" in run("agenda", "--from", "2027-01-09", "--days", "1", today="2027-02-12")


def test_what_was_placed_at_an_hour_stays_there_when_a_later_one_takes_whole_days(run_planner, folder):
    run_planner("--today", "2027-01-02", "agree", "--by", "ana", "--by", "ben")
    for args in (["revise", "running", "for=1 day", "times="], ["agree", "--by", "ana"]):
        assert run_planner("--today", "2027-02-10", *args).exit_code == 0
    said = run_planner("--today", "2027-02-12", "agenda", "--from", "2027-01-05", "--days", "1").stdout
    assert "18:00–20:00  Running" in said
    args = ["revise", "running", 'placed={ on = 2027-02-13, at = "18:00" }']
    wrong = run_planner("--today", "2027-02-12", *args)
    assert wrong.exit_code == 1
    assert "these take whole days; leave `at` out" in wrong.stderr


def test_show_says_how_long_what_is_placed_is_by_what_holds_on_its_day(run):
    """A later version makes it shorter: what is placed after that day is shown as long as it is then."""
    run = run(OPEN, ["revise", "walk", "times=1", "for=1h"])
    run("place", "walk", "2027-01-19", "--at", "8:00")
    run("place", "walk", "2027-02-09", "--at", "18:00")
    assert "from 18:00 to 20:00" in run("show")
    assert "agreed from" in run("agree", "--from", "2027-01-20", "--by", "ana")
    said = " ".join(run("show").split())
    assert "on Tuesday 19 January 2027 from 08:00 to 10:00 and on Tuesday 9 February 2027 from 18:00 to 19:00" in said


def test_what_is_open_from_a_later_day_on_is_placed_from_then_on(run):
    run = run(FIXED, TO_OPEN)
    assert "agreed from" in run("agree", "--from", "2027-02-08", "--by", "ana", "--by", "ben")
    assert run("place", "walk", "2027-01-20", "--at", "10:00").startswith(
        '3planner: "Walk" is open from Monday 8 February 2027 on'
    )
    assert "It holds at once" in run("place", "walk", "2027-02-09", "--at", "10:00")


@given(open_agreements(), st.data())
@settings(suppress_health_check=SLOW)
def test_an_edit_of_what_is_placed_does_what_it_says(values, data):
    """Moved and taken back, in a file written out: it is there, or gone, and all others are as they were."""
    from planner.toml_render import plain

    agreement = read(values)
    assume(agreement is not None)
    single = [
        (path, p.on)
        for path, r in agreement.rituals.items()
        for p in r.placed
        if sum(q.on == p.on for q in r.placed) == 1 and not resting(agreement, r, p.on)
    ]
    assume(single)
    import tomli_w

    document = parse_document(tomli_w.dumps(plain(values)).encode(), "agreement.toml")
    assert not isinstance(document, list), document
    path, day = data.draw(st.sampled_from(single))
    after = clear(skip(document, agreement, path, [day]).document.values)
    was, now = by_uid(agreement, None), by_uid(after, None)
    ritual = agreement.rituals[path]
    gone = {s.ritual for uid, s in was.items() if uid not in now}
    if not any((q.was or q.on) == day for q in ritual.placed if q.on != day):
        assert now.items() <= was.items()
        assert gone == {
            path,
            *(
                f"{path}.{part}"
                for part in ("check_in", "cover")
                if getattr(ritual, f"{part}s" if part == "check_in" else part)
            ),
        }
    to = day + timedelta(days=data.draw(st.integers(1, 3)))
    free = ritual._replace(placed=(_placed(ritual, to),))
    assume(_strands(agreement, free) and not resting(agreement, ritual, to) and all(q.on != to for q in ritual.placed))
    moved = clear(move(document, agreement, path, day, to, None).document.values)
    there = by_uid(moved, None)
    assert there.keys() == was.keys()
    assert {s.first for uid, s in there.items() if s != was[uid] and s.ritual == path} == {to}


def test_kinds_are_those_that_open_time_counts_as():
    """A host night of one, open, with someone who covers: everything that time can count as."""
    night = {"host": "ana", "every": "month", "at": "open", "for": "3h", "tags": ["friends"]}
    block = {"who": "ana", "every": "month", "at": "open", "for": "90m", "cover": "ben"}
    history = History(clear(couple(night, "host_nights", me_blocks={"b": block})))
    there = planned(history, date(2027, 2, 1), date(2027, 3, 1))
    assert {kind: there["ana"][kind] for kind in KINDS} == {
        "own": (90, 1),
        "together": (180, 1),
        "friends": (180, 1),
        "hosting": (180, 1),
        "covering": (0, 0),
    }
    assert there["ben"]["covering"] == (90, 1)
    assert read_length("90m").minutes == 90


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ({"every": "week", "times": 2, "for": "2h"}, "twice a week, 2 hours each, on days left open"),
        ({"every": "week", "for": "45m"}, "once a week for 45 minutes, on a day left open"),
        ({"every": "2 weeks", "for": "1 day"}, "once every two weeks for 1 day, on a day left open"),
        ({"every": "quarter", "times": 3, "for": "3h"}, "three times a quarter, 3 hours each, on days left open"),
        ({"every": "day", "for": "20m"}, "once a day for 20 minutes, at an hour left open"),
        ({"every": "year", "for": "3 days"}, "once a year for 3 days, on a day left open"),
        (
            {"every": "week", "ladder": {"steps": ["30m", "1h"], "each": "2 weeks"}},
            "once a week, on a day left open. It may grow in small steps: 30 minutes, then 1 hour.",
        ),
    ],
)
def test_show_says_how_often_and_how_long(block, said):
    agreement = clear(couple({"who": "ana", "at": "open"} | block))
    sentence = ritual_sentence(agreement, agreement.rituals["me_blocks.run"])
    assert sentence.startswith(f"Run: Ana's own time, {said}")


def test_show_says_what_is_placed_from_today_on():
    placed = [
        {"on": date(2027, 1, 5), "at": "18:00"},
        {"on": date(2027, 1, 9), "at": "10:00-13:00", "where": "The long loop", "note": "With Kim"},
        {"on": date(2027, 1, 7), "at": "07:00"},
    ]
    block = {"who": "ana", "every": "week", "times": 2, "at": "open", "for": "2h", "placed": placed}
    agreement = clear(couple(block))
    sentence = ritual_sentence(agreement, agreement.rituals["me_blocks.run"], today=date(2027, 1, 6))
    assert (
        "It is placed on Thursday 7 January 2027 from 07:00 to 09:00 and on Saturday 9 January 2027 from 10:00 to "
        "13:00. On Saturday 9 January 2027 the place is The long loop. With Kim." in sentence
    )
    assert "5 January" not in sentence


@given(open_agreements())
@settings(suppress_health_check=SLOW)
def test_the_schema_takes_open_time_as_the_reading_does(values):
    assert faults(values) == []


# ── agreed ───────────────────────────────────────────────────────────

BLOCK = {"who": ["ana", "ben"], "every": "week", "times": 2, "at": "open", "for": "2h"}


@pytest.mark.parametrize(
    ("was", "now", "needs"),
    [
        (BLOCK, BLOCK | {"times": 1}, {}),
        (BLOCK, BLOCK | {"for": "90m"}, {}),
        (BLOCK, BLOCK | {"times": 3}, {"ana": "more time", "ben": "more time"}),
        (BLOCK, BLOCK | {"for": "3h"}, {"ana": "more time", "ben": "more time"}),
        (BLOCK, BLOCK | {"every": "2 weeks"}, {}),
        (BLOCK, BLOCK | {"every": "month"}, {}),
        (BLOCK, BLOCK | {"every": "year"}, {}),
        (BLOCK, BLOCK | {"every": "month", "for": "3h"}, {"ana": "other time", "ben": "other time"}),
        (BLOCK, BLOCK | {"every": "month", "times": 12}, {"ana": "other time", "ben": "other time"}),
        (BLOCK | {"every": "month"}, BLOCK, {"ana": "other time", "ben": "other time"}),
        (BLOCK, BLOCK | {"who": ["ana"]}, {}),
        ({"who": ["ana"], **{k: v for k, v in BLOCK.items() if k != "who"}}, BLOCK, {"ben": "new time"}),
        (BLOCK, {"on": "monday", "at": "18:00-20:00"}, {"ana": "other time", "ben": "other time"}),
        ({"on": "monday", "at": "18:00-20:00"}, BLOCK, {"ana": "other time", "ben": "other time"}),
        (BLOCK, BLOCK | {"placed": [{"on": date(2027, 3, 2), "at": "18:00"}]}, {}),
        (BLOCK, BLOCK | {"until": date(2027, 6, 1)}, {}),
    ],
    ids=lambda v: " ".join(map(str, v.values())) if isinstance(v, dict) and "at" in v else "",
)
def test_whose_yes_a_change_of_open_time_needs(was, now, needs):
    """More, longer, in other frames or for other people asks for a yes; less does not, nor does what is placed."""
    old, new = (clear(couple(block, "rituals")) for block in (was, now))
    found = revised(History(new, (Version(date(2027, 1, 4), 1, old),)), date(2027, 2, 1))
    assert [r.needs for r in found] == ([needs] if {k: v for k, v in now.items() if k != "placed"} != was else [])


@pytest.mark.parametrize(
    ("zone", "placed", "needs"),
    [
        ("America/New_York", [date(2027, 3, 2)], {"ana": "other time", "ben": "other time"}),
        ("America/New_York", [date(2027, 1, 12)], {}),  # over by then, and stays where it was
        ("America/New_York", [], {}),
        ("Europe/Paris", [date(2027, 3, 2)], {}),
    ],
)
def test_other_clocks_move_what_is_placed_and_need_a_yes_where_they_do(zone, placed, needs):
    block = BLOCK | ({"placed": [{"on": day, "at": "18:00"} for day in placed]} if placed else {})
    old, new = clear(couple(block, "rituals")), clear(couple(block | {"timezone": zone}, "rituals"))
    history = History(new, (Version(date(2027, 1, 4), 1, old),))
    assert [r.needs for r in revised(history, date(2027, 2, 1))] == [needs]


def test_what_was_placed_stays_when_its_days_are_fixed():
    """Open until February, then on Mondays: what is placed in January is in calendars, and the file is clear."""
    placed = [{"on": date(2027, 1, 6), "at": "18:00"}]
    old = clear(couple(BLOCK | {"placed": placed}, "rituals"))
    values = couple({"on": "monday", "at": "18:00-20:00", "placed": placed}, "rituals")
    new = clear(values)
    history = History(new, (Version(date(2027, 1, 4), 1, old), Version(date(2027, 2, 1), 1, new)))
    assert errors(Examined(new, values, date(2027, 1, 4), date(2028, 1, 4), history)) == []
    found = occurrences(compile_versions(history, "ana"), date(2027, 1, 4), date(2027, 2, 9))
    assert [str(o.day) for o in found] == ["2027-01-06", "2027-02-01", "2027-02-08"]
    assert [f.code for f in errors(Examined(new, values, date(2027, 1, 4), date(2028, 1, 4)))] == ["placed-astray"]


def test_frames_go_on_over_a_change_of_length():
    """Every two weeks from 4 January; a longer time from 18 January on keeps the same fortnights."""
    block = BLOCK | {"every": "2 weeks"}
    old, new = clear(couple(block, "rituals")), clear(couple(block | {"for": "3h"}, "rituals"))
    history = History(new, (Version(date(2027, 1, 4), 1, old), Version(date(2027, 1, 25), 1, new)))
    found = [
        (str(f.first), str(f.end), f.times, f.length) for f in frames(history, date(2027, 1, 4), date(2027, 2, 15))
    ]
    assert found == [
        ("2027-01-04", "2027-01-18", 2, 120),
        ("2027-01-18", "2027-02-01", 1, 120),
        ("2027-01-18", "2027-02-01", 1, 180),
        ("2027-02-01", "2027-02-15", 2, 180),
    ]


@pytest.mark.parametrize("is_agreed", [False, True])
def test_of_several_on_a_day_the_other_stays_its_event_when_an_end_takes_one(run_planner, folder, is_agreed):
    """Two of one day, the first moved beyond the end: the second is the second of its day still."""
    text = RUNNING.replace("[me_blocks.running]", "[rituals.running]").replace('who = "ana"\n', "")
    two = '  { on = 2027-02-09, was = 2027-01-05, at = "8:00" },\n  { on = 2027-01-05, at = "18:00" },   # with Kim\n'
    file = folder / "agreement.toml"
    file.write_text(text.replace('  { on = 2027-01-05, at = "18:00" },   # with Kim\n', two))
    if is_agreed:
        assert run_planner("--today", "2027-01-04", "agree", "--by", "ana", "--by", "ben").exit_code == 0

    def event():
        out = run_planner("--today", "2027-01-04", "export", "--for", "ana", "-o", "-").stdout.replace("\r\n", "\n")
        found = next(e for e in out.split("BEGIN:VEVENT")[1:] if "20270105T180000" in e)
        return re.search("UID:(.*)", found)[1]

    before = event()
    assert run_planner("--today", "2027-01-04", "end", "--on", "2027-02-01", input="\n").exit_code == 0
    assert event() == before
    assert '{ on = 2027-01-05, at = "18:00", number = 2 },   # with Kim' in file.read_text()


def test_an_end_takes_what_is_placed_after_it(run_planner, folder):
    text = RUNNING.replace("[me_blocks.running]", "[rituals.running]").replace('who = "ana"\n', "")
    later = '  { on = 2027-02-09, at = "18:00" },\n'
    (folder / "agreement.toml").write_text(text.replace("# with Kim\n", f"# with Kim\n{later}"))
    assert run_planner("--today", "2027-01-04", "end", "--on", "2027-02-01").exit_code == 0
    left = (folder / "agreement.toml").read_text()
    assert "2027-02-09" not in left
    assert "{ on = 2027-01-05" in left
