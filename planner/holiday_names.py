"""Names of the commonest public holidays in German, Spanish and French, for countries that the library says in others.

In: a name in English, as the library `holidays` has it, and in the country's own language. Out: a name in the couple's
language; what has none here keeps the name that it has in its country. No library, no file and no clock enter.
"""

from __future__ import annotations

import re
import unicodedata

_ORDER = ("de", "es", "fr")
_NAMES: dict[str, tuple[str, str, str]] = {
    # ── the year ──
    "New Year's Day": ("Neujahr", "Año Nuevo", "Jour de l’An"),
    "New Year Holiday": ("Neujahr", "Año Nuevo", "Jour de l’An"),
    "Day after New Year's Day": ("Tag nach Neujahr", "Día después de Año Nuevo", "Lendemain du jour de l’An"),
    "New Year's Eve": ("Silvester", "Nochevieja", "Saint-Sylvestre"),
    "Labor Day": ("Tag der Arbeit", "Día del Trabajo", "Fête du Travail"),
    "Labour Day": ("Tag der Arbeit", "Día del Trabajo", "Fête du Travail"),
    "International Labor Day": ("Tag der Arbeit", "Día del Trabajo", "Fête du Travail"),
    "International Workers' Day": ("Tag der Arbeit", "Día del Trabajo", "Fête du Travail"),
    "International Worker's Day": ("Tag der Arbeit", "Día del Trabajo", "Fête du Travail"),
    "Workers' Day": ("Tag der Arbeit", "Día del Trabajo", "Fête du Travail"),
    "Worker's Day": ("Tag der Arbeit", "Día del Trabajo", "Fête du Travail"),
    "May Day": ("Erster Mai", "Primero de Mayo", "Premier Mai"),
    "Women's Day": ("Frauentag", "Día de la Mujer", "Journée des femmes"),
    "International Women's Day": (
        "Internationaler Frauentag",
        "Día Internacional de la Mujer",
        "Journée internationale des femmes",
    ),
    "World Children's Day": ("Weltkindertag", "Día Mundial de la Infancia", "Journée mondiale de l’enfance"),
    "Children's Day": ("Kindertag", "Día de la Infancia", "Journée des enfants"),
    "Mother's Day": ("Muttertag", "Día de la Madre", "Fête des Mères"),
    "Father's Day": ("Vatertag", "Día del Padre", "Fête des Pères"),
    "Family Day": ("Tag der Familie", "Día de la Familia", "Fête de la famille"),
    "Midsummer Eve": ("Mittsommerabend", "Víspera de San Juan", "Veille de la Saint-Jean"),
    "Midsummer Day": ("Mittsommer", "Día de San Juan", "Saint-Jean"),
    "Carnival": ("Karneval", "Carnaval", "Carnaval"),
    "Carnival Monday": ("Rosenmontag", "Lunes de Carnaval", "Lundi gras"),
    "Carnival Tuesday": ("Fastnacht", "Martes de Carnaval", "Mardi gras"),
    # ── Christian ──
    "Epiphany": ("Heilige Drei Könige", "Día de Reyes", "Épiphanie"),
    "Three Kings Day": ("Heilige Drei Könige", "Día de Reyes", "Épiphanie"),
    "Maundy Thursday": ("Gründonnerstag", "Jueves Santo", "Jeudi saint"),
    "Holy Thursday": ("Gründonnerstag", "Jueves Santo", "Jeudi saint"),
    "Good Friday": ("Karfreitag", "Viernes Santo", "Vendredi saint"),
    "Holy Saturday": ("Karsamstag", "Sábado Santo", "Samedi saint"),
    "Easter": ("Ostern", "Pascua", "Pâques"),
    "Easter Sunday": ("Ostersonntag", "Domingo de Pascua", "Dimanche de Pâques"),
    "Easter Monday": ("Ostermontag", "Lunes de Pascua", "Lundi de Pâques"),
    "Ascension Day": ("Christi Himmelfahrt", "Ascensión", "Ascension"),
    "Pentecost": ("Pfingsten", "Pentecostés", "Pentecôte"),
    "Pentecost Monday": ("Pfingstmontag", "Lunes de Pentecostés", "Lundi de Pentecôte"),
    "Whit Monday": ("Pfingstmontag", "Lunes de Pentecostés", "Lundi de Pentecôte"),
    "Corpus Christi": ("Fronleichnam", "Corpus Christi", "Fête-Dieu"),
    "Assumption Day": ("Mariä Himmelfahrt", "Asunción de la Virgen", "Assomption"),
    "Reformation Day": ("Reformationstag", "Día de la Reforma", "Fête de la Réformation"),
    "Repentance and Prayer Day": ("Buß- und Bettag", "Día de Penitencia y Oración", "Jour de pénitence et de prière"),
    "All Saints' Day": ("Allerheiligen", "Todos los Santos", "Toussaint"),
    "All Souls' Day": ("Allerseelen", "Día de los Difuntos", "Jour des défunts"),
    "Immaculate Conception": ("Mariä Empfängnis", "Inmaculada Concepción", "Immaculée Conception"),
    "Christmas Eve": ("Heiligabend", "Nochebuena", "Veille de Noël"),
    "Christmas Day": ("Weihnachten", "Navidad", "Noël"),
    "Second Day of Christmas": ("Zweiter Weihnachtstag", "Segundo día de Navidad", "Lendemain de Noël"),
    "Boxing Day": ("Zweiter Weihnachtstag", "Segundo día de Navidad", "Lendemain de Noël"),
    "Saint Stephen's Day": ("Stephanstag", "San Esteban", "Saint-Étienne"),
    "Saint Joseph's Day": ("Josefstag", "San José", "Saint-Joseph"),
    "Saint George's Day": ("Georgstag", "San Jorge", "Saint-Georges"),
    "Saint Patrick's Day": ("Patrickstag", "San Patricio", "Saint-Patrick"),
    "Saint Andrew's Day": ("Andreastag", "San Andrés", "Saint-André"),
    "Saint Berchtold's Day": ("Berchtoldstag", "San Bertoldo", "Saint-Berchtold"),
    "Orthodox Christmas Day": ("Orthodoxe Weihnachten", "Navidad ortodoxa", "Noël orthodoxe"),
    "Orthodox Easter": ("Orthodoxe Ostern", "Pascua ortodoxa", "Pâques orthodoxe"),
    # ── Muslim, and others that many countries keep ──
    "Eid al-Fitr": ("Zuckerfest", "Fiesta del fin del Ramadán", "Aïd el-Fitr"),
    "Eid al-Adha": ("Opferfest", "Fiesta del Sacrificio", "Aïd al-Adha"),
    "Islamic New Year": ("Islamisches Neujahr", "Año nuevo islámico", "Nouvel an musulman"),
    "Prophet's Birthday": ("Geburtstag des Propheten", "Nacimiento del Profeta", "Naissance du Prophète"),
    "Ashura": ("Aschura", "Ashura", "Achoura"),
    "Chinese New Year": ("Chinesisches Neujahr", "Año nuevo chino", "Nouvel an chinois"),
    "Lunar New Year": ("Mondneujahr", "Año nuevo lunar", "Nouvel an lunaire"),
    "Diwali": ("Diwali", "Diwali", "Diwali"),
    # ── nations ──
    "National Day": ("Nationalfeiertag", "Fiesta nacional", "Fête nationale"),
    "Constitution Day": ("Tag der Verfassung", "Día de la Constitución", "Jour de la Constitution"),
    "Independence Day": ("Unabhängigkeitstag", "Día de la Independencia", "Fête de l’Indépendance"),
    "National Independence Day": ("Unabhängigkeitstag", "Día de la Independencia", "Fête de l’Indépendance"),
    "Republic Day": ("Tag der Republik", "Día de la República", "Fête de la République"),
    "Liberation Day": ("Tag der Befreiung", "Día de la Liberación", "Fête de la Libération"),
    "Victory Day": ("Tag des Sieges", "Día de la Victoria", "Fête de la Victoire"),
    "Armistice Day": ("Tag des Waffenstillstands", "Día del Armisticio", "Armistice"),
    "German Unity Day": ("Tag der Deutschen Einheit", "Día de la Unidad Alemana", "Jour de l’Unité allemande"),
    "Freedom Day": ("Tag der Freiheit", "Día de la Libertad", "Jour de la Liberté"),
    "Europe Day": ("Europatag", "Día de Europa", "Journée de l’Europe"),
    "King's Day": ("Königstag", "Día del Rey", "Fête du Roi"),
    "King's Birthday": ("Geburtstag des Königs", "Cumpleaños del Rey", "Anniversaire du Roi"),
    "Day of Portugal, Camões, and the Portuguese Communities": (
        "Portugal-Tag",
        "Día de Portugal",
        "Jour du Portugal",
    ),
    "Restoration of Independence Day": (
        "Tag der Wiederherstellung der Unabhängigkeit",
        "Restauración de la Independencia",
        "Restauration de l’indépendance",
    ),
    "Canada Day": ("Canada Day", "Día de Canadá", "Fête du Canada"),
    "Thanksgiving Day": ("Thanksgiving", "Día de Acción de Gracias", "Action de grâce"),
    "Martin Luther King Jr. Day": ("Martin-Luther-King-Tag", "Día de Martin Luther King", "Jour de Martin Luther King"),
    "Washington's Birthday": (
        "Washingtons Geburtstag",
        "Nacimiento de Washington",
        "Anniversaire de Washington",
    ),
    "Memorial Day": ("Memorial Day", "Día de los Caídos", "Memorial Day"),
    "Juneteenth National Independence Day": ("Juneteenth", "Juneteenth", "Juneteenth"),
    "Columbus Day": ("Kolumbustag", "Día de Colón", "Jour de Christophe Colomb"),
    "Veterans Day": ("Tag der Veteranen", "Día de los Veteranos", "Jour des anciens combattants"),
}
"""Names by the English ones of the library, in the order of `_ORDER`."""

_REMARKS = {
    "observed": ("nachgeholt", "trasladado", "reporté"),
    "estimated": ("geschätzt", "fecha estimada", "date estimée"),
    "in lieu": ("nachgeholt", "trasladado", "reporté"),
    "substitute day": ("nachgeholt", "trasladado", "reporté"),
}
"""What the library puts in brackets behind a name."""
_BETWEEN = "; "
"""What the library puts between two holidays of one day."""


def name_in(language: str, english: str, there: str) -> str:
    """A holiday's name in a language ("de", "es", "fr"), from its English one and the one that it has in its country.

    The latter stays where no other is known and its letters are Latin ones; else the English name does.
    """
    known = [_known(_ORDER.index(language), part) for part in english.split(_BETWEEN)]
    if all(known):
        return written(language, _BETWEEN.join(filter(None, known)))
    return written(language, there if _is_latin(there) else english)


def written(language: str, name: str) -> str:
    """The name with the signs of its language: its apostrophe, and its space before a semicolon."""
    if language == "en":
        return name
    name = re.sub(r"(?<=\w)'(?=\w)", "’", name)
    return name.replace(_BETWEEN, f"\u00a0{_BETWEEN}") if language == "fr" else name


def _known(number: int, english: str) -> str | None:
    match = re.fullmatch(r"(.+?)(?: \(([^()]*)\))?", english)
    if match is None or match[1] not in _NAMES:
        return None
    name = _NAMES[match[1]][number]
    remarks = match[2].split(", ") if match[2] else []
    if any(remark not in _REMARKS for remark in remarks):
        return None
    return f"{name} ({', '.join(_REMARKS[remark][number] for remark in remarks)})" if remarks else name


def _is_latin(name: str) -> bool:
    return all(unicodedata.name(c, "").startswith("LATIN") for c in name if c.isalpha())
