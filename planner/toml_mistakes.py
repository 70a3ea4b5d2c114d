"""What is wrong with a text that tomllib refuses, in the words of someone who has never programmed.

In: the text and what tomllib raised. Out: where the mistake is, below which keys, and how to mend it. tomllib
says where it could not go on; the mistake itself often stands earlier, where a quotation mark or bracket opens.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import NamedTuple

from planner.problems import visible
from planner.toml_places import SCALAR, TABLES, Path, Scan

TOO_DEEP = "brackets stand in each other here more than a hundred deep; two or three are enough"
_LONGEST = 400
TOO_MANY_DIGITS = "this number is too long; is it meant as text, in quotation marks?"

_WHERE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)\Z")
_NAME = re.compile(r"[A-Za-z0-9_-]++")
_ANY_NAME = re.compile(r"""[A-Za-z0-9_-]++|"[^"\n]*+|'[^'\n]*+""")
_PAIR = re.compile(r"[A-Za-z0-9_-]++[ \t]*+=")
_SPACED_PAIR = re.compile(r"([A-Za-z0-9_-]++(?: [A-Za-z0-9_-]++)++) *+=")
_SPACED_HEADER = re.compile(r"\[++([A-Za-z0-9_.-]++(?: [A-Za-z0-9_.-]++)++)\]")
_FULL_HEADER = re.compile(r"\[++[^\]\n]*+\]++[ \t]*+[^\s#\]]")
_NEW_LINE = re.compile(r"[ \t]*+(?:[A-Za-z0-9_-]++[ \t]*+=|\[++[A-Za-z_][^\n\],]*+\]++[ \t\r]*+(?:[#\n]|\Z))")
_SOUND = re.compile(r"""(?:[^"'\n]|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')*+""")
_REST = re.compile(r"[^\n#]*+")
_WORD = re.compile(r"[^\n#,\]}]*+")
_DIGITS = re.compile(r"(?<![0-9_])[0-9][0-9_]{4000}")
_CLOCK = r"[0-9]{1,2}(?:[:.][0-9]{2})?(?: ?[ap]m)?"
_TIME = re.compile(rf"(?=[^:m]*[:m]){_CLOCK}(?: ?(?:-|–|—|to) ?{_CLOCK})?", re.IGNORECASE)
_DATE = re.compile(r"([0-9]{1,4})([-./])([0-9]{1,2})\2([0-9]{1,4})")
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)")
_UNSEEN = re.compile("[\u0085\u00a0\u00ad\u1680\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff]")
_CURLY = "“”„‟‘’‚‛«»‹›`´"
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

Mistake = tuple[int, str]


class _Refused(NamedTuple):
    """A text, the offset at which tomllib gave up, what it said, and how far the scan came."""

    text: str
    at: int
    said: str
    scan: Scan

    @property
    def here(self) -> str:
        """The character at which tomllib gave up, "" at the end."""
        return self.text[self.at : self.at + 1]

    @property
    def line_start(self) -> int:
        return self.text.rfind("\n", 0, self.at) + 1

    @property
    def rest(self) -> str:
        """The line from there on."""
        return _rest(self.text, self.at)


def explain(text: str, error: Exception) -> tuple[int, Path, str]:
    """The offset of the mistake that stopped tomllib, the path it stands at, and words for it."""
    found = _WHERE.search(str(error))
    if isinstance(error, RecursionError) or not found:
        return _unplaced(text, error)
    at = _offset(text, int(found[1]), int(found[2])) if found[1] else len(text)
    scan = Scan(text, at)
    refused = _Refused(text, at, str(error)[: found.start()], scan)
    offset, message = next(
        filter(None, (look(refused) for look in _LOOKS)),
        (at, f"this cannot be read as TOML ({refused.said})"),
    )
    is_in_value = scan.value_at >= 0 or scan.open or scan.twice
    is_in_header = scan.key_at < 0 and not scan.twice
    path = (*(() if is_in_header else scan.header), *(scan.key if is_in_value else ()))
    return offset, path, visible(message, _LONGEST)


def _unplaced(text: str, error: Exception) -> tuple[int, Path, str]:
    """What Python itself ran into: too many brackets, or too many digits."""
    if isinstance(error, RecursionError):
        scan = Scan(text)
        return (scan.open[-1] if scan.open else 0), (*scan.header, *scan.key), TOO_DEEP
    digits = _DIGITS.search(text)
    return (digits.start() if digits else 0), (), TOO_MANY_DIGITS


def _offset(text: str, line: int, column: int) -> int:
    start = 0
    for _ in range(line - 1):
        start = text.find("\n", start) + 1
    return start + column - 1


def _rest(text: str, at: int) -> str:
    end = text.find("\n", at)
    return text[at : end if end >= 0 else len(text)].rstrip()


# -- each looks for one kind of mistake ---------------------------------------------------------------------


def _twice(refused: _Refused) -> Mistake | None:
    """A key or table that is there already."""
    if not re.search("twice|overwrite|redefine|mutate|[Dd]uplicate", refused.said):
        return None
    scan = refused.scan
    if not scan.twice:
        return refused.at, "this name is taken already further up"
    at, known = scan.twice
    line, _ = scan.line_column(known.at)
    found = _ANY_NAME.match(refused.text, at)
    name = found[0].strip("\"'") if found else ""
    called = visible(name)
    if scan.key_at >= 0:
        if known.block:
            return (
                at,
                f'"{called}" is a table with a header of its own in line {line}; put this line below that header',
            )
        if name in (*scan.key[-1:], scan.name):
            return at, f'"{called}" is written twice here, first in line {line}; keep one of them'
        return at, f'"{called}" has a value already in line {line}; rename one of the two'
    table = visible(".".join(scan.header))
    if name != scan.header[-1] or known.kind == SCALAR or not (known.block or known.kind == TABLES):
        return at, f'"{called}" has a value already in line {line}; rename one of the two'
    if known.kind == TABLES:
        return at, f"[[{table}]] has double brackets in line {line}; give it double brackets here too"
    if refused.text.startswith("[[", refused.text.rfind("\n", 0, at) + 1):
        return (
            at,
            f"[{table}] has single brackets in line {line}; where there are several, all need double ones",
        )
    return (
        at,
        f"[{table}] is written twice, first in line {line}; put both together, or rename one of the two",
    )


def _unseen(refused: _Refused) -> Mistake | None:
    """Characters that no editor shows."""
    at, here = refused.at, refused.here
    if _CONTROL.match(refused.text, at):
        if here == "\r":
            return (
                at,
                "the lines of this file end as on very old Macs; save it again with line ends “LF” or “CRLF”",
            )
        if here == "\0":
            return (
                at,
                "zeros instead of text, as after a crash, begin here; delete them, or go back to a copy",
            )
        return at, f"an invisible control character (U+{ord(here):04X}) stands here; delete it"
    if _UNSEEN.match(refused.text, at):
        return (
            at,
            f"an invisible character (U+{ord(here):04X}) stands here; delete it, or type a space instead",
        )
    return None


def _backslash(refused: _Refused) -> Mistake | None:
    if not re.search("[Uu]nescaped|hex value|scalar value", refused.said):
        return None
    at = refused.text.rfind("\\", 0, refused.at)
    sample = refused.text[at : at + 2].strip()
    return at, (
        f"a backslash in double quotation marks has a meaning of its own; write two (\\{sample}), "
        "or put the text in single quotation marks"
    )


def _unclosed_text(refused: _Refused) -> Mistake | None:
    if not re.search(r"Unterminated|character '\\n'|Expected ['\"]+$", refused.said):
        return None
    text, at = refused.text, refused.scan.value_at
    if at < 0:
        sound = _SOUND.match(text, refused.line_start)
        at = min(sound.end() if sound else refused.at, refused.at)
    mark = text[at : at + 3]
    if mark in ('"""', "'''"):
        return at, f"the text that begins here has no end; put {mark} behind it"
    mark = mark[:1]
    if any(curly in _rest(text, at) for curly in "“”„«»"):
        return at, f"the text that begins here needs a straight {mark} at its end, not a curly one"
    return at, f"the closing quotation mark is missing; the text that begins here needs a {mark} at its end"


def _impossible(refused: _Refused) -> Mistake | None:
    """A date that no calendar has."""
    if not refused.said.startswith("Invalid date"):
        return None
    found = _DATE.match(refused.text, refused.at)
    words = found and _no_such_day(*(int(found[n]) for n in (1, 3, 4)))
    return refused.at, words or "there is no such day or time"


def _in_list(refused: _Refused) -> Mistake | None:
    """What goes wrong between [ and ]."""
    text, at, here, scan = refused.text, refused.at, refused.here, refused.scan
    before = [opened for opened in scan.open if opened < refused.line_start]
    if before and (not here or _NEW_LINE.match(text, refused.line_start)) and text[before[-1]] == "[":
        return before[-1], "the list that opens here is never closed; put ] behind its last value"
    if not scan.open or text[scan.open[-1]] != "[":
        return None
    if not here:
        return scan.open[-1], "the list that opens here is never closed; put ] behind its last value"
    if here in ")}":
        return at, f"a list that opens with [ closes with ], not with {here}"
    if here == ",":
        return at, "two commas follow each other here; take one out"
    if _PAIR.match(text, at):
        return at, "a list holds values alone; names and values together stand in { }"
    is_next = "\n" in text[scan.value_at : at] or here in "\"'[{" or _DAY.match(text, at)
    if refused.said.startswith("Unclosed") and is_next:
        return at, "a comma is missing before this value"
    return None


def _in_braces(refused: _Refused) -> Mistake | None:
    """What goes wrong between { and }."""
    text, at, here, scan = refused.text, refused.at, refused.here, refused.scan
    if not scan.open or text[scan.open[-1]] != "{":
        return None
    if here in "\r\n#":
        return scan.open[-1], "what stands in { } has to be on one line, up to the closing }"
    if here == "}" and text[:at].rstrip(" \t").endswith(","):
        return text.rindex(",", 0, at), "no comma may stand before the closing }; take it out"
    if here == "," and scan.value_at < 0:
        return at, "two commas follow each other here; take one out"
    if refused.said.startswith("Unclosed") and _PAIR.match(text, at):
        return at, "a comma is missing before this name"
    if here == "]":
        return at, "what opens with { closes with }, not with ]"
    return None


def _header(refused: _Refused) -> Mistake | None:
    """A table whose brackets or name are wrong."""
    line = _rest(refused.text, refused.line_start).lstrip()
    if not line.startswith("[") or refused.scan.key_at >= 0 or refused.scan.open:
        return None
    at, here = refused.at, refused.here
    opening, closing = ("[[", "]]") if line.startswith("[[") else ("[", "]")
    if here == "]":
        if line[len(opening) :].lstrip().startswith("]"):
            return at, f"the name of the table is missing: {opening}people.ana{closing}"
        if refused.text[:at].rstrip(" \t").endswith("."):
            return at, "a part of the name is missing after the dot"
        return at, f"a table that opens with {opening} closes with {closing}"
    spaced = _SPACED_HEADER.match(line)
    if spaced:
        return at, f"a name holds no spaces: {opening}{visible(spaced[1].replace(' ', '_'))}{closing}"
    if _FULL_HEADER.match(line):
        return at, "nothing may follow a table on its line; put this on the next line"
    if "]" in refused.rest and here not in ("", "["):
        return at, _no_letter(here)
    return at, f"the {closing} behind the name of this table is missing"


def _statement(refused: _Refused) -> Mistake | None:
    """What is neither a table nor `name = value`."""
    text, at, here, scan = refused.text, refused.at, refused.here, refused.scan
    if scan.value_at >= 0:
        return None
    line = _rest(text, refused.line_start).lstrip()
    if here and here in _CURLY:
        return at, f'curly quotation marks ({here}) mean nothing here; type straight ones: "'
    if here == ":":
        return at, "between a name and its value stands =, not a colon"
    if refused.said.startswith("Invalid statement"):
        if re.match("[;%*•·–—─━═~]|//|/[*]", line):
            return at, "a remark begins with #; put # before it"
        if here in "]})":
            return (
                at,
                f"no bracket is open that {here} could close; take it out, or put in the one that is missing",
            )
        if here in "{(":
            return at, f'a line cannot begin with {here}; it begins with a name, as in on = "monday"'
    if here == ".":
        return at, "a part of the name is missing before this dot"
    if here == "=":
        return at, "the name before = is missing" if line.startswith("=") else "a part of the name is missing here"
    if re.search("Expected ['\"]=", refused.said):
        if scan.open:
            return at, "the = between a name and its value is missing here"
        if line.startswith("- "):
            return at, 'a list is written in square brackets, as in on = ["monday", "tuesday"]'
        spaced = _SPACED_PAIR.match(line)
        if spaced:
            return at, f"a name holds no spaces: {visible(spaced[1].replace(' ', '_'))} ="
        name = _NAME.match(line)
        if name and re.match(r"[ \t]*+[\"'\[{0-9]", line[name.end() :]):
            return (
                at,
                f"the = between name and value is missing: {visible(name[0])} = {line[name.end() :].lstrip()[:60]}",
            )
        if not here or text[at - 1] in " \t" or here in " \t\r\n#":
            return at, "this line has no =; it takes name = value, or a # before it if it is a remark"
    return at, _no_letter(here)


def _value(refused: _Refused) -> Mistake | None:
    """A value that is none, or one with more behind it."""
    text, at, scan = refused.text, refused.at, refused.scan
    if scan.value_at < 0:
        return None
    is_listed = bool(scan.open) and text[scan.open[-1]] == "["
    start = at if "\n" in text[scan.value_at : at] else scan.value_at
    name = "" if is_listed or not scan.name else f"{visible(scan.name)} = "
    if start < at and text[start] in "\"'[{":
        return at, _behind(refused, name, text[start])
    found = (_WORD if scan.open else _REST).match(text, start)
    word = found[0].strip() if found else ""
    if not word and refused.rest.lstrip().startswith("#") and name:
        return start, "the value is missing here, for a remark begins with #; a text with # in it needs quotation marks"
    return start, _no_value(word, name)


_LOOKS = (
    *(_twice, _unseen, _backslash, _unclosed_text, _impossible),
    *(_in_list, _in_braces, _header, _statement, _value),
)


# -- words --------------------------------------------------------------------------------------------------


def _no_letter(letter: str) -> str:
    if _NAME.match(letter):
        return f"a dot or = is missing before {letter}"
    return f"{letter.strip() or 'this'} cannot stand in a name; use the letters a to z, digits, - and _"


def _behind(refused: _Refused, name: str, mark: str) -> str:
    """What to say where something follows a value that is complete."""
    rest, before = refused.rest, refused.text[refused.at - 1]
    if rest[:1] in "]})":
        return f"there is one {rest[:1]} too many; take it out"
    if mark in "\"'" and not refused.scan.open:
        if rest.startswith(",") or (rest[:1] == mark and before in " \t"):
            return f"several values stand in square brackets, with commas between: {name}[{mark}…{mark}, {mark}…{mark}]"
        if mark == '"' and '"' in rest and before == '"':
            return 'the text ends at this quotation mark; within a text it is written \\"'
        if mark == "'" and "'" in rest and before == "'":
            return 'the text ends at this apostrophe; put it in double quotation marks: "…"'
    if _PAIR.match(rest):
        return "each name = value has a line of its own; put this on the next line"
    return "nothing may follow a value but a remark; put # before this, or take it out"


def _no_value(word: str, name: str) -> str:
    """What to say of a word that is no value."""
    folded = word.casefold()
    if not word:
        return "the value is missing here; write one, or delete the line" if name else "a value is missing here"
    if word[0] in _CURLY or word[-1] in _CURLY:
        return f"curly quotation marks mean nothing here; type straight ones: {name}{_quoted(word)}"
    if folded in ("true", "false", "yes", "no"):
        return f"yes and no are written true and false: {name}{'true' if folded in ('true', 'yes') else 'false'}"
    if folded in ("none", "null", "nil"):
        return f"where there is nothing, delete the line; where a text is meant, write {name}{_quoted(word)}"
    if word[0] == "=":
        return "one = is enough; take this one out"
    if word[0] == "(":
        return "a list stands in square brackets, [ and ]"
    if word[-1] in "\"'" and not re.search("[\"',]", word[:-1]):
        return f"the opening quotation mark is missing: {name}{_quoted(word)}"
    parts = [part.strip() for part in word.split(",")]
    if len(parts) > 1 and all(parts) and not all(part.isdigit() for part in parts):
        values = ", ".join(part if _DAY.fullmatch(part) else _quoted(part) for part in parts)
        return f"several values stand in square brackets: {name}[{values if len(values) < 80 else '…, …'}]"
    if _TIME.fullmatch(word):
        return f"a time needs quotation marks: {name}{_quoted(word)}"
    date = _DATE.fullmatch(word)
    if date:
        return _no_date(date, name)
    if _DAY.match(word) and re.match("[T ][0-9]{1,2}:", word[10:]):
        return f"a date stands alone, without a time: {name}{word[:10]}"
    return f"text needs quotation marks: {name}{_quoted(word)}"


def _no_date(date: re.Match[str], name: str) -> str:
    """What to write for three numbers that were meant as a date."""
    first, second, third = int(date[1]), int(date[3]), int(date[4])
    advice = f"a date is written year-month-day: {name}"
    if len(date[1]) == 4:
        year, month, day = first, second, third
    elif len(date[4]) == 4 and date[2] == ".":
        year, month, day = third, second, first
    else:
        return f"{advice}{third if len(date[4]) == 4 else 2027}-01-31"
    return _no_such_day(year, month, day) or advice + dt.date(year, month, day).isoformat()


def _no_such_day(year: int, month: int, day: int) -> str | None:
    """What is wrong with this day, or None where a calendar has it."""
    if not 1 <= month <= 12:
        return f"there is no month {month}; a date is written year-month-day, as in 2027-01-31"
    if not 1 <= year < 9999:
        return f"there is no year {year} here; a date is written year-month-day, as in 2027-01-31"
    days = (dt.date(year + month // 12, month % 12 + 1, 1) - dt.date(year, month, 1)).days
    if not 1 <= day <= days:
        return f"there is no day {day} in {_MONTHS[month - 1]} {year}, which has {days} days"
    return None


def _quoted(word: str) -> str:
    """`word` as it should stand, if it is short enough to be shown."""
    bare = word.strip("\"'" + _CURLY).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{bare}"' if len(bare) <= 60 else '"…"'
