"""Planned time as a small picture, and as JSON for scripts.

In: an `Agreement`, what `balance` has added up. Out: text. People stand side by side and are not compared; what
was hoped for is described. No file, no clock and no terminal enter.
"""

from __future__ import annotations

from datetime import date, timedelta

from planner.agreement import Agreement
from planner.balance import Amount, Hoped, Planned
from planner.saying import capital, say_span
from planner.tongues import ENGLISH, Tongue
from planner.views.hopes import hope_sentence

_BLOCKS = " ▏▎▍▌▋▊▉"
_BAR = 30
MUCH = {"own": "{} of own time", "together": "{} together", "friends": "{} with friends", "covering": "{} covering"}
"""How much of a kind of time, in words."""
PLANNED = {
    ("week", False): "Planned: {} a week.",
    ("month", False): "Planned: {} a month.",
    ("week", True): "Planned: {} a week, each.",
    ("month", True): "Planned: {} a month, each.",
}
"""What is planned beside a hope, by its period, and by whether each of several people has that."""
_WORDS = {"own": "own", "together": "together", "friends": "friends", "covering": "covering"}


def balance_text(
    agreement: Agreement,
    there: Planned,
    hoped: list[Hoped],
    quiet: list[tuple[str, str]],
    first: date,
    end: date,
) -> str:
    """A picture of the planned hours by person, then the couple's hopes, then a quiet word."""
    span = say_span(first, max(first, end - timedelta(days=1)))
    lines = [f"Planned {span}:"]
    most = max((a.minutes for kinds in there.values() for k, a in kinds.items() if k != "hosting"), default=0)
    shown = [k for k in _WORDS if any(kinds[k].times for kinds in there.values())]
    names = max((len(p.name) for p in agreement.people.values()), default=0)
    if not shown:
        lines.append("  Nothing yet. Free time is a plan too.")
    for person, kinds in there.items() if shown else ():
        lines.append("")
        name = agreement.people[person].name
        for n, kind in enumerate(k for k in shown if kinds[k].times or k in ("own", "together")):
            bar = _bar(kinds[kind].minutes, most)
            said = _hours(kinds[kind]) if kinds[kind].times else "–"
            lines.append(f"  {name if n == 0 else '':<{names}}  {_WORDS[kind]:<8}  {bar:<{_BAR}}  {said}".rstrip())
        if nights := kinds["hosting"].times:
            host = f"hosts {'once' if nights == 1 else 'twice' if nights == 2 else f'{nights} times'}"
            lines.append(f"  {'':<{names}}  {host}")
    if shown and any(ritual.open_time for ritual in agreement.rituals.values()):
        lines += ["", "Open time counts in this, placed or not."]
    if hoped:
        lines += ["", "What you hoped for:"]
        for one in hoped:
            lines.append(f"  {hope_sentence(agreement, one.hope)}")
            lines.append(f"    {_planned(agreement, one)}")
    if quiet:
        lines += ["", *(f"{capital(words)}." for _, words in quiet)]
    return "\n".join(lines)


def balance_lines(agreement: Agreement, there: Planned, hoped: list[Hoped], its: Tongue = ENGLISH) -> list[str]:
    """The planned hours in a line for each person, then the hopes beside what is planned for them."""
    lines = []
    for person, kinds in there.items():
        said = [its.say(words, its.brief(kinds[kind].minutes)) for kind, words in MUCH.items() if kinds[kind].times]
        if nights := kinds["hosting"].times:
            said.append(its.say("hosts {}", its.times(nights)))
        if said:
            lines.append(its.say("{}: {}", agreement.people[person].name, ", ".join(said)))
    return lines + [f"{hope_sentence(agreement, one.hope, its)} {_planned(agreement, one, its)}" for one in hoped]


def _bar(minutes: int, most: int) -> str:
    """A bar in eighths of a column; never nothing where there is something."""
    eighths = max(round(minutes / most * _BAR * 8), 1) if minutes and most else 0
    return "█" * (eighths // 8) + (_BLOCKS[eighths % 8] if eighths % 8 else "")


def _hours(amount: Amount) -> str:
    hours, rest = divmod(amount.minutes, 60)
    return " ".join(p for p in (f"{hours}h" if hours else "", f"{rest}m" if rest else "") if p) or "0m"


def _planned(agreement: Agreement, one: Hoped, its: Tongue = ENGLISH) -> str:
    def much(amount: float) -> str:
        if one.hope.in_times:
            return its.often(amount)
        return its.minutes(round(amount)) if round(amount) else its.say("none")

    by_amount: dict[str, list[str]] = {}
    for person, amount in one.planned.items():
        by_amount.setdefault(much(amount), []).append(agreement.people[person].name)
    if len(by_amount) == 1:
        return its.say(PLANNED[one.hope.per, len(one.planned) > 1], next(iter(by_amount)))
    said = its.listed(f"{its.listed(names)} {amount}" for amount, names in by_amount.items())
    return its.say(PLANNED[one.hope.per, False], said)


def balance_json(there: Planned, hoped: list[Hoped], first: date, end: date) -> str:
    """The same as JSON; hours are decimal, and `to` is the day after the last one."""
    import json

    people = {
        person: {
            "own_hours": _decimal(kinds["own"]),
            "together_hours": _decimal(kinds["together"]),
            "friends_hours": _decimal(kinds["friends"]),
            "hosting_nights": kinds["hosting"].times,
            "covering_hours": _decimal(kinds["covering"]),
        }
        for person, kinds in there.items()
    }
    wishes = [
        {
            "path": f"balance.{one.hope.key}",
            "hoped": _bounds(one),
            "planned": {person: round(a if one.hope.in_times else a / 60, 2) for person, a in one.planned.items()},
        }
        for one in hoped
    ]
    shape = {"from": first.isoformat(), "to": end.isoformat(), "people": people, "hopes": wishes}
    return json.dumps(shape, ensure_ascii=False, indent=2)


def _decimal(amount: Amount) -> float:
    return round(amount.minutes / 60, 2)


def _bounds(one: Hoped) -> dict[str, object]:
    """What is hoped for in numbers: hours, or times, a week or month."""
    scale = 1 if one.hope.in_times else 60
    bounds: dict[str, object] = {"of": one.hope.of, "per": one.hope.per, "in": "times" if scale == 1 else "hours"}
    for name, value in (("at_least", one.hope.least), ("at_most", one.hope.most)):
        if value is not None:
            bounds[name] = value if scale == 1 else round(value / scale, 2)
    return bounds
