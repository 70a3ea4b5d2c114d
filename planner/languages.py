"""The tool's own few words in events and on sheets, in the couple's language; the keys of the file stay English.

In: a language ("en", "de", "es", "fr"), names, a date. Out: phrases. A table of four languages is all there is: what
the couple writes is theirs, and stays as they wrote it. No agreement and no clock enter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

LANGUAGES = ("en", "de", "es", "fr")

_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "and": "and",
        "time": "{}'s time",
        "busy": "{} is busy",
        "are busy": "{} are busy",
        "check-in": "Check-in ({})",
        "covering": "Covering for {}",
        "covers": "{} covers.",
        "hosts": "{} hosts",
        "turn": "{}'s turn",
        "reminder": "Reminder",
        "one of these": "One of these, if you like:",
        "more of these": "More, another one for each date: planner prompts",
        "text": "text",
        "voice note": "voice note",
        "call": "call",
        "in person": "in person",
        "by text": "By text.",
        "by voice note": "By voice note.",
        "by call": "By call.",
        "by in person": "In person.",
        "other listens": "the other listens",
        "others listen": "the others listen",
        "makes sense": "It makes sense to me that …",
        "review agenda": (
            "Appreciation first. What was planned. What you want to talk about, one thing at a time. Each ritual: "
            "keep, change, pause, trial, step, let go. One small thing each. Something good to end with."
        ),
        "not the help": (
            "A calendar is not always the help that is needed. If one person is afraid of another, please talk to "
            "someone you trust, or to a local helpline."
        ),
    },
    "de": {
        "and": "und",
        "time": "Zeit für {}",
        "busy": "{} ist beschäftigt",
        "are busy": "{} sind beschäftigt",
        "check-in": "Kurzes Zeichen ({})",
        "covering": "Übernimmt für {}",
        "covers": "{} übernimmt.",
        "hosts": "{} lädt ein",
        "turn": "{} ist dran",
        "reminder": "Erinnerung",
        "one of these": "Eins davon, wenn ihr mögt:",
        "more of these": "Mehr davon, für jeden Tag eins: planner prompts",
        "text": "Nachricht",
        "voice note": "Sprachnachricht",
        "call": "Anruf",
        "in person": "persönlich",
        "by text": "Per Nachricht.",
        "by voice note": "Per Sprachnachricht.",
        "by call": "Per Anruf.",
        "by in person": "Persönlich.",
        "other listens": "die andere Person hört zu",
        "others listen": "die anderen hören zu",
        "makes sense": "Ich kann nachvollziehen, dass …",
        "review agenda": (
            "Zuerst, worüber ihr froh seid. Was geplant war. Worüber ihr sprechen wollt, eins nach dem anderen. Jedes "
            "Ritual: behalten, ändern, ruhen lassen, ausprobieren, einen Schritt gehen, loslassen. Etwas "
            "Kleines für jede Person. Etwas Schönes zum Schluss."
        ),
        "not the help": (
            "Ein Kalender ist nicht immer die Hilfe, die gebraucht wird. Wenn eine Person Angst vor einer anderen hat, "
            "sprecht bitte mit einem Menschen eures Vertrauens oder mit einer Beratungsstelle in eurer Nähe."
        ),
    },
    "es": {
        "and": "y",
        "time": "Tiempo de {}",
        "busy": "{} no está disponible",
        "are busy": "{} no están disponibles",
        "check-in": "Una señal ({})",
        "covering": "En lugar de {}",
        "covers": "{} se encarga.",
        "hosts": "invita {}",
        "turn": "le toca a {}",
        "reminder": "Recordatorio",
        "one of these": "Una de estas, si os apetece:",
        "more of these": "Hay más, una para cada fecha: planner prompts",
        "text": "mensaje",
        "voice note": "nota de voz",
        "call": "llamada",
        "in person": "en persona",
        "by text": "Por mensaje.",
        "by voice note": "Por nota de voz.",
        "by call": "Por llamada.",
        "by in person": "En persona.",
        "other listens": "la otra persona escucha",
        "others listen": "las demás personas escuchan",
        "makes sense": "Para mí tiene sentido que…",
        "review agenda": (
            "Primero, lo que agradecéis. Lo que estaba previsto. De qué queréis hablar, una cosa cada vez. Cada "
            "ritual: mantener, cambiar, dejar descansar, probar, dar un paso, soltar. Una cosa pequeña por persona. "
            "Algo bueno para terminar."
        ),
        "not the help": (
            "Un calendario no siempre es la ayuda que hace falta. Si una persona tiene miedo de otra, hablad "
            "por favor con alguien de confianza o con un teléfono de ayuda de vuestra zona."
        ),
    },
    "fr": {
        "and": "et",
        "time": "Du temps pour {}",
        "busy": "{} n’est pas disponible",
        "are busy": "{} ne sont pas disponibles",
        "check-in": "Petit signe ({})",
        "covering": "Relais pour {}",
        "covers": "{} prend le relais.",
        "hosts": "{} invite",
        "turn": "c’est à {}",
        "reminder": "Rappel",
        "one of these": "L’une d’elles, si vous voulez\u00a0:",
        "more of these": "D’autres, une pour chaque date\u00a0: planner prompts",
        "text": "message",
        "voice note": "message vocal",
        "call": "appel",
        "in person": "en personne",
        "by text": "Par message.",
        "by voice note": "Par message vocal.",
        "by call": "Par appel.",
        "by in person": "En personne.",
        "other listens": "l’autre écoute",
        "others listen": "les autres écoutent",
        "makes sense": "Je peux comprendre que…",
        "review agenda": (
            "D’abord, ce qui vous a fait plaisir. Ce qui était prévu. Ce dont vous voulez parler, une chose à la fois. "
            "Chaque rituel\u00a0: garder, changer, mettre en pause, essayer, faire un pas, laisser partir. Une petite "
            "chose par personne. Quelque chose de bon pour finir."
        ),
        "not the help": (
            "Un calendrier n’est pas toujours l’aide dont on a besoin. Si une personne a peur d’une autre, parlez-en à "
            "quelqu’un de confiance ou à une ligne d’écoute près de chez vous."
        ),
    },
}

_ON_PAGES: dict[str, tuple[str, str, str, str]] = {
    "for": ("For {}", "Für {}", "Para {}", "Pour {}"),
    "for everyone": ("For everyone", "Für alle", "Para todo el mundo", "Pour tout le monde"),
    "as of": ("As of {}", "Stand: {}", "Actualizado el {}", "À jour au {}"),
    "two months": ("Two months", "Zwei Monate", "Dos meses", "Deux mois"),
    "next days": (
        "Seven days from today",
        "Sieben Tage ab heute",
        "Siete días desde hoy",
        "Sept jours à partir d’aujourd’hui",
    ),
    "agreed": ("What we agreed", "Was wir vereinbart haben", "Lo que acordamos", "Ce que nous avons convenu"),
    "planned": ("Planned time", "Geplante Zeit", "Tiempo previsto", "Temps prévu"),
    "these days": ("{} to {}", "{} bis {}", "Del {} al {}", "Du {} au {}"),
    "own": ("own", "eigene Zeit", "tiempo propio", "à soi"),
    "together": ("together", "gemeinsam", "en común", "ensemble"),
    "cover": ("covering", "übernimmt", "se encarga", "relais"),
    "who is who": ("Who is who", "Wer ist wer", "Quién es quién", "Qui est qui"),
    "all of us": ("all of us", "gemeinsam", "en común", "ensemble"),
    "several": ("several", "mehrere", "varias personas", "plusieurs"),
    "today": ("today", "heute", "hoy", "aujourd’hui"),
    "pause": ("pause", "Pause", "pausa", "pause"),
    "all day": ("all day", "ganztägig", "todo el día", "toute la journée"),
    "goes on": ("goes on", "geht weiter", "sigue", "se poursuit"),
    "moved": ("moved", "verschoben", "cambiado", "déplacé"),
    "if needed": ("if needed", "bei Bedarf", "si hace falta", "au besoin"),
    "nothing": ("Nothing planned.", "Nichts geplant.", "Nada previsto.", "Rien de prévu."),
    "to place": ("Still to place", "Noch ohne Tag", "Aún sin día", "Encore sans jour"),
    "free": ("free", "frei", "libre", "libre"),
    "every day": ("every day", "jeden Tag", "todos los días", "tous les jours"),
    "monday to friday": ("Monday to Friday", "Montag bis Freitag", "de lunes a viernes", "du lundi au vendredi"),
    "from day": ("from {}", "ab {}", "desde el {}", "à partir du {}"),
    "to day": ("to {}", "bis {}", "hasta el {}", "jusqu’au {}"),
    "not on": ("not on {}", "nicht am {}", "menos {}", "sauf {}"),
    "the day": ("{}", "{}", "el {}", "le {}"),
}
"""What stands on a page, in the order of the languages above."""

_SOUND_OF_I = re.compile(r"h?[iy](?![aeiou])|ian\b")
_WEEKDAYS = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "de": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
    "es": "lunes martes miércoles jueves viernes sábado domingo",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
}
_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
}
_DATES = {"en": "{} {} {} {}", "de": "{}, {}. {} {}", "es": "{} {} de {} de {}", "fr": "{} {} {} {}"}
_DAYS = {"en": "{} {}", "de": "{}. {}", "es": "{} de {}", "fr": "{} {}"}


def say(language: str, phrase: str, *names: str) -> str:
    """A phrase of planner's own in a language, with names in it."""
    return _WORDS[language][phrase].format(*names)


def on_page(language: str, phrase: str, *names: str) -> str:
    """A phrase of a page in a language, with names or dates in it."""
    return _ON_PAGES[phrase][LANGUAGES.index(language)].format(*names)


def weekday_in(language: str, number: int) -> str:
    """The name of a weekday, 0 for Monday."""
    return _WEEKDAYS[language].split()[number]


def short_weekday_in(language: str, number: int) -> str:
    """The name of a weekday as a calendar has it: "Mon", "Mo", "lun"."""
    return weekday_in(language, number)[: 2 if language == "de" else 3]


def month_in(language: str, number: int) -> str:
    """The name of a month, 1 for January."""
    return _MONTHS[language].split()[number - 1]


def list_names(language: str, names: Iterable[str]) -> str:
    """Several names in a sentence: "Ana and Ben", "Ana, Ben und Cleo", "Ana e Inés"."""
    *firsts, last = names
    if not firsts:
        return last
    word = _WORDS[language]["and"]
    if language == "es" and _SOUND_OF_I.match(sounding(last)):
        word = "e"  # y before the sound of an i
    return f"{', '.join(firsts)} {word} {last}"


def sounding(text: str) -> str:
    """A text as one begins to say it: in small letters without accents and signs, from its first letter or digit on."""
    import unicodedata  # few names ask for it

    plain = "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))
    return plain[next((n for n, c in enumerate(plain) if c.isalnum()), 0) :]


def date_in(language: str, day: date) -> str:
    """A date with its weekday: "Wednesday 6 January 2027", "Mittwoch, 6. Januar 2027", "mercredi 1er janvier 2027"."""
    weekday = _WEEKDAYS[language].split()[day.weekday()]
    return _DATES[language].format(weekday, _number(language, day), month_in(language, day.month), day.year)


def day_in(language: str, day: date) -> str:
    """A day of a year: "6 January", "6. Januar", "6 de enero", "1er janvier"."""
    return _DAYS[language].format(_number(language, day), month_in(language, day.month))


def _number(language: str, day: date) -> str:
    return "1er" if language == "fr" and day.day == 1 else str(day.day)
