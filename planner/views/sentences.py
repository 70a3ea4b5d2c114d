"""The agreement in plain sentences, as one would read it aloud.

In: an `Agreement`. Out: text. The whole file is said, private parts too: this is for those who can read the file. No
file, no clock and no terminal enter.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from textwrap import wrap

from planner.agreement import Agreement, Pause, Ritual, Season, Stay
from planner.looks import possessive
from planner.ritual_terms import titled_in
from planner.saying import (
    capital,
    ended,
    listed,
    say_date,
    say_span,
    say_zone,
    weekday_name,
)
from planner.tongues import ENGLISH
from planner.views.hopes import hope_sentence
from planner.views.programs import program_sentence
from planner.views.ritual_sentences import (
    GROUPS,
    one_line,
    ritual_sentence,
)

_WHOLE = {
    "me_blocks": "all own time",
    "shared_evenings": "all shared evenings",
    "check_ins": "all check-ins",
    "host_nights": "all host nights",
    "reviews": "all reviews",
    "rituals": "all other rituals",
    "programs": "all programmes",
}


def show(agreement: Agreement, *, today: date | None = None, width: int = 80) -> str:
    """The whole agreement in sentences, by groups, wrapped at `width` characters.

    Skips, changes and pauses that are over before `today` are left out.
    """
    lines = [agreement.title, ""]
    for paragraph in _opening(agreement):
        lines += [*_wrapped(paragraph, width, ""), ""]
    if not agreement.rituals and not agreement.programs:
        lines += [*_wrapped("No ritual stands here yet. A first one can be small.", width, ""), ""]
    for heading, sentences in _groups(agreement, today):
        lines.append(heading)
        for sentence in sentences:
            lines += _wrapped(sentence, width, "  ")
        lines.append("")
    return "\n".join(lines[:-1])


def _wrapped(text: str, width: int, indent: str) -> list[str]:
    return wrap(
        text,
        max(width, 20),
        initial_indent=indent,
        subsequent_indent=2 * indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _opening(agreement: Agreement) -> Iterator[str]:
    said = [f"This is the agreement of {agreement.names(tuple(agreement.people))}."]
    ends = f" and ends on {say_date(agreement.until)}" if agreement.until else ""
    said.append(f"It begins on {say_date(agreement.starts)}{ends}.")
    said.append(f"Times are {say_zone(agreement.timezone)} unless another is named.")
    people = agreement.people.values()
    said += [f"{p.name} lives by {say_zone(p.timezone)}." for p in people if p.timezone != agreement.timezone]
    if agreement.week_starts:
        said.append(f"Weeks begin on {weekday_name(agreement.week_starts)}.")
    if agreement.holidays:
        country, region = agreement.holidays
        said.append(f"Public holidays are those of {country}{f' ({region})' if region else ''}.")
    if agreement.helpers:
        helpers = agreement.names(tuple(agreement.helpers))
        said.append(f"{helpers} {'helps' if len(agreement.helpers) == 1 else 'help'} out.")
    said += [f"From {listed(p.busy)} only {possessive(p.name)} busy times are read." for p in people if p.busy]
    yield " ".join(said)
    if agreement.agreed:
        yes = [agreement.name(k) if k in agreement.people else k for k in agreement.agreed.yes]
        note = f" {ended(one_line(agreement.agreed.note))}" if agreement.agreed.note else ""
        yield f"It holds so from {say_date(agreement.agreed.on)} on{f'; {listed(yes)} said yes' if yes else ''}.{note}"
    if agreement.purpose:
        yield ended(f"What it is for: {one_line(agreement.purpose)}")


def _groups(agreement: Agreement, today: date | None) -> Iterator[tuple[str, list[str]]]:
    def said(rituals: list[Ritual]) -> list[str]:
        return [ritual_sentence(agreement, r, today=today, headed=True) for r in rituals]

    groups: dict[str, list[Ritual]] = {}
    for key, person in agreement.people.items():
        own = [r for r in agreement.rituals.values() if r.table == "me_blocks" and r.who == (key,)]
        groups.setdefault(f"{possessive(person.name)} own time", []).extend(own)
    for table, heading in GROUPS.items():
        groups[heading] = [r for r in agreement.rituals.values() if r.table == table]
    yield from ((heading, said(rituals)) for heading, rituals in groups.items() if rituals)
    if agreement.programs:
        yield "Programmes", [program_sentence(agreement, p) for p in agreement.programs]
    if agreement.seasons:
        yield "Seasons", [_season(s, today) for s in agreement.seasons]
    if stays := [stay for stay in agreement.stays if today is None or stay.until >= today]:
        yield "Elsewhere", [_stay(agreement, stay) for stay in stays]
    pauses = sorted(agreement.pauses, key=lambda p: (p.starts, p.until))
    if pauses := [p for p in pauses if today is None or p.yearly or p.until >= today]:
        yield "Pauses", [_pause(agreement, p) for p in pauses]
    if agreement.pairs:
        yield (
            "What belongs together",
            [
                f"{listed(titled_in(agreement, path) for path in pair.these)} belong together."
                + (f" {ended(one_line(pair.note))}" if pair.note else "")
                for pair in agreement.pairs
            ],
        )
    if agreement.hopes:
        yield "Hopes", [hope_sentence(agreement, h) for h in agreement.hopes]


def _pause(agreement: Agreement, pause: Pause) -> str:
    what = [_WHOLE.get(path) or titled_in(agreement, path) for path in pause.only] or ["everything"]
    whose = ""
    if pause.who:
        whose = f" where {agreement.names(pause.who)} {'takes' if len(pause.who) == 1 else 'take'} part"
    plural = len(what) > 1 or (pause.only[:1] not in ((), ("me_blocks",)) and pause.only[0] in _WHOLE)
    span = say_span(pause.starts, pause.until) if not pause.yearly else say_yearly(pause.starts, pause.until)
    note = f" {ended(one_line(pause.note))}" if pause.note else ""
    return f"{capital(span)}, {listed(what)} {'rest' if plural else 'rests'}{whose}.{note}"


def _season(season: Season, today: date | None) -> str:
    title = capital(season.title)
    spans = [span for span in season.spans if today is None or span[1] >= today] or [season.spans[-1]]
    return f"{title}: {say_yearly(*season.spans[0]) if season.yearly else listed(say_span(*span) for span in spans)}."


def _stay(agreement: Agreement, stay: Stay) -> str:
    names = agreement.names(stay.who)
    one = len(stay.who) == 1
    said = (
        f"{capital(say_span(stay.starts, stay.until))}, {names} {'goes' if one else 'go'} by {say_zone(stay.timezone)}"
    )
    alone = f"what is {possessive(names)} alone" if one else "what each has alone"
    note = f" {ended(one_line(stay.note))}" if stay.note else ""
    return f"{said} in {alone}.{note}"


def say_yearly(starts: date, until: date) -> str:
    """Days that come every year: "each year from 20 December to 2 January"."""
    return ENGLISH.yearly(starts, until)
