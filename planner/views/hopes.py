"""A hope of the couple's own, in a sentence.

In: an `Agreement`, a `Hope`. Out: text, in a language. No file, no clock and no terminal enter.
"""

from __future__ import annotations

from planner.agreement import Agreement, Hope
from planner.saying import ended
from planner.tongues import ENGLISH, Tongue

OF = {
    "own": ("for own time {}", "for {} of own time"),
    "together": ("for time together {}", "for {} of time together"),
    "friends": ("for time with friends {}", "for {} of time with friends"),
    "hosting": ("to host {}", "for {} of hosting"),
    "covering": ("to cover {}", "for {} of covering"),
}
"""What is hoped for: a number of times, and a length."""
HOPES = {
    ("week", True): "{} hopes {} a week.",
    ("month", True): "{} hopes {} a month.",
    ("week", False): "{} each hope {} a week.",
    ("month", False): "{} each hope {} a month.",
}
"""A hope by its period, and by whether one person has it."""


def hope_sentence(agreement: Agreement, hope: Hope, tongue: Tongue = ENGLISH) -> str:
    """A hope in the couple's own words, and in numbers."""
    say = tongue.say

    def much(amount: int | None) -> str:
        return tongue.times(amount or 0) if hope.in_times else tongue.minutes(amount or 0)

    bounds = [say("at least {}", much(hope.least))] if hope.least is not None else []
    if hope.most is not None:
        bounds = [much(hope.most)] if hope.least == hope.most else [*bounds, say("at most {}", much(hope.most))]
    what = say(OF[hope.of][0 if hope.in_times else 1], tongue.listed(bounds))
    said = say(HOPES[hope.per, len(hope.who) == 1], tongue.names(agreement, hope.who), what)
    return f"{ended(' '.join(hope.words.split()))} {said}" if hope.words else said
