"""The colour names of CSS, which calendars (RFC 7986, COLOR) and people both know.

In: a word. Out: whether it names a colour, and its red, green and blue. The one room of webcolors, imported only where
an agreement names a colour.
"""

from __future__ import annotations


def is_color(name: str) -> bool:
    """Whether a lower-case word is a CSS colour name."""
    return name in color_names()


def color_names() -> list[str]:
    """All CSS colour names."""
    from webcolors import names

    return list(names("css3"))


def rgb(name: str) -> tuple[int, int, int]:
    """Red, green and blue of a CSS colour name, 0 to 255 each."""
    from webcolors import name_to_rgb

    red, green, blue = name_to_rgb(name)
    return red, green, blue
