"""English, and what every language can say.

In: the values of `words`, a `Ritual`, phrases in English. Out: phrases without a full stop, from the functions of
`saying`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from planner.agreement import Agreement, OpenTime, Ritual
from planner.day_words import join_days
from planner.saying import (
    listed,
    month_name,
    say_date,
    say_minutes,
    say_nth,
    say_rule,
    say_span,
    say_stretch,
    say_time,
    say_times,
    say_when,
    say_zone,
)
from planner.words import AllDay, Days, Every, Time, say_clock


class Tongue:
    """English; another language says otherwise what it says otherwise.

    The phrases that `say` takes are English ones: another language has each of them in `phrases`, with {} or {0}, {1}
    where they want another order. A phrase that it does not have stays English.
    """

    code = "en"
    colon = ": "
    semicolon = "; "
    point = "."
    phrases: Mapping[str, str] = {}

    def say(self, phrase: str, *parts: str) -> str:
        """A phrase with what comes into it."""
        return self.phrases.get(phrase, phrase).format(*parts)

    # ── names and lists ──

    def listed(self, parts: Iterable[str], last: str = "and") -> str:
        """Several things in a sentence; `last` is "and" or "or"."""
        return listed(parts, last)

    def names(self, agreement: Agreement, keys: Iterable[str]) -> str:
        """The names of people or helpers in a sentence."""
        return self.listed(agreement.name(key) for key in keys)

    def quoted(self, text: str) -> str:
        """A title that stands inside a sentence."""
        return f'"{text}"'

    # ── dates ──

    def day(self, day: date) -> str:
        """A date with its weekday."""
        return say_date(day)

    def on(self, days: Iterable[date], last: str = "and") -> str:
        """On these dates: "on Monday 4 January 2027 and Tuesday 5 January 2027"; "or" after what does not happen."""
        return f"on {self.listed(map(self.day, days), last)}"

    def span(self, start: date, end: date) -> str:
        """The days from `start` to `end`, both included."""
        return say_span(start, end)

    def yearly(self, start: date, end: date) -> str:
        """Days that come every year: "each year from 20 December to 2 January"."""
        first, last = (f"{day.day} {month_name(day.month)}" for day in (start, end))
        return f"each year from {first} to {last}" if first != last else f"each year on {first}"

    # ── lengths and times of day ──

    def clock(self, minutes: int) -> str:
        """A time of day, from minutes after midnight."""
        return say_clock(minutes)

    def at(self, minutes: int) -> str:
        """At a time of day: "at 18:30"."""
        return f"at {self.clock(minutes)}"

    def minutes(self, minutes: int) -> str:
        """A length in minutes: "1 hour 30 minutes"."""
        return say_minutes(minutes)

    def lasting(self, minutes: int) -> str:
        """For a length: "for 50 minutes"."""
        return f"for {self.minutes(minutes)}"

    def brief(self, minutes: int) -> str:
        """A length in brief: "1h 30m"."""
        hours, rest = divmod(minutes, 60)
        return " ".join(p for p in (f"{hours}h" if hours else "", f"{rest}m" if rest else "") if p) or "0m"

    def stretch(self, months: int, days: int) -> str:
        """A length of calendar months and days: "3 months"."""
        return say_stretch(months, days)

    def time(self, time: Time) -> str:
        """A time of day with how long it lasts: "from 18:30 to 21:00"."""
        return say_time(time)

    def zone(self, name: str) -> str:
        """A time zone by its city: "Lisbon time"."""
        return say_zone(name)

    def city(self, name: str) -> str:
        """The city of a time zone: "Lisbon"."""
        return name.rpartition("/")[2].replace("_", " ")

    def times(self, number: int) -> str:
        """How often, 1 or more: "once", "twice", "3 times"."""
        return say_times(number)

    def often(self, amount: float) -> str:
        """How often on average: "none", "twice", "2.5 times"."""
        amount = round(amount, 1)
        if amount == int(amount):
            return self.times(int(amount)) if amount else self.say("none")
        return self.say("{} times", f"{amount:g}".replace(".", self.point))

    def nth(self, number: int) -> str:
        """A place in an order of steps: "first", "second"."""
        return say_nth(number)

    # ── days of a rule ──

    def rule(self, days: Days, every: Every) -> str:
        """Days and their spacing: "every other Wednesday"."""
        return say_rule(days, every)

    def when(self, ritual: Ritual) -> str:
        """The days of a ritual and the time on them, day by day where it differs."""
        if ritual.open_time:
            return self.open_when(ritual, ritual.open_time)
        if len({slot.time for slot in ritual.slots}) == 1:
            days = join_days([slot.days for slot in ritual.slots])
            return self._at(self.rule(days, ritual.every) if days is not None else "", ritual.slots[0].time)
        return self.listed(self._at(self.rule(slot.days, ritual.every), slot.time) for slot in ritual.slots)

    def open_when(self, ritual: Ritual, _of: OpenTime) -> str:
        """How often open time comes, and how long: "twice a week, 2 hours each, on days left open"."""
        return say_when(ritual)

    def _at(self, days: str, time: Time) -> str:
        return f"{days}{',' if isinstance(time, AllDay) else ''} {self.time(time)}"


ENGLISH = Tongue()
