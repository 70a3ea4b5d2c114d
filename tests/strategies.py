"""Agreements made by Hypothesis: the values a file would hold, in every form of `on`, `every`, `at` and `for`."""

from __future__ import annotations

from copy import deepcopy
from datetime import date, timedelta

from hypothesis import strategies as st

from planner.words import MONTHS, WEEKDAYS

ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Africa/Casablanca",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Asia/Tehran",
    "Europe/Dublin",
    "Pacific/Chatham",
    "Asia/Kolkata",
    "Etc/UTC",
)
PEOPLE = ("ana", "ben", "cleo")

weekday = st.sampled_from(WEEKDAYS)
ordinal = st.sampled_from(("first", "second", "third", "fourth", "last"))
lengths = st.sampled_from(("15m", "50m", "2h", "2h 30m", "9 hours", "1 day", "2 days"))


@st.composite
def clock(draw) -> str:
    return f"{draw(st.integers(0, 23)):02d}:{draw(st.sampled_from((0, 15, 30, 45))):02d}"


def one_or_more(item, most=3):
    return st.one_of(item, st.lists(item, min_size=1, max_size=most, unique=True))


@st.composite
def rhythms(draw, *, steady: bool = False) -> dict[str, object]:
    """`on` and `every`; with `steady` only such as can take turns."""
    form = draw(st.sampled_from(("weekly", "weekly", "ordinal", "month day", "year day", "dates", "days", "group")))
    every: dict[str, object] = {}
    match form:
        case "weekly":
            number = draw(st.sampled_from((1, 1, 1, 2, 2, 3, 5)))
            if number > 1:
                every = {"every": f"{number} weeks"}
            return {"on": draw(one_or_more(weekday, 4))} | every
        case "group":
            return {"on": draw(st.sampled_from(("weekdays", "weekends", "every day")))}
        case "ordinal":
            if draw(st.booleans()):
                every = {"every": draw(st.sampled_from(("2 months", "quarter", "5 months")))}
            if steady:
                return {"on": draw(one_or_more(st.builds("{} {}".format, ordinal, weekday), 2))} | every
            words = (*("first", "second", "third", "fourth", "fifth", "last"),)
            return {"on": draw(one_or_more(st.builds("{} {}".format, st.sampled_from(words), weekday)))} | every
        case "month day":
            top = 28 if steady else 31
            day = st.one_of(st.integers(1, top).map("day {}".format), st.just("last day"))
            return {"on": draw(one_or_more(day))}
        case "year day":
            if draw(st.booleans()):
                every = {"every": "2 years"}
            fixed = st.builds(lambda d, m: f"{d} {m}", st.integers(1, 28), st.sampled_from(MONTHS))
            leap = st.just("29 february")
            nth = st.builds(lambda o, w, m: f"{o} {w} of {m}", ordinal, weekday, st.sampled_from(MONTHS))
            return {"on": draw(fixed if steady else one_or_more(st.one_of(fixed, nth, leap)))} | every
        case "dates":
            day = st.dates(date(2026, 1, 1), date(2028, 12, 31))
            return {"on": draw(st.lists(day, min_size=1, max_size=4, unique=True))}
    return {"every": draw(st.sampled_from(("day", "2 days", "3 days", "10 days")))}


@st.composite
def rituals(draw, table: str) -> dict[str, object]:
    """The keys of a ritual of this table, without skips and changes (they need its dates)."""
    turned = table == "host_nights" or (table in ("rituals", "shared_evenings") and draw(st.integers(0, 2)) == 0)
    values = draw(rhythms(steady=turned))
    if table == "me_blocks":
        values["who"] = draw(st.sampled_from(PEOPLE))
    elif draw(st.integers(0, 3)) == 0 and not turned:
        values["who"] = draw(st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=3, unique=True))
    if turned:
        key = "hosts" if table == "host_nights" else "turns"
        values[key] = draw(st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=5))
        if draw(st.booleans()):
            values["who"] = "turn"
        if draw(st.booleans()):
            values["missed_turn"] = draw(st.sampled_from(("waits", "waits", "passes")))
    kind = draw(st.sampled_from(("end", "end", "for", "all day", "ladder")))
    match kind:
        case "end":
            start, end = draw(clock()), draw(clock())
            values["at"] = f"{start}-{end}" if start != end else "18:00-20:00"
        case "for":
            values |= {"at": draw(clock()), "for": draw(lengths)}
        case "all day":
            values["at"] = "all day"
            if draw(st.booleans()):
                values["for"] = draw(st.sampled_from(("1 day", "2 days", "3 days")))
        case "ladder":
            values["at"] = draw(clock())
            steps = draw(st.lists(st.sampled_from(("20m", "30m", "45m", "1h", "2h")), min_size=1, max_size=4))
            each = draw(st.sampled_from(("1 week", "2 weeks", "1 month", "3 months")))
            grows = draw(st.sampled_from(("by date", "by date", "when we say so")))
            values["ladder"] = {"steps": steps, "each": each, "grows": grows}
    starts = date(2026, 1, 1)
    if draw(st.booleans()):
        starts = values["starts"] = draw(st.dates(date(2026, 1, 1), date(2027, 12, 31)))
    if draw(st.integers(0, 3)) == 0:
        values["until"] = starts + timedelta(days=draw(st.integers(0, 900)))
    if draw(st.integers(0, 5)) == 0:
        values["trial"] = draw(st.sampled_from(("4 weeks", "3 months", "1 year")))
    if draw(st.integers(0, 5)) == 0 and not isinstance(values.get("on"), list | date):
        values["count_from"] = draw(st.dates(date(2025, 6, 1), date(2028, 1, 1)))
    if draw(st.integers(0, 3)) == 0:
        values["timezone"] = draw(st.sampled_from(ZONES))
    if draw(st.booleans()):
        values["share"] = draw(st.sampled_from(("full", "gist", "busy", "private")))
    if draw(st.booleans()):
        values["remind"] = draw(st.sampled_from(("1h", ["1d", "30m"], "none")))
    if table == "me_blocks" and kind == "end" and draw(st.booleans()):
        values["at"] = draw(st.sampled_from(("18:00-21:00", "22:30-01:00", "23:00-02:30")))
        long_rule = isinstance(values.get("on"), str) and values["on"] in WEEKDAYS
        values["check_in"] = {"after": "2h" if long_rule else "20m", "by": draw(st.sampled_from(("text", "in person")))}
    if draw(st.integers(0, 3)) == 0:
        values |= draw(in_seasons(values))
    if table == "me_blocks" and values.get("share") != "private" and draw(st.integers(0, 3)) == 0:
        values["cover"] = draw(st.sampled_from([p for p in PEOPLE if p != values["who"]]))
    return values


SEASONS = {
    "summer": {"starts": "20 june", "until": "8 september"},
    "winter": {"starts": "1 december", "until": "29 february"},
    "leave": {
        "dates": [
            {"starts": date(2026, 5, 3), "until": date(2026, 5, 9)},
            {"starts": date(2027, 8, 30), "until": date(2027, 10, 4)},
            {"starts": date(2026, 3, 20), "until": date(2026, 4, 20)},
        ]
    },
}


@st.composite
def in_seasons(draw, values) -> dict[str, object]:
    """What a ritual with these values may say of SEASONS."""
    found: dict[str, object] = {}
    names = draw(st.permutations(list(SEASONS)))
    if draw(st.booleans()):
        found["not_in"] = names.pop()
    if draw(st.booleans()):
        found["only_in"] = names[: draw(st.integers(1, len(names)))]
    others: list[dict[str, object]] = [{"at": "06:30"}]
    if values["at"] == "all day":
        others = [{"for": "2 days"}]
    elif "ladder" not in values and "check_in" not in values:
        others += [{"at": "07:00-08:15"}, {"for": "25m"}, {"at": "22:45", "for": "3h"}]
    if "leave" not in names or "summer" not in names:
        found["in_season"] = {name: draw(st.sampled_from(others)) for name in names}
    return found


TABLES = ("me_blocks", "shared_evenings", "check_ins", "host_nights", "reviews", "rituals")


@st.composite
def agreements(draw, most: int = 4) -> dict[str, object]:
    """The values of a whole agreement of three people."""
    zone = draw(st.sampled_from(ZONES))
    values: dict[str, object] = {
        "agreement": {
            "id": "test-x7k2",
            "title": "Ana, Ben & Cleo",
            "starts": date(2026, 1, 1),
            "timezone": zone,
            "week_starts": draw(st.sampled_from(("monday", "sunday", "saturday"))),
        },
        "people": {
            "ana": {"name": "Ana"},
            "ben": {"name": "Ben", "timezone": draw(st.sampled_from(ZONES))},
            "cleo": {"name": "Cléo"},
        },
    }
    values["seasons"] = deepcopy(SEASONS)
    for n in range(draw(st.integers(1, most))):
        table = draw(st.sampled_from(TABLES))
        values.setdefault(table, {})[f"r{n}"] = draw(rituals(table))
    led = [
        f"{table}.{key}"
        for table in TABLES
        for key, ritual in values.get(table, {}).items()
        if len(set(ritual.get("hosts") or ritual.get("turns") or ())) > 1
    ]
    if led:
        at = draw(st.sampled_from(("21:00-22:15", "23:30-00:30", "all day")))
        values.setdefault("rituals", {})["free"] = {"follows": draw(st.sampled_from(led)), "who": "not turn", "at": at}
    if draw(st.booleans()):
        first = draw(st.dates(date(2026, 1, 1), date(2028, 6, 1)))
        who = draw(st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=2, unique=True))
        stay = {"who": who, "timezone": draw(st.sampled_from(ZONES)), "starts": first}
        values["stays"] = [stay | {"until": first + timedelta(days=draw(st.integers(0, 90)))}]
    if draw(st.booleans()):
        first = draw(st.dates(date(2026, 1, 1), date(2028, 6, 1)))
        pause: dict[str, object] = {"starts": first, "until": first + timedelta(days=draw(st.integers(0, 40)))}
        if draw(st.booleans()):
            pause["who"] = draw(st.sampled_from(PEOPLE))
        values["pauses"] = [pause]
    return values
