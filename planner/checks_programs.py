"""A programme that ends without its closing review: it ends before it, or one person alone is left in it.

In: an `Agreement`, a day. Out: `Unreviewed`s and their sentences. A review that the couple have besides can close it
too. No file and no clock enter.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from planner.agreement import Agreement, Program, Ritual
from planner.courses import read_course
from planner.saying import capital, say_date
from planner.strands import strands

_SOON = timedelta(days=28)
"""A review of another kind that comes so soon after the programme closes it as well."""


class Unreviewed(NamedTuple):
    """A programme without its own review at the end, why in words, and the next other review, if one comes soon."""

    program: Program
    words: str
    other: tuple[date, Ritual] | None


def unreviewed(agreement: Agreement, first: date) -> Iterator[Unreviewed]:
    """Programmes that are not over on the day `first` and have no review at their end, though nobody left it out."""
    for program in agreement.programs:
        last = program.last and max(program.last, program.until or program.last)
        if last and last >= first and (words := _why(agreement, program)):
            yield Unreviewed(program, words, _next_review(agreement, program, last))


def say_unreviewed(one: Unreviewed) -> str:
    """The sentence of it, which begins in lower case and ends without a full stop."""
    if one.other:
        return f'{one.words}; the next review is "{one.other[1].title}", on {say_date(one.other[0])}'
    alone = f" --who {one.program.who[0]}" if len(one.program.who) == 1 else ""
    search = f"planner suggest review --once{alone} --from {one.program.last}"
    return f"{one.words}; a review of your own can close it, and `{search}` finds a time"


def reviews_lost(before: Agreement, after: Agreement, today: date) -> list[str]:
    """A sentence on each programme that has no review at its end any more."""
    if "closing-review" in after.quiet:
        return []
    known = {one.program.key for one in unreviewed(before, today)}
    new = [one for one in unreviewed(after, today) if one.program.key not in known]
    return [f"{capital(said)}." for said in map(say_unreviewed, new)]


def _why(agreement: Agreement, program: Program) -> str:
    course, _ = read_course(program.course or {}, agreement.language)
    if course is None:
        return ""
    review = course.sessions[-1]
    names = (review.key, *(f"{review.key}-{person}" for person in program.who))
    kept = {path.rpartition(".")[2] for path in program.sessions}
    if not {*kept, *program.skip}.isdisjoint(names):
        return ""
    title = review.values.get("title") or review.key
    if len(program.who) < 2 and not review.each:
        name = agreement.names(program.who)
        return f'"{program.title}" is {name}\'s alone now, and goes without its review, "{title}", which takes two'
    return f'"{program.title}" ends before its review, "{title}"'


def _next_review(agreement: Agreement, program: Program, last: date) -> tuple[date, Ritual] | None:
    """The first review of another kind that comes when the programme is over, or soon after."""
    reviews = [r for r in agreement.rituals.values() if r.kind == "review" and set(program.who) <= set(r.who)]
    found = (
        (day, n)
        for n, review in enumerate(reviews)
        for strand in strands(review, agreement.week_starts, by_turn=False)
        if (day := next(strand.days(program.last or last, last + _SOON), None))
    )
    nearest = min(found, default=None)
    return (nearest[0], reviews[nearest[1]]) if nearest else None
