"""Every key of an agreement, with what it holds and what it is for in the couple's words: what an editor shows.

In: nothing. Out: tables of `Key`s. A test holds them to the keys that the reading asks for, table by table. What a
shape takes is in `schema`; the long explanations are in docs/agreement.md.
"""

from __future__ import annotations

from typing import NamedTuple

from planner.agreement import TABLES


class Key(NamedTuple):
    """The shape of a key's value, by its name in `schema`, and what the key is for."""

    shape: str
    text: str


AGREEMENT = {
    "id": Key("id", "A word that no other agreement has. It never changes: events in calendars are known by it."),
    "title": Key("line", 'What it is called; left out, it is your names: "Ana & Ben".'),
    "starts": Key("date", "The first day on which anything here applies, without quotes: 2027-01-04."),
    "until": Key("date", "The last day of all of it, if there is one; it is included."),
    "timezone": Key("zone", 'Whose clocks count, by place: "Europe/Berlin".'),
    "week_starts": Key("week_starts", "The day on which weeks begin; Monday, if you say nothing."),
    "purpose": Key("text", "What it is for, in your words. `planner show` reads it out."),
    "quiet": Key("quiet", "Words of `planner check` that you can do without."),
}

PERSON = {
    "name": Key("line", "What this person is called."),
    "timezone": Key("zone", "Whose clocks count for what is this person's alone, if they live by others."),
    "color": Key("color", 'A colour name of the web, such as "teal", for this person\'s events.'),
    "busy": Key("sources", "Files (.ics) and connected calendars that say when this person is busy."),
}

HELPER = {"name": Key("line", "What this helper is called.")}

_WHEN = {
    "on": Key("on", 'On which days: "friday", ["tue", "thu"], "second saturday", "day 15", "14 february", or dates.'),
    "every": Key(
        "every", 'How far apart: "2 weeks", "quarter"; "3 days", counted from the start, stands without `on`.'
    ),
    "count_from": Key("date", "From which day `every`, turns and cycles count, instead of the first day."),
    "at": Key(
        "at",
        'When: "18:30-21:00", "6:30pm", "all day"; another time on each day: { tuesday = "6:30-7:30" }; or "open".',
    ),
    "times": Key("times", 'How often in each week (or month …) of `every`, where `at` is "open"; once by default.'),
    "for": Key("short", 'How long, where `at` names no end: "45m", "2h 30m", "2 days".'),
    "starts": Key("date", "Its first day, if that is not the agreement's."),
    "until": Key("date", "Its last day, included."),
    "trial": Key("trial", 'A while to try it, after which it ends by itself: "4 weeks", or a last day.'),
    "timezone": Key("zone", "Whose clocks count here, if they are not the owner's or the agreement's."),
}
_WHAT = {
    "title": Key("line", "What it is called; left out, it is the key in words."),
    "where": Key("line", "The place."),
    "notes": Key("text", "A longer text; it may have several lines between three quotes each."),
    "prompts": Key("lines", "Things to talk about, one text or a list. Only those who take part see them."),
    "prompts_from": Key("prompts", "A collection of prompts to draw from; its events carry a few."),
    "tags": Key("lines", 'Words to sort by; "friends" counts in the balance.'),
    "share": Key("share", "What those see who do not take part: all of it, a gist, that you are busy, or nothing."),
    "gist": Key("line", "What those see who do not take part, in your words."),
    "remind": Key("remind", 'How long before the start your calendar speaks up: "1h", ["1d", "30m"], or "none".'),
    "skip": Key("dates", "Dates on which it does not happen."),
    "not_in": Key("seasons", "Seasons in which it rests."),
    "only_in": Key("seasons", "The seasons in which it happens, and in no other part of the year."),
    "in_season": Key("in_season", 'What differs in a season: in_season = { summer = { at = "07:00-08:00" } }.'),
    "changes": Key("changes", "Single dates that differ: each names its date by the rule, and what is other then."),
    "placed": Key("placed", 'Days for what is open: placed = [{ on = 2027-01-05, at = "18:00" }].'),
    "ladder": Key("ladder", "Time that grows in small steps, instead of a length."),
    "cover": Key("helper", "Who looks after the children, or anyone else, meanwhile: a person or a helper."),
    "may_overlap": Key("rituals", "Rituals that may happen at the same time."),
    "if_needed": Key("flag", "A slot kept in case: it shows as free and clashes with nothing."),
    "on_holidays": Key("on_holidays", "Whether it rests on public holidays (see [holidays])."),
    "yes": Key("people", "Who else is asked before it changes."),
    "was": Key("line", 'The heading and key it had before: "me_blocks.ceramics". Its events stay the same events.'),
}
_WHO = {"who": Key("who", "The people who take part, by key; everyone, if you say nothing.")}
_TURNS = {"turns": Key("turns", 'Who takes turns, in order; with `who` = "turn" only the one whose turn it is comes.')}
_MISSED = {
    "missed_turn": Key(
        "missed_turn", "Whether a turn is used up by a night that does not happen, or waits for the next."
    )
}
_FOLLOWS = {
    "who": Key("who_or_not", "The people who take part, by key; everyone, if you say nothing."),
    "follows": Key("ritual", 'Whose days and turns it has, with `who` = "not turn": for those whose turn it is not.'),
}

RITUALS = {
    "me_blocks": {
        "who": Key("owner", "The one whose time it is, by key."),
        **_WHEN,
        **_WHAT,
        "check_in": Key("check_in", 'A word in the middle of it: { after = "20m" }, or { before_end = "10m" }.'),
    },
    "shared_evenings": {**_FOLLOWS, **_TURNS, **_MISSED, **_WHEN, **_WHAT},
    "check_ins": {**_WHO, **_WHEN, **_WHAT, "by": Key("by", "How you are in touch; a text, if you say nothing.")},
    "host_nights": {
        "hosts": Key("turns", "Who makes the evening, in turn, the first name first."),
        "host": Key("person", "Who always makes the evening."),
        **_MISSED,
        **_WHO,
        **_WHEN,
        **_WHAT,
    },
    "reviews": {**_WHO, **_WHEN, **_WHAT},
    "rituals": {**_FOLLOWS, **_TURNS, **_MISSED, **_WHEN, **_WHAT},
}
"""The keys of each kind of ritual, by its table."""
assert tuple(RITUALS) == tuple(TABLES)  # noqa: S101

OTHER_TIME = {
    "at": Key("clock", "Another time; without an end it lasts as long as ever."),
    "for": Key("short", "Another length."),
}
_CHANGE = {
    "on": Key("date", "Its date by the rule."),
    "moved_to": Key("date", "The date on which it happens instead."),
    **OTHER_TIME,
    "where": Key("line", "Another place."),
    "note": Key("line", "A word on why."),
}
CHANGE = _CHANGE
_COUNTS = {"counts": Key("flag", "false: this one uses up nobody's turn, where turns wait.")}
HOST_CHANGE = {**_CHANGE, "host": Key("person", "Who hosts on this date."), **_COUNTS}
TURN_CHANGE = {**_CHANGE, "turn": Key("person", "Whose turn it is on this date."), **_COUNTS}
PLACED = {
    "on": Key("date", "The day it is on."),
    "at": Key("clock", "When it begins; with an end, how long it is."),
    "for": Key("short", "Another length."),
    "where": Key("line", "Another place."),
    "note": Key("line", "A word for this one."),
    "was": Key("date", "The day it was placed on first, so that calendars know it again."),
    "number": Key("step", "Which of that day's it is, so that calendars know it again when another one goes."),
}
CHECK_IN = {
    "after": Key("length", "How long after the start."),
    "before_end": Key("length", "How long before the end."),
    "by": Key("by", "How you are in touch; by text, if you say nothing."),
    "for": Key("short", "How long it takes; five minutes, if you say nothing."),
}
LADDER = {
    "steps": Key("shorts", 'The lengths, in order: ["30m", "45m", "1h"].'),
    "each": Key("length", 'How long a step lasts at least: "2 weeks".'),
    "grows": Key("grows", "Whether you say when it grows, or the calendar does."),
    "step": Key("step", "The step you are on, from 1."),
}

PROGRAM = {
    "template": Key("program", "Which programme it is."),
    "starts": Key("date", "Its first day; its weeks are counted from there."),
    "until": Key("date", "The last day, where it ends early."),
    "who": Key("people", "Who takes part; everyone, if you say nothing."),
    "skip": Key("lines", "Sessions that are left out, by name."),
    "changes": Key("sessions", 'What differs, by session: changes.talk = { on = "saturday" }.'),
}
SESSION = {
    "on": Key("session_day", "A weekday of its week, or a date."),
    "at": Key("clock", "Another time."),
    "for": Key("short", "Another length."),
    "where": Key("line", "The place."),
    "note": Key("line", "A word on why."),
}

OWN_PROMPTS = {
    "add": Key("lines", "Prompts of yours, beside those of planner."),
    "only": Key("lines", "Prompts of yours, and no others."),
}
SEASON = {
    "title": Key("line", "What it is called; left out, it is the key in words."),
    "starts": Key("year_day", 'The first day, every year: "1 july".'),
    "until": Key("year_day", 'The last day, every year, included: "31 august".'),
    "dates": Key("spans", "Instead of days of the year, single dates: [{ starts = 2027-07-01, until = 2027-07-31 }]."),
}
SPAN = {
    "starts": Key("date", "The first day."),
    "until": Key("date", "The last day, included."),
}
STAY = {
    "who": Key("people", "Who stays elsewhere."),
    "timezone": Key("zone", "Whose clocks count there."),
    **SPAN,
    "note": Key("text", "A word for yourselves: why, or with whom."),
}
PAUSE = {
    "starts": Key("pause_day", 'The first day; in quotes ("20 december") for one that comes every year.'),
    "until": Key("pause_day", "The last day, included."),
    "who": Key("people", "Only what these people take part in."),
    "only": Key("parts", "Only these: whole headings, or single rituals."),
    "note": Key("text", "A word for yourselves; no calendar shows it."),
}
PAIR = {
    "these": Key("pair", "The rituals that belong together, two or more."),
    "note": Key("text", "Why, in your words."),
}
HOPE = {
    "who": Key("people", "Whose hope it is; each of you, if you say nothing."),
    "of": Key("of", "Which time counts."),
    "per": Key("per", "In how long."),
    "at_least": Key("bound", 'At least so much: "4h", or a number of times.'),
    "at_most": Key("bound", 'At most so much: "12h", or a number of times.'),
    "words": Key("line", "What you hope for, in your words."),
}
HOLIDAYS = {
    "country": Key("country", 'Its two letters: "DE".'),
    "region": Key("line", "The region, if your holidays are its own."),
}
CALENDAR = {
    "remind": Key("remind", "Reminders wherever a ritual says nothing else."),
    "share": Key("share", "What others see wherever a ritual says nothing else."),
    "language": Key("language", "The language of planner's own words in events, on sheets and pages."),
    "colors": Key("colors", "Colours by person, or by kind of ritual."),
}

TOP = {
    "agreement": "What it is, from when on, and whose clocks count.",
    "people": "Everyone who is a party to the agreement, each under a key of their own.",
    "helpers": "Those who lend a hand and are no part of the agreement.",
    "me_blocks": "Protected time of one's own.",
    "shared_evenings": "Time you keep for each other.",
    "check_ins": "A word at an agreed time.",
    "host_nights": "An evening that one of you makes for the other.",
    "reviews": "The calm talk in which you look at all this.",
    "rituals": "Whatever else you keep.",
    "programs": "Some dated weeks with a plan.",
    "prompts": "Prompts of your own, by collection.",
    "seasons": "Parts of the year with a name.",
    "stays": "Some days that people spend elsewhere, by other clocks.",
    "pauses": "A rest from some or all of it.",
    "pairs": "What belongs together.",
    "balance": "What you hope for, in your own measure.",
    "holidays": "Whose public holidays count.",
    "calendar": "What holds in calendars wherever a ritual says nothing else.",
}
"""Every heading, in the order in which planner names them."""

_LISTS = (
    "dates",
    "lines",
    "on",
    "owner",
    "pair",
    "parts",
    "people",
    "quiet",
    "remind",
    "rituals",
    "seasons",
    "shorts",
    "sources",
    "turns",
    "who",
    "who_or_not",
)
"""The shapes in which several single things may stand in a list."""
_WITH_LISTS = (
    AGREEMENT,
    PERSON,
    *RITUALS.values(),
    LADDER,
    PROGRAM,
    SEASON,
    STAY,
    PAUSE,
    PAIR,
    HOPE,
    HOLIDAYS,
    CALENDAR,
)


def holds_list(key: str) -> bool:
    """Whether a key holds a list of single things, in one of the tables that have it."""
    return any(table[key].shape in _LISTS for table in _WITH_LISTS if key in table)
