"""Public holidays by country and region, from the library `holidays`, which is an extra of planner's.

In: a country, a region, years. Out: names by date; `HolidaysUnknown` with a remedy where there are none to be had. The
library is imported only where an agreement speaks of holidays. No file and no clock enter.
"""

from __future__ import annotations

from datetime import date
from functools import cache

from planner.agreement import YEARS_AHEAD, Agreement, Pause, Ritual
from planner.problems import nearest

_LANGUAGES = {"en": ("en_US", "en_GB", "en"), "de": ("de", "de_AT"), "es": ("es",), "fr": ("fr",)}


class HolidaysUnknown(Exception):
    """No holidays are to be had: `code` for scripts, the key of [holidays] that it is about, the message for people."""

    def __init__(self, code: str, key: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.key = key


@cache
def holiday_names(country: str, region: str | None, first: int, last: int, language: str = "en") -> dict[date, str]:
    """The names of the holidays in the years first ≤ year ≤ last, in a language where the library has it."""
    try:
        import holidays
    except ImportError:
        message = 'public holidays need one more package: pip install "planner[holidays]" brings it'
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
    spoken = holidays.list_localized_countries().get(country, [])
    chosen = next((one for one in _LANGUAGES.get(language, ()) if one in spoken), None)
    found = holidays.country_holidays(country, subdiv=region, years=range(first, last + 1), language=chosen)
    return {day: str(name) for day, name in sorted(found.items())}


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
