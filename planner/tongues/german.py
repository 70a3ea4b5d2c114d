"""German: "jeden Mittwoch von 18:30 bis 21:00 Uhr". The couple is addressed as "ihr"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from planner.tongues.forms import Formed
from planner.words import YearDay

_EACH = {
    "day": ("jeden Tag", "alle {} Tage"),
    "week": ("jede Woche", "alle {} Wochen"),
    "month": ("jeden Monat", "alle {} Monate"),
    "year": ("jedes Jahr", "alle {} Jahre"),
}
_NTH = ("", "ersten", "zweiten", "dritten", "vierten", "fünften", "sechsten", "siebten", "achten", "neunten", "zehnten")


class German(Formed):
    """Dates in the dative without its article, times by 24 hours."""

    code = "de"
    one_and_more = {  # noqa: RUF012  (never changed)
        "minute": ("Minute", "Minuten"),
        "hour": ("Stunde", "Stunden"),
        "day": ("Tag", "Tage"),
        "week": ("Woche", "Wochen"),
        "month": ("Monat", "Monate"),
        "year": ("Jahr", "Jahre"),
    }
    in_one = {"day": "am Tag", "week": "in der Woche", "month": "im Monat", "year": "im Jahr"}  # noqa: RUF012  (never changed)
    numbers = (
        *("null", "eins", "zwei", "drei", "vier", "fünf", "sechs"),
        *("sieben", "acht", "neun", "zehn", "elf", "zwölf"),
    )
    ordinals = {**dict(enumerate(_NTH)), -1: "letzten"}  # noqa: RUF012  (never changed)
    or_word = "oder"
    no_time = "keine Zeit"
    once = "einmal"
    by_number = "{}mal"
    day_later = "am nächsten Tag"
    days_later = "{} Tage später"
    zone_of = "Ortszeit {}"
    zone_without_city = "{}"
    apart = re.compile(r"[0-9]{4}$|Tagen$")
    midnight = "Mitternacht"
    from_to = "von {} bis {}"

    def quoted(self, text: str) -> str:
        """A title that stands inside a sentence."""
        return f"„{text}“"

    def on(self, days: Iterable[date], last: str = "and") -> str:  # noqa: ARG002  (what does not happen is said alike)
        """On these dates."""
        said = [f"am {self.day(day)}" for day in days]
        *firsts, final = said
        return f"{', '.join(firsts)}, und {final}" if firsts else final

    def span(self, start: date, end: date) -> str:
        """The days from `start` to `end`, both included."""
        if start == end:
            return f"am {self.day(start)}"
        first = f"{self.weekday(start.weekday())}, {start.day}."
        if start.year != end.year:
            first = self.day(start)
        elif start.month != end.month:
            first = f"{first} {self.month(start.month)}"
        return f"von {first}, bis {self.day(end)}"

    def yearly(self, start: date, end: date) -> str:
        """Days that come every year."""
        first, last = (f"{day.day}. {self.month(day.month)}" for day in (start, end))
        return f"jedes Jahr vom {first} bis zum {last}" if first != last else f"jedes Jahr am {first}"

    def bare_clock(self, minutes: int) -> str:
        """A time of day as it stands before another one."""
        return f"{minutes // 60 % 24}:{minutes % 60:02d}"

    def clock(self, minutes: int) -> str:
        """A time of day."""
        return f"{self.bare_clock(minutes)} Uhr"

    def at(self, minutes: int) -> str:
        """At a time of day."""
        return f"um {self.clock(minutes)}"

    def lasting(self, minutes: int) -> str:
        """For a length."""
        return f"für {self.minutes(minutes)}"

    def whole_days(self, days: int) -> str:
        """So many whole days."""
        return "ganztägig" if days == 1 else f"{self.number(days)} ganze Tage"

    def times(self, number: int) -> str:
        """How often, 1 or more."""
        return super().times(number) if number < len(self.numbers) else f"{number}-mal"

    def nth(self, number: int) -> str:
        """A place in an order of steps."""
        return _NTH[number] if number < len(_NTH) else f"{number}."

    def each(self, unit: str, number: int) -> str:
        """Every so many days, weeks, months or years."""
        one, more = _EACH[unit]
        return one if number == 1 else more.format(self.number(number))

    def weekly(self, weekdays: tuple[int, ...]) -> str:
        """These days of every week."""
        if self.is_every_day(weekdays):
            return "jeden Tag"
        if self.is_working_week(weekdays):
            return "montags bis freitags"
        return f"jeden {self.listed(map(self.weekday, weekdays))}"

    def on_weekdays(self, weekdays: tuple[int, ...]) -> str:
        """On these days of such a week."""
        if self.is_every_day(weekdays):
            return "an jedem Tag"
        if self.is_working_week(weekdays):
            return "montags bis freitags"
        return f"am {self.listed(map(self.weekday, weekdays))}"

    def in_turn(self, weekdays: tuple[int, ...]) -> str:
        """One of these days a week, in turn."""
        return f"im Wechsel {', dann '.join(map(self.weekday, weekdays))}"

    def in_cycle(self, numbers: list[int], of: int) -> str:
        """On these days of a cycle of so many."""
        days = "an Tag" if len(numbers) == 1 else "an den Tagen"
        return f"{days} {self.listed(map(str, numbers))} von je {of} Tagen"

    def on_ordinals(self, ordinals: tuple[tuple[int, int], ...]) -> str:
        """On these ordinal weekdays of the month."""
        said = [f"am {self.listed(places)} {weekday}" for places, weekday in self.by_weekday(ordinals)]
        return f"{self.listed(said)} im Monat"

    def on_month_days(self, numbers: list[int], *, has_last: bool) -> str:
        """On these days of the month."""
        said = [f"am {self.listed(f'{n}.' for n in numbers)}"] if numbers else []
        said += ["am letzten Tag"] if has_last else []
        return f"{self.listed(said)} des Monats"

    def on_day_of_year(self, day: YearDay) -> str:
        """On a day of the year."""
        if day.day:
            return f"am {day.day}. {self.month(day.month)}"
        return f"am {self.ordinals[day.n]} {self.weekday(day.weekday)} im {self.month(day.month)}"

    phrases = {  # noqa: RUF012  (never changed)
        # ── the agreement ──
        "This is the agreement of {}.": "Das ist die Vereinbarung von {}.",
        "It begins on {}.": "Sie beginnt am {}.",
        "It begins on {} and ends on {}.": "Sie beginnt am {} und endet am {}.",
        "Times are {} unless another is named.": "Wo nichts anderes steht, gilt {}.",
        "{} lives by {}.": "Für {} gilt {}.",
        "What it is for: {}": "Wofür sie da ist: {}",
        "{}'s own time": "Eigene Zeit für {}",
        "Shared evenings": "Gemeinsame Abende",
        "Host nights": "Einladungsabende",
        "Check-ins": "Kurze Zeichen",
        "Other rituals": "Andere Rituale",
        "Reviews": "Rückblicke",
        "Programmes": "Programme",
        "Also in the calendar": "Auch im Kalender",
        "Pauses": "Pausen",
        # ── a ritual ──
        "Only the one whose turn it is takes part.": "Dabei ist nur, wer an der Reihe ist.",
        "Where: {}": "Wo: {}",
        "{} covers meanwhile.": "{} übernimmt so lange.",
        "It is a slot kept in case you need it, and shows as free.": (
            "Die Zeit ist für den Fall freigehalten, dass ihr sie braucht, und zählt als frei."
        ),
        "It rests on public holidays.": "An Feiertagen ruht es.",
        "It stays on public holidays too.": "Auch an Feiertagen bleibt es dabei.",
        "{} it goes by {}.": "{} gilt dafür {}.",
        "A reminder comes {} before.": "Eine Erinnerung kommt {} vorher.",
        "Reminders come {} before.": "Erinnerungen kommen {} vorher.",
        "A reminder comes {} before, counted back from 09:00.": (
            "Eine Erinnerung kommt {} vorher, von 9:00 Uhr an zurückgerechnet."
        ),
        "Reminders come {} before, counted back from 09:00.": (
            "Erinnerungen kommen {} vorher, von 9:00 Uhr an zurückgerechnet."
        ),
        "for whoever of {} has no turn that day in {}": "für alle von {}, die an dem Tag in {} nicht an der Reihe sind",
        "{}, with {}": "{}, mit dabei: {}",
        "time together for {}": "gemeinsame Zeit für {}",
        "a review for {}": "ein Rückblick für {}",
        "a check-in for {}": "ein kurzes Zeichen für {}",
        "a check-in {} for {}": "ein kurzes Zeichen {} für {}",
        "by text": "per Nachricht",
        "by voice note": "per Sprachnachricht",
        "by call": "per Anruf",
        "in person": "persönlich",
        "{} hosts": "{} lädt ein",
        "{} hosts each time": "{} lädt jedes Mal ein",
        "{}'s turn each time": "{} ist jedes Mal dran",
        "{} take turns to host": "{} laden abwechselnd ein",
        "{} take turns": "{} wechseln sich ab",
        "{}, {} first": "{}, {} zuerst",
        "{}, in this order": "{}, in dieser Reihenfolge",
        "{}, in the order {}": "{}, in der Reihenfolge {}",
        "It starts on {}.": "Es beginnt am {}.",
        "It is on trial and ends on {}.": "Es ist auf Probe und endet am {}.",
        "It is on trial until {}; then you keep it, change it or let it go.": (
            "Es ist auf Probe bis {}; dann behaltet ihr es, ändert es oder lasst es los."
        ),
        "{} each": "je {}",
        "at an hour left open": "die Uhrzeit ist offen",
        "on a day left open": "der Tag ist offen",
        "on days left open": "die Tage sind offen",
        "It is placed {}.": "Schon festgelegt: {}.",
        "A turn that falls out waits for the next time.": "Fällt ein Mal aus, wartet die Reihe auf das nächste.",
        "It ended on {}.": "Es ging bis {}.",
        "Its last day is {}.": "Der letzte Tag ist {}.",
        "It is counted from {}.": "Gezählt wird von {} an.",
        "There is a check-in {} {} in, for {}.": "{1} nach dem Anfang gibt es ein kurzes Zeichen {0}, {2} lang.",
        "There is a check-in {} {} before the end, for {}.": (
            "{1} vor dem Ende gibt es ein kurzes Zeichen {0}, {2} lang."
        ),
        "It lasts {}.": "Es dauert {}.",
        ", then ": ", dann ",
        "It grows in small steps by date: {}; each lasts {}, the last one from then on.": (
            "Die Zeit wächst in kleinen Stufen nach dem Datum: {}; jede dauert {}, die letzte gilt von da an."
        ),
        "It may grow in small steps: {}. {}. Stepping back is always free.": (
            "Die Zeit darf in kleinen Stufen wachsen: {}. {}. Ein Schritt zurück geht immer."
        ),
        "It has come to the last step": "Sie ist bei der letzten Stufe angekommen",
        "It is at the {} step, {}; a review may offer the next one after {}": (
            "Sie ist auf der {} Stufe, {}, für mindestens {}; danach kann ein Rückblick die nächste anbieten"
        ),
        "It does not happen {}.": "Es entfällt {}.",
        "it is {}": "{}",
        "it is {}'s turn": "{} ist dran",
        "the place is {}": "der Ort ist {}",
        "On {}: {}": "Am {}: {}",
        "Instead of {}, {}": "Statt am {}: {}",
        "On {} {}": "Am {}: {}",
        "It happens only in {}.": "Nur in dieser Zeit: {}.",
        "It rests in {}.": "Es ruht in dieser Zeit: {}.",
        "In {} it is {}.": "{}: dann {}.",
        "To talk about: {}": "Zum Reden: {}",
        "It draws from the prompts {}; its events carry a few.": (
            "Anregungen kommen aus der Sammlung {}; im Kalender stehen ein paar davon."
        ),
        "Notes: {}": "Notizen: {}",
        "friends": "Freundeskreis",
        "Tags: {}.": "Stichworte: {}.",
        # ── what others see, and what rests ──
        "Some weeks differ.": "Manche Wochen sind anders.",
        "{}: nothing in these weeks.": "{}: nichts in diesen Wochen.",
        "{}: in these weeks {}.": "{}: in diesen Wochen {}.",
        "{}: {}, for {}.": "{}: {}, für {}.",
        "{}, everything rests.": "{} ruht alles.",
        "{}, some of it rests.": "{} ruht manches.",
        "{}, everything rests for {}.": "{} ruht alles für {}.",
        "{}, some of it rests for {}.": "{} ruht manches für {}.",
        # ── hopes, and planned time ──
        "for own time {}": "eigene Zeit {}",
        "for time together {}": "gemeinsame Zeit {}",
        "for time with friends {}": "Zeit mit Freundinnen und Freunden {}",
        "to host {}": "Abende zum Einladen {}",
        "to cover {}": "Zeit als Vertretung {}",
        "for {} of own time": "{} eigene Zeit",
        "for {} of time together": "{} gemeinsame Zeit",
        "for {} of time with friends": "{} Zeit mit Freundinnen und Freunden",
        "for {} of hosting": "{} zum Einladen",
        "for {} of covering": "{} als Vertretung",
        "at least {}": "mindestens {}",
        "at most {}": "höchstens {}",
        "{} hopes {} a week.": "{} wünscht sich {} in der Woche.",
        "{} hopes {} a month.": "{} wünscht sich {} im Monat.",
        "{} each hope {} a week.": "{} wünschen sich jeweils {} in der Woche.",
        "{} each hope {} a month.": "{} wünschen sich jeweils {} im Monat.",
        "none": "nichts",
        "{} times": "{}-mal",
        "Planned: {} a week.": "Geplant: {} in der Woche.",
        "Planned: {} a month.": "Geplant: {} im Monat.",
        "Planned: {} a week, each.": "Geplant: jeweils {} in der Woche.",
        "Planned: {} a month, each.": "Geplant: jeweils {} im Monat.",
        "{} of own time": "{} eigene Zeit",
        "{} together": "{} gemeinsam",
        "{} with friends": "{} mit Freundinnen und Freunden",
        "{} covering": "{} als Vertretung",
        "hosts {}": "lädt {} ein",
        # ── a review ──
        "{0}'s {1}": "{1} ({0})",
        "{}: {}": "{}: {}",
        "{} was left out {}.": "{} entfiel {}.",
        "{} moved from {} to {}.": "{} wurde von {} auf {} verschoben.",
        "{} was at another time on {}.": "{} war am {} zu einer anderen Zeit.",
        "{} on {} was {}'s.": "{} am {}: {} war dran.",
        "{} rested {}.": "{}: Pause {}.",
        "{} (where {} takes part)": "{} (wo {} dabei ist)",
        "everything": "alles",
        "all me blocks": "alle eigenen Zeiten",
        "all shared evenings": "alle gemeinsamen Abende",
        "all check ins": "alle kurzen Zeichen",
        "all host nights": "alle Einladungsabende",
        "all reviews": "alle Rückblicke",
        "all rituals": "alle anderen Rituale",
        "all programs": "alle Programme",
        "{} was on trial until {}: keep it, change it, or let it go?": (
            "{} war auf Probe bis {}: behalten, ändern oder loslassen?"
        ),
        "{} is on trial until {}: keep it, change it, or let it go?": (
            "{} ist auf Probe bis {}: behalten, ändern oder loslassen?"
        ),
        "{} has been {} for {} or more: {} next, or stay, or step back? Each is fine.": (
            "{} dauert {}, schon {} oder länger: als Nächstes {}, so bleiben, oder einen Schritt zurück? Alles ist gut."
        ),
        "{} and {} ask for {}'s time at once, first on {}.": "{0} und {1} brauchen {2} zur selben Zeit, zuerst am {3}.",
        "{} changes, and {} belongs together with it and stays as it is.": (
            "{} ändert sich; {} gehört dazu und bleibt, wie es ist."
        ),
        "No calendar is connected; this is what the file knows.": (
            "Es ist kein Kalender verbunden; das ist, was die Datei weiß."
        ),
        "The calendars were not read: {}.": "Die Kalender wurden nicht gelesen: {}.",
        'The calendar "{}" was not read: {}.': "Der Kalender „{}“ wurde nicht gelesen: {}.",
        "{}; `planner pull` takes it into the file.": "{}; `planner pull` übernimmt es in die Datei.",
        "{}: {} was cancelled in the calendar": "{}: {} wurde im Kalender abgesagt",
        "{}: {} was changed in the calendar": "{}: {} wurde im Kalender geändert",
        "{}: {} was moved in the calendar to {}": "{}: {} wurde im Kalender auf {} verschoben",
        "Nothing was planned. Free time is a plan too.": "Nichts war geplant. Freie Zeit ist auch ein Plan.",
        "Nothing was moved.": "Nichts wurde verschoben.",
        "Nothing was noted.": "Nichts wurde notiert.",
        "No trial ends, and no step is due.": "Keine Probe endet, und keine Stufe steht an.",
        "Nothing asks for one of you twice.": "Niemand von euch hat zwei Dinge zur selben Zeit vor.",
        "Nothing yet. Free time is a plan too.": "Noch nichts. Freie Zeit ist auch ein Plan.",
        "No ritual stands here yet.": "Hier steht noch kein Ritual.",
    }
