"""How a language says what is agreed: dates, days, times, lengths, and the sentences that they stand in.

In: a language, the values of `words`, a `Ritual`, phrases in English with {} for what comes into them. Out: phrases
without a full stop, and sentences. `Tongue` is English; the others stand in a module each, with
a table of phrases and forms of their own, and are imported when somebody asks for them. What the couple writes is
theirs, and stays as they wrote it. No file, no clock and no terminal enter.
"""

from __future__ import annotations

from planner.tongues.english import ENGLISH, Tongue

__all__ = ["ENGLISH", "Tongue", "tongue"]


def tongue(language: str) -> Tongue:
    """The tongue of a language of `languages.LANGUAGES`."""
    match language:
        case "de":
            from planner.tongues.german import German

            return German()
        case "es":
            from planner.tongues.spanish import Spanish

            return Spanish()
        case "fr":
            from planner.tongues.french import French

            return French()
    return ENGLISH
