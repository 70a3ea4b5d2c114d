"""Public holidays by country and region, from the library `holidays`, which is an extra of planner's.

In: a country, a region, years. Out: names by date; `HolidaysUnknown` with a remedy where there are none to be had. The
library is imported only where an agreement speaks of holidays. No file and no clock enter.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache

from planner.agreement import YEARS_AHEAD, Agreement, Pause, Ritual
from planner.holiday_names import name_in, written
from planner.problems import nearest


class HolidaysUnknown(Exception):
    """No holidays are to be had: `code` for scripts, the key of [holidays] that it is about, the message for people."""

    def __init__(self, code: str, key: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.key = key


@cache
def holiday_names(country: str, region: str | None, first: int, last: int, language: str = "en") -> dict[date, str]:
    """The names of the holidays in the years first ≤ year ≤ last, in a language as far as a name in it is known.

    The same on every machine, whatever language that machine speaks.
    """
    try:
        import holidays
    except ImportError:
        brings = 'pip install "planner[holidays]" brings it, or pipx inject planner holidays'
        message = f"public holidays need one more package: {brings}"
        raise HolidaysUnknown("holidays-missing", "country", message) from None
    countries = holidays.list_supported_countries()
    if country not in countries:
        near = nearest(country, countries)
        hint = f'did you mean "{near}"?' if near else 'write its two letters, such as "DE" or "PT"'
        raise HolidaysUnknown("unknown-country", "country", f'no holidays are known for "{country}"; {hint}')
    regions = countries[country]
    if region is not None and region not in regions:
        if not regions:
            hint = "it has none; leave `region` out"
        else:
            listed = ", ".join(f'"{one}"' for one in regions[:12])
            near = nearest(region, regions)
            hint = (
                f'did you mean "{near}"?' if near else f"there are {listed}{' and more' if len(regions) > 12 else ''}"
            )
        raise HolidaysUnknown("unknown-region", "region", f'no region "{region}" of {country}; {hint}')

    def named(chosen: str | None) -> dict[date, str]:
        found = holidays.country_holidays(country, subdiv=region, years=range(first, last + 1), language=chosen)
        return {day: str(name) for day, name in sorted(found.items())}

    # a language is always named: left to itself, the library takes the one of the machine
    own = holidays.country_holidays(country, subdiv=region).default_language
    spoken = holidays.list_localized_countries().get(country, [])
    chosen = _in(language, own, spoken)
    if chosen or language == "en":
        return {day: written(language, name) for day, name in named(chosen or own).items()}
    there, english = named(own), named(_in("en", own, spoken) or own)
    return {day: name_in(language, english[day], name) for day, name in there.items()}


def _in(language: str, own: str | None, spoken: Sequence[str]) -> str | None:
    """How the library calls a language for a country: the country's own form of it, else the plainest there is."""
    mine = [one for one in spoken if one.partition("_")[0] == language]
    if own in mine:
        return own
    return next((one for one in (language, f"{language}_US") if one in mine), mine[0] if mine else None)


def holidays_of(agreement: Agreement) -> dict[date, str]:
    """The holidays that an agreement's rituals know, by date; none where it names no country."""
    if agreement.holidays is None:
        return {}
    first = agreement.starts.year
    return holiday_names(*agreement.holidays, first, first + YEARS_AHEAD - 1, agreement.language)


def holiday_rests(agreement: Agreement, ritual: Ritual) -> list[Pause]:
    """The days on which a ritual rests because they are holidays, each as a pause of one day."""
    if ritual.on_holidays != "skip":
        return []
    return [Pause(day, day, only=(ritual.path,)) for day in holidays_of(agreement)]
