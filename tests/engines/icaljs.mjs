// Expands iCalendar text with ical.js, one request a line.
//
// In:  {"ics": text, "start": Unix seconds, "end": Unix seconds}
// Out: {"instances": [{"uid", "summary", "start", "end"}]}, or {"error": sentence}
//      where start and end are Unix seconds, or "2027-01-31" for a date.
//
// May not enter: the host's time zones. ical.js knows a TZID only through the VTIMEZONE in the same text; a text
// without one is refused rather than read as floating.

import { createInterface } from "node:readline";
import ICAL from "ical.js";

const MOST_ITERATIONS = 200_000;
const DAY = 86_400;

/** Seconds since 1970, or the date itself; midnight UTC stands for a date where instants are compared. */
const plain = (time) => (time.isDate ? time.toString() : time.toUnixTime());

function refuseUnplacedTimes(event) {
  for (const property of event.getAllProperties()) {
    const tzid = property.getParameter("tzid");
    if (tzid && !event.getTimeZoneByID(tzid)) {
      throw new Error(`no VTIMEZONE for TZID ${tzid}, in ${property.name}`);
    }
    for (const value of property.getValues()) {
      if (value instanceof ICAL.Time && !value.isDate && value.zone === ICAL.Timezone.localTimezone) {
        throw new Error(`floating time in ${property.name}: ${value}`);
      }
    }
  }
}

function expandSeries(components, start, end) {
  const events = components.map((component) => new ICAL.Event(component, { exceptions: [] }));
  const masters = events.filter((event) => !event.isRecurrenceException());
  const overrides = events.filter((event) => event.isRecurrenceException());
  if (masters.length > 1) {
    throw new Error(`two series under one UID: ${masters[0].uid}`);
  }
  if (masters.length === 0) {
    return overrides.map((item) => ({ item, startDate: item.startDate, endDate: item.endDate }));
  }
  const [master] = masters;
  if (!master.isRecurring()) {
    // Not by its iterator, which would lay the elapsed length on the wall instead of keeping to DTEND.
    return [{ item: master, startDate: master.startDate, endDate: master.endDate }];
  }
  overrides.forEach((override) => master.relateException(override));
  // An override may have moved into the window from any distance: walk as far as the last of them.
  const horizon = Math.max(end, ...overrides.map((override) => override.recurrenceId.toUnixTime()));
  const found = [];
  const iterator = master.iterator();
  for (let n = 0, next = iterator.next(); next && next.toUnixTime() <= horizon; n++, next = iterator.next()) {
    if (n >= MOST_ITERATIONS) {
      throw new Error(`${master.uid}: gave up after ${MOST_ITERATIONS} iterations`);
    }
    // Within a day of the window's ends it is sifted in Python, where all engines are.
    const details = master.getOccurrenceDetails(next);
    if (details.startDate.toUnixTime() >= start) {
      found.push(details);
    }
  }
  return found;
}

function expand({ ics, start, end }) {
  ICAL.TimezoneService.reset();
  const calendar = new ICAL.Component(ICAL.parse(ics));
  for (const zone of calendar.getAllSubcomponents("vtimezone")) {
    ICAL.TimezoneService.register(zone);
  }
  const bundles = new Map();
  for (const component of calendar.getAllSubcomponents("vevent")) {
    refuseUnplacedTimes(component);
    const uid = component.getFirstPropertyValue("uid");
    bundles.set(uid, [...(bundles.get(uid) ?? []), component]);
  }
  return [...bundles.values()]
    .flatMap((components) => expandSeries(components, start - DAY, end + DAY))
    .map(({ item, startDate, endDate }) => ({
      uid: item.uid,
      summary: item.summary ?? "",
      start: plain(startDate),
      end: plain(endDate),
    }));
}

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    answer = { instances: expand(JSON.parse(line)) };
  } catch (error) {
    answer = { error: String(error?.message ?? error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
