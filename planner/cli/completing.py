"""What a shell suggests for the words of each command: rituals, people, calendars, templates, time zones.

In: what is typed so far. Out: suggestions, few or none; never a problem and never a word on the screen. A shell asks at
each press of a key, so no more is read than the file's names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from functools import partial
from typing import Any

import click
from click.shell_completion import BashComplete, CompletionItem

from planner.agreement import FIRST_YEAR, TABLES
from planner.cli.common import agreement_path
from planner.courses import Course, read_course
from planner.document import parse_document
from planner.files import agreement_templates, bytes_of, config_path, sheet_templates, templates, text_of
from planner.names import Names, named_in

Suggest = Callable[[click.Context], Iterable[str]]


def _names(ctx: click.Context) -> Names:
    """What the agreement names that the command is about; where it cannot be read, nothing."""
    return named_in(_values(_file(ctx)))


def _file(ctx: click.Context) -> str:
    named = [ctx.params.get("file_option"), ctx.params.get("file"), *_words(ctx)]
    return agreement_path(next((f for f in named if isinstance(f, str) and f.endswith(".toml")), None))


def _words(ctx: click.Context) -> list[Any]:
    return [w for key in ("words", "names") for w in ctx.params.get(key) or ()]


def _values(path: str) -> dict[str, Any]:
    raw = bytes_of(path)
    document = parse_document(raw, path) if raw else []
    return {} if isinstance(document, list) else document.values


def rituals(ctx: click.Context) -> list[str]:
    """The rituals, with their headings."""
    return list(_names(ctx).rituals)


def rituals_and_sessions(ctx: click.Context) -> list[str]:
    """The rituals, and the sessions of programmes; one that each has for themselves for each of them too."""
    values = _values(_file(ctx))
    names = named_in(values)
    found = list(names.rituals)
    for path in names.programs:
        course = _course(values["programs"][path.partition(".")[2]].get("template"))
        for session in course.sessions if course else ():
            found.append(f"{path}.{session.key}")
            found += [f"{path}.{session.key}-{person}" for person in names.people if session.each]
    return found


def _course(template: Any) -> Course | None:
    there = templates("programs")
    return read_course(_values(there[template]))[0] if template in there else None


def open_rituals(ctx: click.Context) -> list[str]:
    """The rituals whose days are open."""
    values = _values(_file(ctx))
    kept = ((path, *path.split(".", 1)) for path in named_in(values).rituals)
    return [path for path, table, key in kept if str(values[table][key].get("at")).casefold() == "open"]


def kinds_and_open_rituals(ctx: click.Context) -> list[str]:
    """The kinds of ritual, and the rituals whose days are open."""
    return [*kinds_of_ritual(ctx), *open_rituals(ctx)]


def what_rests(ctx: click.Context) -> list[str]:
    """Rituals, programmes, and whole headings."""
    names = _names(ctx)
    kinds = dict.fromkeys(path.partition(".")[0] for path in (*names.rituals, *names.programs))
    return [*names.rituals, *names.programs, *kinds]


def what_is_revised(ctx: click.Context) -> list[str]:
    """Whatever has a heading with a key of its own."""
    names = _names(ctx)
    others = (*(f"people.{k}" for k in names.people), *(f"helpers.{k}" for k in names.helpers))
    return [*names.rituals, *names.programs, *others, "agreement", "calendar"]


def kinds(_: click.Context) -> list[str]:
    """The headings of rituals, each with the dot behind which a new key comes."""
    return [f"{table}." for table in TABLES]


def people(ctx: click.Context) -> list[str]:
    """The people."""
    return list(_names(ctx).people)


def audiences(ctx: click.Context) -> list[str]:
    """The people, and all of them together."""
    return [*_names(ctx).people, "everyone"]


def audiences_or_all(ctx: click.Context) -> list[str]:
    """The same, and each calendar by itself."""
    return [*audiences(ctx), "all"]


def calendars(ctx: click.Context) -> list[str]:
    """The calendars that are connected on this machine."""
    settings = _values(config_path(ctx.find_root().params.get("config")))
    found = settings.get("calendars")
    return list(found) if isinstance(found, dict) else []


def prompts_of(ctx: click.Context) -> list[str]:
    """Rituals, and collections of prompts."""
    names = _names(ctx)
    return [*names.rituals, *dict.fromkeys((*templates("prompts"), *names.prompts))]


def agreements(_: click.Context) -> list[str]:
    """The templates for agreements."""
    return list(templates("agreements"))


def sheets(ctx: click.Context) -> list[str]:
    """The sheets for talks, in the language of the agreement."""
    from planner.sheets import sheet_names

    calendar = _values(_file(ctx)).get("calendar")
    language = calendar.get("language") if isinstance(calendar, dict) else None
    return ["review", *sheet_names(str(language or "en"), sheet_templates(_file(ctx)))]


def kinds_of_ritual(_: click.Context) -> list[str]:
    """The kinds of rituals, as one says them."""
    return [kind.replace("_", "-") for kind in TABLES.values()]


def pieces_of_template(ctx: click.Context) -> list[str]:
    """The pieces of the template that the command names."""
    from planner.filling import Answers, pieces

    text = text_of(agreement_templates()[ctx.params["template"]]) or ""
    someone = Answers("id", {"one": "One", "other": "Other"}, "UTC", date(FIRST_YEAR, 1, 4), "", {})
    return [piece.name for piece in pieces(text, someone)]


def pieces_or_all(ctx: click.Context) -> list[str]:
    """The same, and all of them."""
    return [*pieces_of_template(ctx), "all"]


def whose_clocks(ctx: click.Context) -> list[str]:
    """The people, who stand for their zones, and the zones."""
    from planner.cli.completing_values import zones

    return [*people(ctx), *zones()]


def zones_of_new_people(ctx: click.Context) -> list[str]:
    """The zones, for all or as KEY=ZONE for one of those whom the command has named with a key."""
    from planner.cli.completing_values import zones

    there = zones()
    named = [text.partition("=")[0] for text in ctx.params.get("persons") or () if "=" in text]
    return [*there, *(f"{key}={zone}" for key in named for zone in there)]


def what_is_assigned(ctx: click.Context) -> list[str]:
    """The keys of the heading that the command is about, each with its values."""
    from planner.cli.completing_values import assignments

    return assignments(str(ctx.params.get("key")), _names(ctx))


def who_covers(ctx: click.Context) -> list[str]:
    """The people and the helpers."""
    names = _names(ctx)
    return [*names.people, *names.helpers]


SUGGESTIONS: dict[tuple[str, str], Suggest] = {
    ("init", "template"): agreements,
    ("init", "zones"): zones_of_new_people,
    ("init", "taken"): pieces_or_all,
    ("init", "left"): pieces_of_template,
    ("export", "audience"): audiences_or_all,
    ("agenda", "audience"): audiences,
    ("agenda", "zones"): whose_clocks,
    ("month", "audience"): audiences,
    ("month", "zones"): whose_clocks,
    ("page", "audience"): audiences,
    ("prompts", "ritual"): prompts_of,
    ("suggest", "kind"): kinds_and_open_rituals,
    ("suggest", "who"): audiences,
    ("suggest", "cover"): who_covers,
    ("connect", "name"): calendars,
    ("connect", "audience"): audiences,
    ("sync", "names"): calendars,
    ("sync", "restore"): rituals_and_sessions,
    ("sync", "keep"): rituals_and_sessions,
    ("pull", "names"): calendars,
    ("remove", "names"): calendars,
    ("doctor", "name"): calendars,
    ("edit", "person"): people,
    ("add", "key"): kinds,
    ("add", "words"): what_is_assigned,
    ("revise", "key"): what_is_revised,
    ("revise", "words"): what_is_assigned,
    ("skip", "key"): rituals_and_sessions,
    ("move", "key"): rituals_and_sessions,
    ("place", "key"): open_rituals,
    ("pause", "words"): what_rests,
    ("pause", "who"): people,
    ("resume", "words"): what_rests,
    ("agree", "by"): people,
    ("review", "name"): sheets,
    ("end", "who"): people,
}
"""What completes a command's argument or option, by their names; elsewhere click and the shell do what they can."""


def with_suggestions(name: str, command: click.Command) -> click.Command:
    """The command, whose words are completed from now on."""
    for param in command.params:
        if suggest := SUGGESTIONS.get((name, param.name or "")):
            param.shell_complete = partial(_suggested, suggest)  # type: ignore[method-assign]
    return command


def _suggested(suggest: Suggest, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
    """What begins as one has begun; a ritual also by its key alone, as commands take it.

    What stands behind a "=" is suggested once that is typed, and what stands behind a comma like what is before it.
    """
    try:
        known = list(dict.fromkeys(suggest(ctx)))
    except Exception:
        return []  # a shell that completes is no place for problems; the command itself will name them
    begun = [word for word in known if word.startswith(incomplete) and not (word == incomplete and word.endswith("="))]
    if "=" not in incomplete:
        begun = list(dict.fromkeys("".join(word.partition("=")[:2]) for word in begun))
    if not begun and "," in incomplete:
        begun = _one_more(known, incomplete)
    if not begun and incomplete:
        begun = [key for word in known if (key := word.partition(".")[2]).startswith(incomplete) and key]
    return [CompletionItem(word) for word in begun]


def _one_more(known: list[str], incomplete: str) -> list[str]:
    """A list with commas, one longer: "who=ana,b" may become "who=ana,ben"; what it has does not come again."""
    before, _, last = incomplete.rpartition(",")
    name = "".join(before.partition("=")[:2]) if "=" in before else ""
    there = before.removeprefix(name).split(",")
    values = [word.removeprefix(name) for word in known if word.startswith(f"{name}{last}")]
    return [f"{before},{value}" for value in values if value and value not in there]


class Bash(BashComplete):
    """Bash, which takes "who=ana" for three words, and puts what is suggested in the place of the last of them."""

    def get_completion_args(self) -> tuple[list[str], str]:
        """The words as a person wrote them, and the one that is not finished."""
        args, incomplete = super().get_completion_args()
        self._cut = ""
        words: list[str] = []
        glued = False
        for word in (*args, incomplete):
            if words and (word == "=" or (glued and word)):
                self._cut = words[-1] + ("=" if word == "=" else "")
                words[-1] += word
            else:
                self._cut = ""
                words.append(word)
            glued = word == "="
        return words[:-1], words[-1]

    def format_completion(self, item: CompletionItem[Any]) -> str:
        """A suggestion without what stands on the line before it."""
        return f"{item.type},{item.value.removeprefix(self._cut)}"
