"""planner page: right days, nothing hidden, one file that needs nothing else, and the same bytes for the same input."""

from __future__ import annotations

import os
import re
import stat
import tomllib
from calendar import Calendar
from datetime import date, timedelta
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.agreement import TABLES, History
from planner.compiler import compile_versions
from planner.reading import LANGUAGES, read_agreement
from planner.timeline import occurrences
from planner.views.daily import MOST_MISSING, SHORTEST, steady
from planner.views.page import MARK, PageTroubleError, page_html, page_of, page_window
from tests.strategies import agreements
from tests.test_privacy import BLOCK, HIDDEN, agreement_of, couple

ROOT = Path(__file__).parent.parent
EXAMPLES = sorted((ROOT / "examples").glob("*.toml"))
TEMPLATE = (ROOT / "templates" / "page.html").read_text(encoding="utf-8")
GOLDEN = ROOT / "tests" / "data" / "golden" / "ana-and-ben" / "page.ana.html"
DAY = date(2027, 1, 13)


def page(agreement, audience, today=DAY, own=None):
    history = History(agreement, (), own or {})
    found = occurrences(compile_versions(history, audience), *page_window(agreement, today))
    return page_of(history.alone, history.alone, audience, found, today)


def html(agreement, audience, today=DAY) -> str:
    return page_html(page(agreement, audience, today), TEMPLATE, "page.html")


def read(text: str):
    agreement, findings = read_agreement(tomllib.loads(text))
    assert agreement is not None, findings
    return agreement


def example(name="ana-and-ben"):
    return read((ROOT / "examples" / f"{name}.toml").read_text(encoding="utf-8"))


class Tree(HTMLParser):
    """What a page is made of; a tag left open, or closed in the wrong order, is an error."""

    VOID = ("meta", "br", "hr", "img", "link", "input", "rect")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, f"</{tag}> at {self.getpos()}"

    def named(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]


# ── the grid ─────────────────────────────────────────────────────────


@pytest.mark.parametrize(("starts", "first"), [("monday", 0), ("sunday", 6), ("saturday", 5)])
@given(today=st.dates(date(2026, 1, 1), date(2199, 11, 30)))
def test_the_grids_are_those_of_the_calendar_whatever_day_a_week_starts_on(starts, first, today):
    text = (ROOT / "examples" / "ana-and-ben.toml").read_text(encoding="utf-8")
    agreement = read(text.replace("[agreement]", f'[agreement]\nweek_starts = "{starts}"'))
    following = (today.year + today.month // 12, today.month % 12 + 1)
    months = page_of(agreement, agreement, "everyone", [], today).months
    for (year, month), shown in zip(((today.year, today.month), following), months, strict=True):
        weeks = [tuple(d.isoformat() for d in week) for week in Calendar(first).monthdatescalendar(year, month)]
        assert [tuple(day.iso for day in week) for week in shown.weeks] == weeks
        assert all(d.is_inside == d.iso.startswith(f"{year}-{month:02d}") for week in shown.weeks for d in week)
        assert shown.weekdays[0][0].casefold() == starts
    assert [day.iso for month in months for week in month.weeks for day in week if day.is_today].count(str(today)) >= 1


def test_each_day_has_what_the_calendar_has_on_it():
    agreement = example()
    days = {day.iso: day for month in page(agreement, "ana").months for week in month.weeks for day in week}
    assert [(i.start, i.title, i.chip.letter) for i in days["2027-01-13"].items] == [
        ("12:30", "Midweek", "&"),
        ("18:30", "Pottery class", "A"),
    ]
    assert [(i.start, i.title, i.place_of_clock) for i in days["2027-01-12"].items] == [
        ("07:00", "Ben's time", "Lisbon")
    ]
    assert days["2027-02-17"].items[0].title == "Midweek"  # the class is left out that day
    assert len(days["2027-02-17"].items) == 1


def test_what_is_there_every_day_is_said_once_a_month():
    february, march = page(example("long-distance"), "jo", date(2027, 2, 3)).months
    (every_day,) = february.daily
    assert (every_day.days, every_day.item.hours) == ("every day", "13:00–13:10")
    assert every_day.item.title == march.daily[0].item.title == "Good morning over there"
    third = february.weeks[0][2]
    assert [(item.title, item.is_daily) for item in third.items] == [("Good morning over there", True)]
    assert third.is_plain
    assert not third.is_bare
    rendered = html(example("long-distance"), "jo", date(2027, 2, 3))
    assert rendered.count("Good morning over there") == 2 + 7 + 1  # months, the coming week, the agreement


@pytest.mark.parametrize(
    ("more", "language", "days"),
    [
        ("skip = [2027-02-13, 2027-02-20]", "en", "every day, not on 13 February and 20 February"),
        ("starts = 2027-02-04", "en", "every day from 4 February"),
        ("until = 2027-02-20", "de", "jeden Tag bis 20. Februar"),
        ("starts = 2027-02-02\nuntil = 2027-02-20", "fr", "tous les jours à partir du 2 février jusqu’au 20 février"),
        ("skip = [2027-02-01, 2027-02-13]", "es", "todos los días desde el 2 de febrero, menos el 13 de febrero"),
    ],
)
def test_the_days_that_differ_are_said(more, language, days):
    text = (ROOT / "examples" / "ana-and-ben.toml").read_text(encoding="utf-8")
    block = f'[check_ins.morning]\non = "every day"\nat = "8:00"\n{more}\n[calendar]\nlanguage = "{language}"\n'
    february = page(read(f"{text}\n{block}"), "everyone", date(2027, 2, 3)).months[0]
    assert [one.days for one in february.daily] == [days]


def test_what_moves_stands_in_its_cell():
    text = (ROOT / "examples" / "ana-and-ben.toml").read_text(encoding="utf-8")
    changes = '[{ on = 2027-02-13, at = "9:00" }]'
    agreement = read(f'{text}\n[check_ins.morning]\non = "every day"\nat = "8:00"\nchanges = {changes}\n')
    february = page(agreement, "everyone", date(2027, 2, 3)).months[0]
    days = {day.iso: day for week in february.weeks for day in week}
    (moved,) = (item for item in days["2027-02-13"].items if item.title == "Morning")
    assert (moved.start, moved.is_daily) == ("09:00", False)
    assert february.daily[0].days == "every day, not on 13 February"


def test_the_print_is_as_large_as_a_sheet_allows():
    small = read((ROOT / "examples" / "ana-and-ben.toml").read_text(encoding="utf-8").partition("# ── Shared")[0])
    sizes = [page(of, "everyone", date(2027, 3, 3)).print_size for of in (small, example(), example("long-distance"))]
    assert sizes == sorted(sizes, reverse=True)
    assert 1 <= sizes[-1] < sizes[0] <= 1.4
    assert f"--grow:{sizes[0]}" in html(small, "everyone", date(2027, 3, 3))


MONTH = [date(2027, 2, 1) + timedelta(days=n) for n in range(28)]


@given(st.dictionaries(st.integers(0, 3), st.sets(st.sampled_from(MONTH)) | st.sampled_from([set(MONTH)])))
def test_what_is_steady_and_the_days_it_misses_make_up_the_days_on_which_it_is_there(seen):
    found = steady(seen, MONTH)
    for what, its in found.items():
        days = {day for day in MONTH if its.first <= day <= its.last and (day.weekday() < 5 or not its.is_weekdays)}
        assert days - set(its.missing) == seen[what]
        assert len(its.missing) <= MOST_MISSING
    for its in (seen[what] for what in seen.keys() - found.keys() if len(seen[what]) >= SHORTEST):
        holes = [day for day in MONTH if min(its) < day < max(its) and day not in its]
        assert len(holes) > MOST_MISSING
        assert any(day.weekday() >= 5 for day in its) or len([d for d in holes if d.weekday() < 5]) > MOST_MISSING


def test_from_monday_to_friday_is_said_once_too():
    text = (ROOT / "examples" / "ana-and-ben.toml").read_text(encoding="utf-8")
    agreement = read(f'{text}\n[check_ins.noon]\non = "weekdays"\nat = "12:00"\nskip = [2027-02-15]\n')
    february = page(agreement, "everyone", date(2027, 2, 3)).months[0]
    assert [one.days for one in february.daily] == ["Monday to Friday, not on 15 February"]


def test_several_days_are_shown_on_each_of_them():
    text = (ROOT / "examples" / "ana-and-ben.toml").read_text(encoding="utf-8")
    agreement = read(f'{text}\n[rituals.trip]\non = 2027-01-15\nat = "all day"\nfor = "3 days"\n')
    week = page(agreement, "ana").week
    shown = [(day.iso[8:], i.is_going_on, i.hours) for day in week for i in day.items if i.title == "Trip"]
    assert shown == [("15", False, "– Sun 17"), ("16", True, "– Sun 17"), ("17", True, "– Sun 17")]


def test_a_pause_is_said_on_its_days_without_its_note():
    agreement = example()
    march = page(agreement, "ana", date(2027, 3, 1))
    resting = [day.iso[8:] for week in march.months[0].weeks for day in week if day.pause]
    assert resting == ["08", "09", "10", "11", "12", "13", "14"]
    assert "Ski week" not in page_html(march, TEMPLATE, "page.html")


# ── privacy ──────────────────────────────────────────────────────────


@pytest.mark.parametrize("audience", ["ben", "cleo", "everyone"])
@pytest.mark.parametrize("share", ["gist", "busy", "private"])
def test_what_a_level_hides_is_in_no_byte_of_anothers_page(share, audience):
    values = couple(
        BLOCK
        | {
            "share": share,
            "changes": [{"on": date(2027, 1, 13), "where": "Xanadu annex", "note": "Xanadu note"}],
            "not_in": "xanadu",
        },
        seasons={"xanadu": {"title": "Xanadu season", "starts": "1 july", "until": "31 july"}},
        stays=[
            {
                "who": "ana",
                "timezone": "Asia/Tokyo",
                "starts": date(2027, 1, 20),
                "until": date(2027, 1, 21),
                "note": "Xanadu stay",
            }
        ],
        shared_evenings={"friday": {"on": "friday", "at": "19:00-22:00", "may_overlap": ["me_blocks.secretkey"]}},
        pauses=[{"starts": date(2027, 2, 1), "until": date(2027, 2, 7), "note": "Xanadu pause"}],
        pairs=[{"these": ["me_blocks.secretkey", "shared_evenings.friday"], "note": "Xanadu pair"}],
        balance={"b": {"who": "ana", "of": "own", "at_least": "2h", "per": "week", "words": "Xanadu hope"}},
        calendar={"colors": {"me_blocks": "crimson"}},
    )
    text = html(agreement_of(values), audience).casefold()
    for word in ("xanadu", "secretkey", "me_block", "dc143c"):
        assert word not in text
    assert "18:30" in text or share == "private"
    mine = html(agreement_of(values), "ana")
    for word in ("Xanadu title", "Xanadu place", "Xanadu notes", "Xanadu prompt", "Xanadu season", "18:30"):
        assert word in mine
    for word in ("Xanadu pause", "Xanadu pair", "Xanadu hope", "Xanadu stay"):
        assert word not in mine


@pytest.mark.parametrize("share", ["gist", "busy", "private"])
@pytest.mark.parametrize("key", [*HIDDEN, "remind", "if_needed", "trial"])
def test_a_change_in_what_is_hidden_changes_nothing_there(share, key):
    other = {"remind": "2h", "prompts": ["Other"], "tags": ["friends"], "if_needed": True, "trial": "3 years"}
    before = couple(BLOCK | {"share": share})
    after = couple(BLOCK | {"share": share, key: other.get(key, "Other")})
    if key == "trial":
        before["me_blocks"]["secretkey"]["until"] = date(2030, 1, 3)
    for audience in ("ben", "everyone"):
        assert html(agreement_of(before), audience) == html(agreement_of(after), audience)


def test_a_private_ritual_leaves_no_trace_with_the_others():
    with_it = couple(
        BLOCK | {"share": "private"},
        shared_evenings={"friday": {"on": "friday", "at": "19:00-22:00"}},
        pauses=[{"starts": date(2027, 1, 18), "until": date(2027, 1, 24), "only": "me_blocks.secretkey"}],
    )
    without = {k: v for k, v in with_it.items() if k not in ("me_blocks", "pauses")}
    for audience in ("ben", "everyone"):
        assert html(agreement_of(with_it), audience) == html(agreement_of(without), audience)


def test_whose_turn_it_is_cannot_be_read_off_a_gist():
    ritual = {"who": ["ana", "ben"], "turns": ["ana", "ben"], "on": "friday", "at": "19:00-22:00", "gist": "Theirs"}
    first, turned = couple(ritual, "rituals"), couple(ritual | {"turns": ["ben", "ana"]}, "rituals")
    assert html(agreement_of(first), "cleo") == html(agreement_of(turned), "cleo")
    assert "Theirs: every Friday from 19:00 to 22:00." in html(agreement_of(first), "cleo")


def test_of_private_turns_one_sees_only_ones_own():
    ritual = {"who": "turn", "turns": ["ana", "ben"], "on": "friday", "at": "19:00-22:00", "share": "private"}
    agreement = agreement_of(couple(ritual | {"title": "Xanadu"}, "rituals"))
    assert "Xanadu" not in html(agreement, "cleo") + html(agreement, "everyone")
    mine = html(agreement, "ana")
    assert "every Friday" not in mine
    assert "in these weeks on Friday 22 January 2027, Friday 5 February 2027" in mine


@given(values=agreements(), secret=st.sampled_from(("gist", "busy", "private")))
def test_no_generated_agreement_lets_a_hidden_text_out(values, secret):
    hidden = []
    for table, keyed in values.items():
        if table == "seasons":
            for season in keyed.values():
                season["title"] = "Hiddenseason"
        if table not in TABLES:
            continue
        for key, ritual in keyed.items():
            marker = f"Hidden{table}{key}".replace("_", "")
            ritual |= {"title": marker, "where": marker, "notes": marker, "tags": [marker], "share": secret}
            if secret == "private":
                ritual.pop("cover", None)
            hidden.append((f"{table}.{key}", marker))
    agreement, findings = read_agreement(values)
    assert agreement is not None, findings
    for audience in ("ana", "ben", "cleo", "everyone"):
        text = html(agreement, audience, agreement.starts)
        Tree(text)
        assert audience != "everyone" or "Hiddenseason" not in text
        for path, marker in hidden:
            assert audience in agreement.rituals[path].who or not re.search(rf"{marker}\b", text)


def test_an_own_file_is_on_its_owners_page_alone(run_planner, tmp_path):
    (tmp_path / "agreement.toml").write_bytes(EXAMPLES[0].read_bytes())
    own = '[me_blocks.diary]\ntitle = "Xanadu"\non = "sunday"\nat = "08:00-09:00"\n'
    (tmp_path / "agreement.ana.toml").write_text(own, encoding="utf-8")
    for who in ("ben", "everyone"):
        assert "Xanadu" not in run_planner("--today", "2027-01-13", "page", "--for", who, "-o", "-").stdout
    mine = run_planner("--today", "2027-01-13", "page", "--for", "Ana", "-o", "-").stdout
    assert mine.count("Xanadu") >= 3
    assert "Xanadu: every Sunday from 08:00 to 09:00." in mine


# ── the file ─────────────────────────────────────────────────────────


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda path: path.stem)
def test_a_page_is_whole_and_needs_nothing_else(file):
    agreement = example(file.stem) if "programs" not in file.read_text("utf-8") else None
    if agreement is None:
        from tests.conftest import SHELF

        agreement, _ = read_agreement(tomllib.loads(file.read_text("utf-8")), shelf=SHELF)
    for audience in (*agreement.people, "everyone"):
        text = html(agreement, audience, agreement.starts)
        tree = Tree(text)
        assert not re.search(r"https?:|//\w|@import|javascript:", text)
        assert not {tag for tag, _ in tree.tags} & {
            "script",
            "link",
            "img",
            "iframe",
            "object",
            "embed",
            "base",
            "form",
        }
        assert not [a for _, attrs in tree.tags for a in attrs if a in ("src", "href", "action") or a.startswith("on")]
        assert all(at.startswith("#") for at in re.findall(r"url\(([^)]*)\)", text))


def test_a_page_reads_well_aloud():
    tree = Tree(html(example(), "everyone"))
    levels = [int(tag[1]) for tag, _ in tree.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert tree.named("html") == [{"lang": "en"}]
    assert len(tree.named("caption")) == len(tree.named("table")) == 2
    assert all(head["scope"] == "col" for head in tree.named("th"))
    assert len(tree.named("th")) == 14
    (picture,) = tree.named("svg")
    assert picture["role"] == "img"
    assert picture["aria-label"].startswith("Ana: own 10 h, together 15 h 30 min; Ben: own 6 h 40 min")
    ids = [attrs["id"] for _, attrs in tree.tags if "id" in attrs]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_speaks_the_couples_language(language):
    text = (ROOT / "examples" / "ana-and-ben.toml").read_text(encoding="utf-8")
    shown = html(read(f'{text}\n[calendar]\nlanguage = "{language}"\n'), "ana")
    assert f'<html lang="{language}">' in shown
    assert shown.count("lang=") == 1  # all of it
    month = {"en": "January 2027", "de": "Januar 2027", "es": "enero 2027", "fr": "janvier 2027"}[language]
    assert f"<caption>{month}" in shown
    tuesday = {"en": "Tue", "de": "Di", "es": "mar", "fr": "mar"}[language]
    assert f'<span aria-hidden="true">{tuesday}</span>' in shown


def test_what_the_couple_writes_is_text_whatever_it_holds():
    values = couple(BLOCK | {"title": "<script>alert('&')</script>", "where": '"><img src=x>'})
    values["agreement"]["title"] = "</title><b>&{{ 7 * 7 }}"
    text = html(agreement_of(values), "ana")
    assert not {tag for tag, _ in Tree(text).tags} & {"script", "img"}
    assert "&lt;script&gt;alert" in text
    assert "{{ 7 * 7 }}" in text


def test_the_page_of_the_example_is_this_file(run_planner, tmp_path):
    (tmp_path / "agreement.toml").write_bytes(EXAMPLES[0].read_bytes())
    ran = run_planner("--today", "2027-01-13", "page", "--for", "ana", "-o", "-")
    if os.environ.get("WRITE_EXPECTED"):
        GOLDEN.write_text(ran.stdout, encoding="utf-8")
    assert ran.stdout == GOLDEN.read_text(encoding="utf-8")


# ── the command ──────────────────────────────────────────────────────


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "agreement.toml").write_bytes(EXAMPLES[0].read_bytes())
    return tmp_path


RUN = ("--today", "2027-01-13", "page")


def test_without_a_word_it_is_the_page_of_everyone_beside_the_agreement(run_planner, folder):
    ran = run_planner(*RUN)
    assert ran == (0, "page.html  new\n", "")
    assert "For everyone" in (folder / "page.html").read_text("utf-8")
    assert "Pottery" not in (folder / "page.html").read_text("utf-8")
    assert run_planner(*RUN).stdout == "page.html  unchanged\n"
    assert run_planner("--today", "2027-01-14", "page").stdout == "page.html  updated\n"
    assert run_planner(*RUN, "--for", "ben").stdout == "page.ben.html  new\n"


def test_what_is_no_page_of_planners_is_never_written_over(run_planner, folder):
    other = folder / "garden.html"
    other.write_text("<html>Our garden</html>", encoding="utf-8")
    ran = run_planner(*RUN, "-o", "garden.html")
    assert (ran.exit_code, ran.stdout) == (3, "")
    assert "garden.html is there already and is no page of planner's, so it stays as it is" in ran.stderr
    assert run_planner(*RUN, "--pdf", "garden.html").exit_code == 3
    assert other.read_text("utf-8") == "<html>Our garden</html>"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--for", "cleo"], 2, 'no person "cleo"'),
        (["-o", "."], 2, "is a folder"),
        (["-o", "-", "--open"], 2, "there is no file to open"),
        (["--pdf", "-"], 2, "takes the name of a file"),
        (["-o", "a.html", "--pdf", "a.html"], 2, "two names"),
        (["-o", "agreement.toml/page.html"], 3, "planner: "),
    ],
)
def test_what_cannot_be_is_said(run_planner, folder, arguments, code, said):
    ran = run_planner(*RUN, *arguments)
    assert ran.exit_code == code
    assert said in ran.stderr
    assert sorted(p.name for p in folder.iterdir()) == ["agreement.toml"]


def test_without_a_browser_a_pdf_is_not_to_be_had_and_the_way_out_is_said(run_planner, folder, monkeypatch):
    monkeypatch.setattr("planner.cli.browser.PLACES", ())
    ran = run_planner(*RUN, "--pdf", "page.pdf", env={"PATH": str(folder)})
    assert ran.exit_code == 2
    assert "Install one, name it in $PLANNER_BROWSER, or open the HTML page in any browser and print it" in ran.stderr
    ran = run_planner(*RUN, "--pdf", "page.pdf", env={"PLANNER_BROWSER": "netscape"})
    assert (ran.exit_code, "there is no such program" in ran.stderr) == (2, True)


@pytest.mark.skipif(os.name == "nt", reason="the browser of this test is a shell script")
def test_a_browser_that_prints_nothing_is_said(run_planner, folder):
    program = folder / "browser"
    program.write_text("#!/bin/sh\necho cannot open display >&2\nexit 1\n", encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    ran = run_planner(*RUN, "--pdf", "page.pdf", env={"PLANNER_BROWSER": str(program)})
    assert ran.exit_code == 3
    assert "it says: cannot open display" in ran.stderr
    assert not (folder / "page.pdf").exists()


def test_open_shows_the_file_that_was_written(run_planner, folder, monkeypatch):
    shown = []
    monkeypatch.setattr("webbrowser.open", lambda url: shown.append(url) or True)
    assert run_planner(*RUN, "--open").stderr == ""
    assert shown == [(folder / "page.html").as_uri()]
    monkeypatch.setattr("webbrowser.open", lambda _: False)
    assert run_planner(*RUN, "--open") == (
        0,
        "page.html  unchanged\n",
        "planner: no browser could be opened here; the page is page.html\n",
    )


def test_what_is_not_agreed_yet_is_not_on_the_page_and_is_said(run_planner, folder):
    assert run_planner("--today", "2027-01-05", "agree", "--by", "ana", "--by", "ben").exit_code == 0
    file = folder / "agreement.toml"
    file.write_text(file.read_text("utf-8").replace('"19:00-22:00"', '"18:00-22:00"'), encoding="utf-8")
    ran = run_planner(*RUN, "-o", "-")
    assert "19:00" in ran.stdout
    assert "18:00" not in ran.stdout
    assert ran.stderr.startswith("Not agreed yet, so calendars do not follow it:\n")


def test_someone_new_in_the_file_has_a_page_before_anything_is_agreed_with_them(run_planner, folder):
    assert run_planner("--today", "2027-01-05", "agree", "--by", "ana", "--by", "ben").exit_code == 0
    file = folder / "agreement.toml"
    more = '\n[people.cleo]\nname = "Cleo"\n[me_blocks.run]\nwho = "cleo"\non = "monday"\nat = "07:00-08:00"\n'
    file.write_text(file.read_text("utf-8") + more, encoding="utf-8")
    ran = run_planner(*RUN, "--for", "cleo", "-o", "-")
    assert ran.exit_code == 0
    assert "For Cleo" in ran.stdout
    assert "Run" not in ran.stdout


# ── templates of one's own ───────────────────────────────────────────


def test_a_template_beside_the_agreement_wins_over_one_among_the_settings(run_planner, folder, planner_home):
    settings = planner_home / ".config" / "planner" / "templates"
    settings.mkdir(parents=True)
    (settings / "page.html").write_text("<p>settings: {{ title }}</p>\n", encoding="utf-8")
    assert run_planner(*RUN, "-o", "-").stdout == f"<p>settings: Ana &amp; Ben</p>\n<!-- {MARK} -->\n"
    (folder / "templates").mkdir()
    (folder / "templates" / "page.html").write_text(f"{MARK}<p>ours: {{{{ audience }}}}</p>", encoding="utf-8")
    assert run_planner(*RUN, "-o", "-").stdout == f"{MARK}<p>ours: For everyone</p>"


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{% if title %}", "mine.html:1: "),
        ("\n{{ titel }}", "mine.html cannot be filled in: 'titel' is undefined"),
        ("{{ title.nothing }}", "mine.html cannot be filled in"),
        ("{{ 1 / 0 }}", "mine.html cannot be filled in"),
        ("{% include 'other' %}", "mine.html cannot be filled in"),
        ("{{ ''.__class__.__mro__ }}", "mine.html cannot be filled in"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "mine.html cannot be filled in"),
    ],
)
def test_a_template_that_cannot_be_filled_in_is_said(template, said):
    with pytest.raises(PageTroubleError) as trouble:
        page_html(page(example(), "ana"), template, "mine.html")
    assert said in str(trouble.value)


def test_a_template_gets_nothing_that_is_hidden():
    agreement = agreement_of(couple(BLOCK | {"share": "private"}))
    assert "xanadu" not in repr(page(agreement, "ben")).casefold()
