"""Text in the cells of a terminal: cut, broken and coloured so that it fits and can be read.

In: texts, widths in cells, colours. Out: lines and styles. No agreement enters.
"""

from __future__ import annotations

from rich.cells import cell_len, chop_cells, set_cell_size
from rich.style import Style

from planner.views.people import Color, luminance

DIM, BOLD, TODAY = Style(dim=True), Style(bold=True), Style(bold=True, reverse=True)


def fit(text: str, width: int) -> str:
    """The text on one line, cut with "…" where it is wider than `width` cells."""
    text = " ".join(text.split())
    return text if cell_len(text) <= width else set_cell_size(text, width - 1).rstrip() + "…"


def wrap(text: str, width: int, most: int = 99, first: int | None = None) -> list[str]:
    """The text in at most `most` lines of `width` cells, broken between words; the first may be narrower.

    What is too long for that ends in "…", behind a whole word where there is room for one.
    """
    lines: list[str] = []
    room = width if first is None else first
    line = ""
    words = text.split()
    while words:
        word = words.pop(0)
        longer = f"{line} {word}" if line else word
        if cell_len(longer) <= room:
            line = longer
        elif len(lines) == most - 1:
            return [*lines, _cut(line, longer, room)]
        else:
            part = line or _beginning(word, room)
            words.insert(0, word if line else word[len(part) :])
            lines.append(part)
            line, room = "", width
    return [*lines, line] if line else lines


def _beginning(word: str, room: int) -> str:
    """As much of a word as fits, or so much less that no odd letter or two stand alone behind it."""
    part = chop_cells(word, room)[0] or word[0]
    return part if len(word) - len(part) > 2 or len(part) < 6 else word[:-5]


def _cut(line: str, longer: str, room: int) -> str:
    """The last line of what goes on: whole words of it, as long as the first of them leaves room for the sign."""
    while line and cell_len(line) > room - 1:
        line = line.rpartition(" ")[0]
    return f"{line.rstrip(',;:.–- ')}…" if line else fit(longer, room)


def fits(text: str, width: int, most: int) -> bool:
    """Whether the text stands in so many lines whole, with no word broken."""
    return all(cell_len(word) <= width for word in text.split()) and len(wrap(text, width)) <= most


def legible(color: Color) -> Color:
    """The colour, made lighter or darker until it reads on black and on white."""
    red, green, blue = color
    while not 0.1 <= (light := luminance((red, green, blue))) <= 0.3:
        if light < 0.1:
            red, green, blue = (c + (255 - c) // 8 for c in (red, green, blue))
        else:
            red, green, blue = (c * 7 // 8 for c in (red, green, blue))
    return red, green, blue


def chip(color: Color, *, dim: bool = False) -> Style:
    """The colour itself, with ink that reads on it."""
    ink = "rgb(0,0,0)" if luminance(color) > 0.179 else "rgb(255,255,255)"  # bold "black" is grey in some terminals
    return DIM if dim else Style(color=ink, bgcolor="rgb({},{},{})".format(*color), bold=True)


def ink(color: Color, *, dim: bool = False) -> Style:
    """Ink of the colour."""
    return DIM if dim else Style(color="rgb({},{},{})".format(*legible(color)))
