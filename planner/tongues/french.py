"""French: "chaque mercredi de 18 h 30 à 21 h". The couple is addressed as "vous"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from planner.languages import sounding
from planner.tongues.forms import Formed, is_city
from planner.words import YearDay

_EACH = {
    "day": ("chaque jour", "tous les {} jours"),
    "week": ("chaque semaine", "toutes les {} semaines"),
    "month": ("chaque mois", "tous les {} mois"),
    "year": ("chaque année", "tous les {} ans"),
}
_NTH = (
    *("", "premier", "deuxième", "troisième", "quatrième", "cinquième", "sixième"),
    *("septième", "huitième", "neuvième", "dixième"),
)


def _unbroken(text: str) -> str:
    """A text whose signs stay with the word before them."""
    for sign in ":;?!»":
        text = text.replace(f" {sign}", f"\u00a0{sign}")
    return text.replace("« ", "«\u00a0")


class French(Formed):
    """Days with their article, times by 24 hours; a space that does not break before a colon and in a time."""

    code = "fr"
    colon = "\u00a0: "
    semicolon = "\u00a0; "
    zone_of = "heure de {}"
    one_and_more = {  # noqa: RUF012  (never changed)
        "minute": ("minute", "minutes"),
        "hour": ("heure", "heures"),
        "day": ("jour", "jours"),
        "week": ("semaine", "semaines"),
        "month": ("mois", "mois"),
        "year": ("an", "ans"),
    }
    in_one = {"day": "par jour", "week": "par semaine", "month": "par mois", "year": "par an"}  # noqa: RUF012  (never changed)
    numbers = (
        *("zéro", "un", "deux", "trois", "quatre", "cinq", "six"),
        *("sept", "huit", "neuf", "dix", "onze", "douze"),
    )
    ordinals = {**dict(enumerate(_NTH)), -1: "dernier"}  # noqa: RUF012  (never changed)
    or_word = "ou"
    no_time = "pas de temps"
    once = "une fois"
    by_number = "{} fois"
    day_later = "le lendemain"
    days_later = "{} jours plus tard"
    zone_without_city = "heure {}"
    apart = re.compile(r"[0-9]|mois|\bans?\b|année")
    midnight = "minuit"
    from_to = "de {} à {}"

    def say(self, phrase: str, *parts: str) -> str:
        """A phrase with what comes into it."""
        return _unbroken(self.phrases.get(phrase, phrase)).format(*parts)

    def quoted(self, text: str) -> str:
        """A title that stands inside a sentence."""
        return f"«\u00a0{text}\u00a0»"

    def on(self, days: Iterable[date], last: str = "and") -> str:
        """On these dates."""
        *firsts, final = [f"le {self.day(day)}" for day in days]
        return f"{', '.join(firsts)} {'et' if last == 'and' else 'ni'} {final}" if firsts else final

    def _day(self, day: int) -> str:
        return "1er" if day == 1 else str(day)

    def span(self, start: date, end: date) -> str:
        """The days from `start` to `end`, both included."""
        if start == end:
            return f"le {self.day(start)}"
        first = f"{self.weekday(start.weekday())} {self._day(start.day)}"
        if start.year != end.year:
            first = self.day(start)
        elif start.month != end.month:
            first = f"{first} {self.month(start.month)}"
        return f"du {first} au {self.day(end)}"

    def yearly(self, start: date, end: date) -> str:
        """Days that come every year."""
        first, last = (f"{self._day(day.day)} {self.month(day.month)}" for day in (start, end))
        return f"chaque année du {first} au {last}" if first != last else f"chaque année le {first}"

    def clock(self, minutes: int) -> str:
        """A time of day."""
        hours, rest = minutes // 60 % 24, minutes % 60
        return f"{hours}\u00a0h\u00a0{rest:02d}" if rest else f"{hours}\u00a0h"

    def at(self, minutes: int) -> str:
        """At a time of day."""
        return f"à {self.clock(minutes)}"

    def lasting(self, minutes: int) -> str:
        """For a length."""
        return f"pendant {self.minutes(minutes)}"

    def whole_days(self, days: int) -> str:
        """So many whole days."""
        return "toute la journée" if days == 1 else f"pendant {self.number(days)} jours entiers"

    def zone(self, name: str) -> str:
        """A time zone by its city."""
        city = self.city(name)
        if city.startswith("Le "):
            return f"heure du {city.removeprefix('Le ')}"
        return f"heure d’{city}" if is_city(name) and sounding(city)[0] in "aeiou" else super().zone(name)

    def nth(self, number: int) -> str:
        """A place in an order of steps."""
        return _NTH[number] if number < len(_NTH) else f"{number}e"

    def each(self, unit: str, number: int) -> str:
        """Every so many days, weeks, months or years."""
        one, more = _EACH[unit]
        return one if number == 1 else more.format(self.number(number))

    def weekly(self, weekdays: tuple[int, ...]) -> str:
        """These days of every week."""
        if self.is_every_day(weekdays):
            return "chaque jour"
        if self.is_working_week(weekdays):
            return "du lundi au vendredi"
        return f"chaque {self.weekday(weekdays[0])}" if len(weekdays) == 1 else self._on_each(weekdays)

    def on_weekdays(self, weekdays: tuple[int, ...]) -> str:
        """On these days of such a week."""
        if self.is_every_day(weekdays) or self.is_working_week(weekdays):
            return self.weekly(weekdays)
        return self._on_each(weekdays)

    def _on_each(self, weekdays: tuple[int, ...]) -> str:
        return self.listed(f"le {self.weekday(n)}" for n in weekdays)

    def in_turn(self, weekdays: tuple[int, ...]) -> str:
        """One of these days a week, in turn."""
        return f"en alternance {', puis '.join(f'le {self.weekday(n)}' for n in weekdays)}"

    def in_cycle(self, numbers: list[int], of: int) -> str:
        """On these days of a cycle of so many."""
        days = "le jour" if len(numbers) == 1 else "les jours"
        return f"{days} {self.listed(map(str, numbers))} d’un cycle de {of} jours"

    def on_ordinals(self, ordinals: tuple[tuple[int, int], ...]) -> str:
        """On these ordinal weekdays of the month."""
        said = [
            f"{self.listed(f'le {place}' for place in places)} {weekday}"
            for places, weekday in self.by_weekday(ordinals)
        ]
        return f"{self.listed(said)} du mois"

    def on_month_days(self, numbers: list[int], *, has_last: bool) -> str:
        """On these days of the month."""
        said = [f"le {self._day(n)}" for n in numbers] + (["le dernier jour"] if has_last else [])
        return f"{self.listed(said)} du mois"

    def on_day_of_year(self, day: YearDay) -> str:
        """On a day of the year."""
        month = self.month(day.month)
        if day.day:
            return f"le {self._day(day.day)} {month}"
        return f"le {self.ordinals[day.n]} {self.weekday(day.weekday)} {'d’' if month[0] in 'ao' else 'de '}{month}"

    phrases = {  # noqa: RUF012  (never changed)
        # ── the agreement ──
        "This is the agreement of {}.": "Voici l’accord entre {}.",
        "It begins on {}.": "Il commence le {}.",
        "It begins on {} and ends on {}.": "Il commence le {} et finit le {}.",
        "Times are {} unless another is named.": "Sauf autre indication, c’est l’{} qui compte.",
        "{} lives by {}.": "Pour {}, c’est l’{}.",
        "What it is for: {}": "Son but : {}",
        "{}'s own time": "Du temps à soi pour {}",
        "Shared evenings": "Soirées ensemble",
        "Host nights": "Soirées d’invitation",
        "Check-ins": "Petits signes",
        "Other rituals": "Autres rituels",
        "Reviews": "Bilans",
        "Programmes": "Programmes",
        "Also in the calendar": "Aussi dans le calendrier",
        "Pauses": "Pauses",
        # ── a ritual ──
        "Only the one whose turn it is takes part.": "Seule la personne dont c’est le tour y prend part.",
        "Where: {}": "Où : {}",
        "{} covers meanwhile.": "{} prend le relais pendant ce temps.",
        "It is a slot kept in case you need it, and shows as free.": (
            "C’est un moment gardé au cas où il vous faudrait, et il compte comme libre."
        ),
        "It rests on public holidays.": "Pause les jours fériés.",
        "It stays on public holidays too.": "Les jours fériés aussi.",
        "{} it goes by {}.": "{}, c’est l’{}.",
        "A reminder comes {} before.": "Un rappel arrive {} avant.",
        "Reminders come {} before.": "Des rappels arrivent {} avant.",
        "A reminder comes {} before, counted back from 09:00.": "Un rappel arrive {} avant, à compter de 9 h.",
        "Reminders come {} before, counted back from 09:00.": "Des rappels arrivent {} avant, à compter de 9 h.",
        "for whoever of {} has no turn that day in {}": "pour qui, parmi {}, n’a pas son tour ce jour-là dans {}",
        "{}, with {}": "{}, avec {}",
        "time together for {}": "du temps ensemble pour {}",
        "a review for {}": "un bilan pour {}",
        "a check-in for {}": "un petit signe pour {}",
        "a check-in {} for {}": "un petit signe {} pour {}",
        "by text": "par message",
        "by voice note": "par message vocal",
        "by call": "par appel",
        "in person": "en personne",
        "{} hosts": "{} invite",
        "{} hosts each time": "{} invite chaque fois",
        "{}'s turn each time": "c’est à {} chaque fois",
        "{} take turns to host": "{} invitent à tour de rôle",
        "{} take turns": "{} à tour de rôle",
        "{}, {} first": "{}, {} d’abord",
        "{}, in this order": "{}, dans cet ordre",
        "{}, in the order {}": "{}, dans l’ordre {}",
        "It starts on {}.": "Cela commence le {}.",
        "It is on trial and ends on {}.": "C’est à l’essai et cela finit le {}.",
        "It is on trial until {}; then you keep it, change it or let it go.": (
            "C’est à l’essai jusqu’au {} ; ensuite vous le gardez, vous le changez ou vous le laissez partir."
        ),
        "{} each": "{} à chaque fois",
        "at an hour left open": "l’heure reste ouverte",
        "on a day left open": "le jour reste ouvert",
        "on days left open": "les jours restent ouverts",
        "It is placed {}.": "Déjà fixé : {}.",
        "A turn that falls out waits for the next time.": "Un tour qui n’a pas lieu attend la fois suivante.",
        "It ended on {}.": "Cela s’est terminé le {}.",
        "Its last day is {}.": "Le dernier jour est le {}.",
        "It is counted from {}.": "On compte à partir du {}.",
        "There is a check-in {} {} in, for {}.": "Au bout de {1}, il y a un petit signe {0}, de {2}.",
        "There is a check-in {} {} before the end, for {}.": "{1} avant la fin, il y a un petit signe {0}, de {2}.",
        "It lasts {}.": "Cela dure {}.",
        ", then ": ", puis ",
        "It grows in small steps by date: {}; each lasts {}, the last one from then on.": (
            "Cela grandit à petits pas selon la date : {} ; chacun dure {}, et le dernier reste ensuite."
        ),
        "It may grow in small steps: {}. {}. Stepping back is always free.": (
            "Cela peut grandir à petits pas : {}. {}. On peut toujours faire un pas en arrière."
        ),
        "It has come to the last step": "C’est maintenant le dernier pas",
        "It is at the {} step, {}; a review may offer the next one after {}": (
            "C’est le {} pas, {} ; après {}, un bilan peut proposer le suivant"
        ),
        "It does not happen {}.": "N’a pas lieu {}.",
        "it is {}": "{}",
        "it is {}'s turn": "c’est à {}",
        "the place is {}": "le lieu est {}",
        "On {}: {}": "Le {} : {}",
        "Instead of {}, {}": "Au lieu du {} : {}",
        "On {} {}": "Le {} : {}",
        "It happens only in {}.": "Seulement à cette période : {}.",
        "It rests in {}.": "Pause à cette période : {}.",
        "In {} it is {}.": "{} : alors {}.",
        "To talk about: {}": "Pour en parler : {}",
        "It draws from the prompts {}; its events carry a few.": (
            "Les idées pour parler viennent de la collection {} ; le calendrier en contient quelques-unes."
        ),
        "Notes: {}": "Notes : {}",
        "friends": "amitiés",
        "Tags: {}.": "Mots-clés : {}.",
        # ── what others see, and what rests ──
        "Some weeks differ.": "Certaines semaines sont différentes.",
        "{}: nothing in these weeks.": "{} : rien ces semaines-ci.",
        "{}: in these weeks {}.": "{} : ces semaines-ci, {}.",
        "{}: {}, for {}.": "{} : {}, pour {}.",
        "{}, everything rests.": "{}, tout est en pause.",
        "{}, some of it rests.": "{}, une partie est en pause.",
        "{}, everything rests for {}.": "{}, tout est en pause pour {}.",
        "{}, some of it rests for {}.": "{}, une partie est en pause pour {}.",
        # ── hopes, and planned time ──
        "for own time {}": "du temps à soi {}",
        "for time together {}": "du temps ensemble {}",
        "for time with friends {}": "du temps avec des amis {}",
        "to host {}": "des soirées pour inviter {}",
        "to cover {}": "du temps de relais {}",
        "for {} of own time": "{} de temps à soi",
        "for {} of time together": "{} de temps ensemble",
        "for {} of time with friends": "{} avec des amis",
        "for {} of hosting": "{} pour inviter",
        "for {} of covering": "{} de relais",
        "at least {}": "au moins {}",
        "at most {}": "au plus {}",
        "{} hopes {} a week.": "{} souhaite {} par semaine.",
        "{} hopes {} a month.": "{} souhaite {} par mois.",
        "{} each hope {} a week.": "{} souhaitent {} par semaine et par personne.",
        "{} each hope {} a month.": "{} souhaitent {} par mois et par personne.",
        "none": "rien",
        "{} times": "{} fois",
        "Planned: {} a week.": "Prévu : {} par semaine.",
        "Planned: {} a month.": "Prévu : {} par mois.",
        "Planned: {} a week, each.": "Prévu : {} par semaine et par personne.",
        "Planned: {} a month, each.": "Prévu : {} par mois et par personne.",
        "{} of own time": "{} de temps à soi",
        "{} together": "{} ensemble",
        "{} with friends": "{} avec des amis",
        "{} covering": "{} de relais",
        "hosts {}": "invite {}",
        # ── a review ──
        "{0}'s {1}": "{1} ({0})",
        "{}: {}": "{} : {}",
        "{} was left out {}.": "{} n’a pas eu lieu {}.",
        "{} moved from {} to {}.": "{} est passé du {} au {}.",
        "{} was at another time on {}.": "{} était à une autre heure le {}.",
        "{} on {} was {}'s.": "{}, le {} : c’était à {}.",
        "{} rested {}.": "{} : pause {}.",
        "{} (where {} takes part)": "{} (là où {} prend part)",
        "everything": "tout",
        "all me blocks": "tous les temps à soi",
        "all shared evenings": "toutes les soirées ensemble",
        "all check ins": "tous les petits signes",
        "all host nights": "toutes les soirées d’invitation",
        "all reviews": "tous les bilans",
        "all rituals": "tous les autres rituels",
        "all programs": "tous les programmes",
        "{} was on trial until {}: keep it, change it, or let it go?": (
            "{} était à l’essai jusqu’au {} : garder, changer ou laisser partir ?"
        ),
        "{} is on trial until {}: keep it, change it, or let it go?": (
            "{} est à l’essai jusqu’au {} : garder, changer ou laisser partir ?"
        ),
        "{} has been {} for {} or more: {} next, or stay, or step back? Each is fine.": (
            "{0} dure {1} depuis {2} ou plus : maintenant {3}, rester ainsi ou un pas en arrière ? "
            "Chaque choix est bon."
        ),
        "{} and {} ask for {}'s time at once, first on {}.": (
            "{0} et {1} attendent {2} au même moment, la première fois le {3}."
        ),
        "{} changes, and {} belongs together with it and stays as it is.": (
            "{} change ; {} va avec et reste en l’état."
        ),
        "No calendar is connected; this is what the file knows.": (
            "Aucun calendrier n’est relié ; voici ce que sait le fichier."
        ),
        "The calendars were not read: {}.": "Les calendriers n’ont pas été lus : {}.",
        'The calendar "{}" was not read: {}.': "Le calendrier « {} » n’a pas été lu : {}.",
        "{}; `planner pull` takes it into the file.": "{} ; `planner pull` le reprend dans le fichier.",
        "{}: {} was cancelled in the calendar": "{} : le {} a été annulé dans le calendrier",
        "{}: {} was changed in the calendar": "{} : le {} a été changé dans le calendrier",
        "{}: {} was moved in the calendar to {}": "{} : le {} a été déplacé au {} dans le calendrier",
        "Nothing was planned. Free time is a plan too.": "Rien n’était prévu. Le temps libre est aussi un projet.",
        "Nothing was moved.": "Rien n’a été déplacé.",
        "Nothing was noted.": "Rien n’a été noté.",
        "No trial ends, and no step is due.": "Aucun essai ne se termine, et aucun pas n’est prévu.",
        "Nothing asks for one of you twice.": "Personne n’a deux choses prévues en même temps.",
        "Nothing yet. Free time is a plan too.": "Rien pour l’instant. Le temps libre est aussi un projet.",
        "No ritual stands here yet.": "Il n’y a pas encore de rituel ici.",
    }
