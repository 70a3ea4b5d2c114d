"""Spanish: "cada miércoles de 18:30 a 21:00". The couple is addressed as "vosotros"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from planner.languages import sounding
from planner.tongues.forms import Formed
from planner.words import YearDay

_EACH = {
    "day": ("cada día", "cada {} días"),
    "week": ("cada semana", "cada {} semanas"),
    "month": ("cada mes", "cada {} meses"),
    "year": ("cada año", "cada {} años"),
}
_NTH = ("", "primer", "segundo", "tercer", "cuarto", "quinto", "sexto", "séptimo", "octavo", "noveno", "décimo")


class Spanish(Formed):
    """Days with their article, times by 24 hours."""

    code = "es"
    one_and_more = {  # noqa: RUF012  (never changed)
        "minute": ("minuto", "minutos"),
        "hour": ("hora", "horas"),
        "day": ("día", "días"),
        "week": ("semana", "semanas"),
        "month": ("mes", "meses"),
        "year": ("año", "años"),
    }
    in_one = {"day": "al día", "week": "a la semana", "month": "al mes", "year": "al año"}  # noqa: RUF012  (never changed)
    numbers = (
        *("cero", "un", "dos", "tres", "cuatro", "cinco", "seis"),
        *("siete", "ocho", "nueve", "diez", "once", "doce"),
    )
    ordinals = {**dict(enumerate(_NTH)), -1: "último"}  # noqa: RUF012  (never changed)
    no_time = "nada de tiempo"
    once = "una vez"
    by_number = "{} veces"
    day_later = "del día siguiente"
    days_later = "{} días después"
    zone_of = "hora de {}"
    zone_without_city = "hora {}"
    apart = re.compile(r"[0-9]|mes|año")
    midnight = "medianoche"
    from_to = "de {} a {}"

    def _or(self, before: str) -> str:
        sounds = sounding(before)
        return "u" if sounds.startswith(("o", "ho", "8")) or re.match(r"11\b", sounds) else "o"

    def quoted(self, text: str) -> str:
        """A title that stands inside a sentence."""
        return f"«{text}»"

    def on(self, days: Iterable[date], last: str = "and") -> str:
        """On these dates."""
        *firsts, final = [f"el {self.day(day)}" for day in days]
        return f"{', '.join(firsts)} {'y' if last == 'and' else 'ni'} {final}" if firsts else final

    def span(self, start: date, end: date) -> str:
        """The days from `start` to `end`, both included."""
        if start == end:
            return f"el {self.day(start)}"
        first = f"{self.weekday(start.weekday())} {start.day}"
        if start.year != end.year:
            first = self.day(start)
        elif start.month != end.month:
            first = f"{first} de {self.month(start.month)}"
        return f"del {first} al {self.day(end)}"

    def yearly(self, start: date, end: date) -> str:
        """Days that come every year."""
        first, last = (f"{day.day} de {self.month(day.month)}" for day in (start, end))
        return f"cada año del {first} al {last}" if first != last else f"cada año el {first}"

    def clock(self, minutes: int) -> str:
        """A time of day."""
        return f"{minutes // 60 % 24}:{minutes % 60:02d}"

    def at(self, minutes: int) -> str:
        """At a time of day."""
        return f"{'a la' if minutes // 60 % 24 == 1 else 'a las'} {self.clock(minutes)}"

    def lasting(self, minutes: int) -> str:
        """For a length."""
        return f"durante {self.minutes(minutes)}"

    def whole_days(self, days: int) -> str:
        """So many whole days."""
        return "todo el día" if days == 1 else f"durante {self.number(days)} días enteros"

    def nth(self, number: int) -> str:
        """A place in an order of steps."""
        return _NTH[number] if number < len(_NTH) else f"{number}.º"

    def each(self, unit: str, number: int) -> str:
        """Every so many days, weeks, months or years."""
        one, more = _EACH[unit]
        return one if number == 1 else more.format(self.number(number))

    def weekly(self, weekdays: tuple[int, ...]) -> str:
        """These days of every week."""
        if self.is_every_day(weekdays):
            return "todos los días"
        if self.is_working_week(weekdays):
            return "de lunes a viernes"
        return f"cada {self.listed(map(self.weekday, weekdays))}"

    def on_weekdays(self, weekdays: tuple[int, ...]) -> str:
        """On these days of such a week."""
        if self.is_every_day(weekdays) or self.is_working_week(weekdays):
            return self.weekly(weekdays)
        return self.listed(f"el {self.weekday(n)}" for n in weekdays)

    def in_turn(self, weekdays: tuple[int, ...]) -> str:
        """One of these days a week, in turn."""
        return f"alternando {', luego '.join(map(self.weekday, weekdays))}"

    def in_cycle(self, numbers: list[int], of: int) -> str:
        """On these days of a cycle of so many."""
        days = "el día" if len(numbers) == 1 else "los días"
        return f"{days} {self.listed(map(str, numbers))} de cada {of} días"

    def on_ordinals(self, ordinals: tuple[tuple[int, int], ...]) -> str:
        """On these ordinal weekdays of the month."""
        said = [f"el {self.listed(places)} {weekday}" for places, weekday in self.by_weekday(ordinals)]
        return f"{self.listed(said)} del mes"

    def on_month_days(self, numbers: list[int], *, has_last: bool) -> str:
        """On these days of the month."""
        said = []
        if numbers:
            said.append(f"{'el día' if len(numbers) == 1 else 'los días'} {self.listed(map(str, numbers))}")
        if has_last:
            said.append("el último día")
        return f"{self.listed(said)} del mes"

    def on_day_of_year(self, day: YearDay) -> str:
        """On a day of the year."""
        if day.day:
            return f"el {day.day} de {self.month(day.month)}"
        return f"el {self.ordinals[day.n]} {self.weekday(day.weekday)} de {self.month(day.month)}"

    phrases = {  # noqa: RUF012  (never changed)
        # ── the agreement ──
        "This is the agreement of {}.": "Este es el acuerdo de {}.",
        "It begins on {}.": "Empieza el {}.",
        "It begins on {} and ends on {}.": "Empieza el {} y termina el {}.",
        "Times are {} unless another is named.": "Si no se dice otra cosa, vale la {}.",
        "{} lives by {}.": "Para {} vale la {}.",
        "What it is for: {}": "Para qué es: {}",
        "{}'s own time": "Tiempo propio de {}",
        "Shared evenings": "Noches compartidas",
        "Host nights": "Noches de invitación",
        "Check-ins": "Señales",
        "Other rituals": "Otros rituales",
        "Reviews": "Revisiones",
        "Programmes": "Programas",
        "Also in the calendar": "También en el calendario",
        "Pauses": "Pausas",
        # ── a ritual ──
        "Only the one whose turn it is takes part.": "Participa solo la persona a la que le toca.",
        "Where: {}": "Dónde: {}",
        "{} covers meanwhile.": "Mientras tanto se encarga {}.",
        "It is a slot kept in case you need it, and shows as free.": (
            "Es un hueco guardado por si os hace falta, y cuenta como libre."
        ),
        "It rests on public holidays.": "Descansa en días festivos.",
        "It stays on public holidays too.": "Sigue también en días festivos.",
        "{} it goes by {}.": "{} vale la {}.",
        "A reminder comes {} before.": "Un recordatorio llega {} antes.",
        "Reminders come {} before.": "Llegan recordatorios {} antes.",
        "A reminder comes {} before, counted back from 09:00.": (
            "Un recordatorio llega {} antes, contando desde las 9:00."
        ),
        "Reminders come {} before, counted back from 09:00.": (
            "Llegan recordatorios {} antes, contando desde las 9:00."
        ),
        "for whoever of {} has no turn that day in {}": "para quien, de {}, no tiene turno ese día en {}",
        "{}, with {}": "{}, con {}",
        "time together for {}": "tiempo en común para {}",
        "a review for {}": "una revisión para {}",
        "a check-in for {}": "una señal para {}",
        "a check-in {} for {}": "una señal {} para {}",
        "by text": "por mensaje",
        "by voice note": "por nota de voz",
        "by call": "por llamada",
        "in person": "en persona",
        "{} hosts": "invita {}",
        "{} hosts each time": "invita {} cada vez",
        "{}'s turn each time": "le toca a {} cada vez",
        "{} take turns to host": "{} se turnan para invitar",
        "{} take turns": "{} se turnan",
        "{}, {} first": "{}, primero {}",
        "{}, in this order": "{}, en este orden",
        "{}, in the order {}": "{}, en el orden {}",
        "It starts on {}.": "Empieza el {}.",
        "It is on trial and ends on {}.": "Está a prueba y termina el {}.",
        "It is on trial until {}; then you keep it, change it or let it go.": (
            "Está a prueba hasta el {}; después lo mantenéis, lo cambiáis o lo soltáis."
        ),
        "{} each": "{} cada vez",
        "at an hour left open": "la hora queda abierta",
        "on a day left open": "el día queda abierto",
        "on days left open": "los días quedan abiertos",
        "It is placed {}.": "Ya tiene fecha: {}.",
        "A turn that falls out waits for the next time.": "Un turno que no se da espera a la vez siguiente.",
        "It ended on {}.": "Terminó el {}.",
        "Its last day is {}.": "Su último día es el {}.",
        "It is counted from {}.": "Se cuenta desde el {}.",
        "There is a check-in {} {} in, for {}.": "Tras {1} hay una señal {0}, de {2}.",
        "There is a check-in {} {} before the end, for {}.": "{1} antes del final hay una señal {0}, de {2}.",
        "It lasts {}.": "Dura {}.",
        ", then ": ", luego ",
        "It grows in small steps by date: {}; each lasts {}, the last one from then on.": (
            "Crece en pasos pequeños según la fecha: {}; cada uno dura {}, y el último sigue desde entonces."
        ),
        "It may grow in small steps: {}. {}. Stepping back is always free.": (
            "Puede crecer en pasos pequeños: {}. {}. Dar un paso atrás siempre se puede."
        ),
        "It has come to the last step": "Ha llegado al último paso",
        "It is at the {} step, {}; a review may offer the next one after {}": (
            "Está en el {} paso, {}; tras {}, una revisión puede ofrecer el siguiente"
        ),
        "It does not happen {}.": "No tiene lugar {}.",
        "it is {}": "{}",
        "it is {}'s turn": "le toca a {}",
        "the place is {}": "el lugar es {}",
        "On {}: {}": "El {}: {}",
        "Instead of {}, {}": "En lugar del {}: {}",
        "On {} {}": "El {}: {}",
        "It happens only in {}.": "Solo en esta época: {}.",
        "It rests in {}.": "Descansa en esta época: {}.",
        "In {} it is {}.": "{}: entonces {}.",
        "To talk about: {}": "Para hablar: {}",
        "It draws from the prompts {}; its events carry a few.": (
            "Toma ideas de la colección {}; en el calendario van unas pocas."
        ),
        "Notes: {}": "Notas: {}",
        "friends": "amistades",
        "Tags: {}.": "Etiquetas: {}.",
        # ── what others see, and what rests ──
        "Some weeks differ.": "Algunas semanas son distintas.",
        "{}: nothing in these weeks.": "{}: nada en estas semanas.",
        "{}: in these weeks {}.": "{}: en estas semanas, {}.",
        "{}: {}, for {}.": "{}: {}, para {}.",
        "{}, everything rests.": "{} descansa todo.",
        "{}, some of it rests.": "{} descansa una parte.",
        "{}, everything rests for {}.": "{} descansa todo para {}.",
        "{}, some of it rests for {}.": "{} descansa una parte para {}.",
        # ── hopes, and planned time ──
        "for own time {}": "tiempo propio {}",
        "for time together {}": "tiempo en común {}",
        "for time with friends {}": "tiempo con amistades {}",
        "to host {}": "noches para invitar {}",
        "to cover {}": "tiempo de relevo {}",
        "for {} of own time": "{} de tiempo propio",
        "for {} of time together": "{} de tiempo en común",
        "for {} of time with friends": "{} con amistades",
        "for {} of hosting": "{} para invitar",
        "for {} of covering": "{} de relevo",
        "at least {}": "al menos {}",
        "at most {}": "como mucho {}",
        "{} hopes {} a week.": "{} desea {} a la semana.",
        "{} hopes {} a month.": "{} desea {} al mes.",
        "{} each hope {} a week.": "{} desean {} a la semana por persona.",
        "{} each hope {} a month.": "{} desean {} al mes por persona.",
        "none": "nada",
        "{} times": "{} veces",
        "Planned: {} a week.": "Previsto: {} a la semana.",
        "Planned: {} a month.": "Previsto: {} al mes.",
        "Planned: {} a week, each.": "Previsto: {} a la semana por persona.",
        "Planned: {} a month, each.": "Previsto: {} al mes por persona.",
        "{} of own time": "{} de tiempo propio",
        "{} together": "{} en común",
        "{} with friends": "{} con amistades",
        "{} covering": "{} de relevo",
        "hosts {}": "invita {}",
        # ── a review ──
        "{0}'s {1}": "{1} ({0})",
        "{}: {}": "{}: {}",
        "{} was left out {}.": "{} no tuvo lugar {}.",
        "{} moved from {} to {}.": "{} pasó del {} al {}.",
        "{} was at another time on {}.": "{} fue a otra hora el {}.",
        "{} on {} was {}'s.": "{}, el {}: le tocó a {}.",
        "{} rested {}.": "{}: descanso {}.",
        "{} (where {} takes part)": "{} (donde participa {})",
        "everything": "todo",
        "all me blocks": "todos los tiempos propios",
        "all shared evenings": "todas las noches compartidas",
        "all check ins": "todas las señales",
        "all host nights": "todas las noches de invitación",
        "all reviews": "todas las revisiones",
        "all rituals": "todos los demás rituales",
        "all programs": "todos los programas",
        "{} was on trial until {}: keep it, change it, or let it go?": (
            "{} estuvo a prueba hasta el {}: ¿mantenerlo, cambiarlo o soltarlo?"
        ),
        "{} is on trial until {}: keep it, change it, or let it go?": (
            "{} está a prueba hasta el {}: ¿mantenerlo, cambiarlo o soltarlo?"
        ),
        "{} has been {} for {} or more: {} next, or stay, or step back? Each is fine.": (
            "{0} dura {1} desde hace {2} o más: ¿ahora {3}, seguir así o un paso atrás? Todo está bien."
        ),
        "{} and {} ask for {}'s time at once, first on {}.": (
            "Dos cosas a la vez para {2}, por primera vez el {3}: {0}; {1}."
        ),
        "{} changes, and {} belongs together with it and stays as it is.": (
            "{} cambia; {} va junto con ello y se queda como está."
        ),
        "No calendar is connected; this is what the file knows.": (
            "No hay ningún calendario conectado; esto es lo que sabe el archivo."
        ),
        "The calendars were not read: {}.": "Los calendarios no se han leído: {}.",
        'The calendar "{}" was not read: {}.': "El calendario «{}» no se ha leído: {}.",
        "{}; `planner pull` takes it into the file.": "{}; `planner pull` lo lleva al archivo.",
        "{}: {} was cancelled in the calendar": "{}: el {} se canceló en el calendario",
        "{}: {} was changed in the calendar": "{}: el {} se cambió en el calendario",
        "{}: {} was moved in the calendar to {}": "{}: el {} se movió en el calendario al {}",
        "Nothing was planned. Free time is a plan too.": "No había nada previsto. El tiempo libre también es un plan.",
        "Nothing was moved.": "No se movió nada.",
        "Nothing was noted.": "No se apuntó nada.",
        "No trial ends, and no step is due.": "No termina ninguna prueba, y no toca ningún paso.",
        "Nothing asks for one of you twice.": "Nadie tiene dos cosas previstas a la vez.",
        "Nothing yet. Free time is a plan too.": "Todavía nada. El tiempo libre también es un plan.",
        "No ritual stands here yet.": "Aquí todavía no hay ningún ritual.",
    }
