"""What German, Spanish and French share: dates and names by `languages`, words for lengths and counts by a table each.

In: as in `tongues`. Out: the same. A language gives the words and writes the rest itself. No file and no clock enter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date

from planner.agreement import OpenTime, Ritual
from planner.languages import LANGUAGES, date_in, list_names, month_in, weekday_in
from planner.tongues.english import Tongue
from planner.words import (
    AllDay,
    Dates,
    Days,
    Every,
    InCycle,
    InTurn,
    MonthDays,
    Ordinal,
    Steady,
    Time,
    Timed,
    Weekly,
    YearDay,
    YearDays,
)

_EVERY_DAY, _WEEKDAYS = tuple(range(7)), tuple(range(5))

CITIES: dict[str, tuple[str, str, str]] = {
    "Amsterdam": ("Amsterdam", "Ámsterdam", "Amsterdam"),
    "Athens": ("Athen", "Atenas", "Athènes"),
    "Beirut": ("Beirut", "Beirut", "Beyrouth"),
    "Belgrade": ("Belgrad", "Belgrado", "Belgrade"),
    "Berlin": ("Berlin", "Berlín", "Berlin"),
    "Brussels": ("Brüssel", "Bruselas", "Bruxelles"),
    "Bucharest": ("Bukarest", "Bucarest", "Bucarest"),
    "Cairo": ("Kairo", "El Cairo", "Le Caire"),
    "Copenhagen": ("Kopenhagen", "Copenhague", "Copenhague"),
    "Damascus": ("Damaskus", "Damasco", "Damas"),
    "Dublin": ("Dublin", "Dublín", "Dublin"),
    "Havana": ("Havanna", "La Habana", "La Havane"),
    "Hong_Kong": ("Hongkong", "Hong Kong", "Hong Kong"),
    "Istanbul": ("Istanbul", "Estambul", "Istanbul"),
    "Jerusalem": ("Jerusalem", "Jerusalén", "Jérusalem"),
    "Kiev": ("Kiew", "Kiev", "Kiev"),
    "Kyiv": ("Kyjiw", "Kyiv", "Kyïv"),
    "Lisbon": ("Lissabon", "Lisboa", "Lisbonne"),
    "London": ("London", "Londres", "Londres"),
    "Luxembourg": ("Luxemburg", "Luxemburgo", "Luxembourg"),
    "Mexico_City": ("Mexiko-Stadt", "Ciudad de México", "Mexico"),
    "Moscow": ("Moskau", "Moscú", "Moscou"),
    "New_York": ("New York", "Nueva York", "New York"),
    "Oslo": ("Oslo", "Oslo", "Oslo"),
    "Paris": ("Paris", "París", "Paris"),
    "Prague": ("Prag", "Praga", "Prague"),
    "Rome": ("Rom", "Roma", "Rome"),
    "Sao_Paulo": ("São Paulo", "São Paulo", "São Paulo"),
    "Singapore": ("Singapur", "Singapur", "Singapour"),
    "Sofia": ("Sofia", "Sofía", "Sofia"),
    "Stockholm": ("Stockholm", "Estocolmo", "Stockholm"),
    "Tehran": ("Teheran", "Teherán", "Téhéran"),
    "Tokyo": ("Tokio", "Tokio", "Tokyo"),
    "Vienna": ("Wien", "Viena", "Vienne"),
    "Warsaw": ("Warschau", "Varsovia", "Varsovie"),
    "Zurich": ("Zürich", "Zúrich", "Zurich"),
}
"""Cities of time zones that another language calls by another name, in the order de, es, fr."""


def is_city(name: str) -> bool:
    """Whether a time zone is called by a city."""
    return "/" in name and not name.startswith("Etc/")


class Formed(Tongue):
    """A language by its words; each subclass says what is its own."""

    one_and_more: Mapping[str, tuple[str, str]] = {}
    in_one: Mapping[str, str] = {}
    """Behind how often: "a day", "a week", "a month", "a year"."""
    numbers: tuple[str, ...] = ()
    ordinals: Mapping[int, str] = {}
    point = ","
    or_word = "or"
    no_time = ""
    once = ""
    by_number = "{}"
    day_later = "{}"
    days_later = "{} {}"
    zone_of = "{}"
    zone_without_city = "{}"
    apart = re.compile("$")
    """Days after which a time stands behind a comma."""
    midnight = ""
    from_to = "{} {}"

    # ── names and lists ──

    def listed(self, parts: Iterable[str], last: str = "and") -> str:
        """Several things in a sentence; `last` is "and" or "or"."""
        if last == "and":
            return list_names(self.code, parts)
        *firsts, final = parts
        return f"{', '.join(firsts)} {self._or(final)} {final}" if firsts else final

    def _or(self, _before: str) -> str:
        return self.or_word

    # ── dates ──

    def day(self, day: date) -> str:
        """A date with its weekday."""
        return date_in(self.code, day)

    def weekday(self, number: int) -> str:
        """The name of a weekday, 0 for Monday."""
        return weekday_in(self.code, number)

    def month(self, number: int) -> str:
        """The name of a month, 1 for January."""
        return month_in(self.code, number)

    # ── lengths and times of day ──

    def counted(self, number: int, unit: str) -> str:
        """A number of something: "1 hour", "2 hours"."""
        one, more = self.one_and_more[unit]
        return f"{number} {one if number == 1 else more}"

    def number(self, number: int) -> str:
        """A number in words as far as one reads it so."""
        return self.numbers[number] if number < len(self.numbers) else str(number)

    def minutes(self, minutes: int) -> str:
        """A length in minutes."""
        if minutes and minutes % 10080 == 0:
            return self.counted(minutes // 10080, "week")
        days, rest = divmod(minutes, 1440)
        hours, rest = divmod(rest, 60)
        parts = [self.counted(n, unit) for n, unit in ((days, "day"), (hours, "hour"), (rest, "minute")) if n]
        return " ".join(parts) or self.no_time

    def brief(self, minutes: int) -> str:
        """A length in brief."""
        hours, rest = divmod(minutes, 60)
        return " ".join(p for p in (f"{hours} h" if hours else "", f"{rest} min" if rest else "") if p) or "0 min"

    def stretch(self, months: int, days: int) -> str:
        """A length of calendar months and days."""
        years, rest = divmod(months, 12)
        parts = [self.counted(n, unit) for n, unit in ((years, "year"), (rest, "month")) if n]
        parts += [self.minutes(days * 1440)] if days else []
        return self.listed(parts) if parts else self.no_time

    def time(self, time: Time) -> str:
        """A time of day with how long it lasts."""
        match time:
            case AllDay(days):
                return self.whole_days(days)
            case Timed(start, length):
                pass
        if length < 60:
            return f"{self.at(start)} {self.lasting(length)}" if length else self.at(start)
        end = start % 1440 + length
        if end < 1440:
            return self.from_to.format(self.bare_clock(start), self.clock(end))
        if end == 1440:
            return self.from_to.format(self.clock(start), self.midnight)
        later = end // 1440
        day = self.day_later if later == 1 else self.days_later.format(self.number(later))
        return f"{self.from_to.format(self.bare_clock(start), self.clock(end))} {day}"

    def bare_clock(self, minutes: int) -> str:
        """A time of day as it stands before another one."""
        return self.clock(minutes)

    def whole_days(self, days: int) -> str:
        """So many whole days."""
        raise NotImplementedError

    def city(self, name: str) -> str:
        """The city of a time zone, as the language calls it."""
        known = CITIES.get(name.rpartition("/")[2])
        return known[LANGUAGES.index(self.code) - 1] if known else super().city(name)

    def zone(self, name: str) -> str:
        """A time zone by its city."""
        form = self.zone_of if is_city(name) else self.zone_without_city
        return form.format(self.city(name))

    def times(self, number: int) -> str:
        """How often, 1 or more."""
        return self.once if number == 1 else self.by_number.format(self.number(number))

    # ── days of a rule ──

    def open_when(self, ritual: Ritual, of: OpenTime) -> str:
        """How often open time comes, and how long."""
        unit, number = ritual.every.unit, ritual.every.number
        said = f"{self.times(of.times)} {self.in_one[unit] if number == 1 else self.each(unit, number)}"
        if of.length and of.times == 1:
            said += f" {self.lasting(of.length)}"
        elif of.length:
            said += f", {self.say('{} each', self.minutes(of.length))}"
        if ritual.every == Every(1, "day"):
            return f"{said}, {self.say('at an hour left open')}"
        return f"{said}, {self.say('on a day left open' if of.times == 1 else 'on days left open')}"

    def rule(self, days: Days, every: Every) -> str:
        """Days and their spacing."""
        number = every.number
        match days:
            case Steady():
                return self.each("day", number)
            case Weekly(weekdays) if number == 1:
                return self.weekly(weekdays)
            case Weekly(weekdays):
                return f"{self.each('week', number)} {self.on_weekdays(weekdays)}"
            case InTurn(weekdays):
                return f"{self.each('week', number)} {self.in_turn(weekdays)}"
            case InCycle(numbered):
                return self.in_cycle([n for n, _ in numbered], numbered[0][1])
            case Ordinal(ordinals):
                said = self.on_ordinals(ordinals)
                return said if number == 1 else f"{self.each('month', number)} {said}"
            case MonthDays(numbers):
                said = self.on_month_days(sorted(n for n in numbers if n > 0), has_last=-1 in numbers)
                return said if number == 1 else f"{self.each('month', number)} {said}"
            case YearDays(of_year):
                return f"{self.each('year', number)} {self.listed(map(self.on_day_of_year, of_year))}"
            case Dates(dates):
                return self.on(dates)

    def _at(self, days: str, time: Time) -> str:
        comma = "," if isinstance(time, AllDay) or self.apart.search(days) else ""
        return f"{days}{comma} {self.time(time)}"

    def is_every_day(self, weekdays: tuple[int, ...]) -> bool:
        """Whether these are all the days of a week."""
        return weekdays == _EVERY_DAY

    def is_working_week(self, weekdays: tuple[int, ...]) -> bool:
        """Whether these are Monday to Friday."""
        return weekdays == _WEEKDAYS

    def by_weekday(self, ordinals: tuple[tuple[int, int], ...]) -> list[tuple[list[str], str]]:
        """For each weekday of ordinals: the places ("second", "fourth"), the weekday."""
        found: dict[int, list[int]] = {}
        for n, weekday in ordinals:
            found.setdefault(weekday, []).append(n)
        return [
            ([self.ordinals[n] for n in sorted(numbers, key=lambda n: n if n > 0 else 9)], self.weekday(weekday))
            for weekday, numbers in found.items()
        ]

    def each(self, unit: str, number: int) -> str:
        """Every so many days, weeks, months or years."""
        raise NotImplementedError

    def weekly(self, weekdays: tuple[int, ...]) -> str:
        """These days of every week."""
        raise NotImplementedError

    def on_weekdays(self, weekdays: tuple[int, ...]) -> str:
        """On these days of such a week."""
        raise NotImplementedError

    def in_turn(self, weekdays: tuple[int, ...]) -> str:
        """One of these days a week, in turn."""
        raise NotImplementedError

    def in_cycle(self, numbers: list[int], of: int) -> str:
        """On these days of a cycle of so many."""
        raise NotImplementedError

    def on_ordinals(self, ordinals: tuple[tuple[int, int], ...]) -> str:
        """On these ordinal weekdays of the month."""
        raise NotImplementedError

    def on_month_days(self, numbers: list[int], *, has_last: bool) -> str:
        """On these days of the month."""
        raise NotImplementedError

    def on_day_of_year(self, day: YearDay) -> str:
        """On a day of the year."""
        raise NotImplementedError
