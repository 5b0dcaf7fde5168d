const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * The moment at which clocks in a time zone show this. Of a time that clocks skip in spring the one an hour later; of one
 * that they show twice in autumn the first.
 *
 * @param local `2026-11-22T09:00`
 * @param timeZone IANA name; throws RangeError for an unknown one
 */
export function momentOf(local: string, timeZone: string): Date {
  const wanted = Date.parse(`${local}:00Z`);
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(local) || Number.isNaN(wanted)) throw new RangeError('not a local time');
  // Two guesses: the offset may be another one on the other side of a change of clocks.
  const candidates = [offsetAt(wanted - 86_400_000, timeZone), offsetAt(wanted + 86_400_000, timeZone)].map(
    (offset) => wanted - offset,
  );
  const exact = candidates.filter((moment) => moment + offsetAt(moment, timeZone) === wanted);
  return new Date(exact.length > 0 ? Math.min(...exact) : Math.max(...candidates));
}

/** A later round waits for the next day only when the moment has passed by more than this. */
const STILL_FITS_MS = 6 * 3_600_000;
/** From here on nobody is mailed only because the moment has passed, except within the hour after it. */
const EVENING = '21:00';
const HOUR_MS = 3_600_000;

/**
 * The earliest moment from `from` on at which clocks show this time of day, or have shown it within the last six hours of
 * the same day, before nine in the evening: spans of whole days that begin at 09:20 are not put off to 09:00 of the day
 * after, and nothing that is due after midnight counts as late for the evening before. Within the hour it fits at any time
 * of the day, so that rounds at 22:00 that are sent some minutes late keep their day.
 *
 * @param timeOfDay `09:00`
 * @param timeZone IANA name; throws RangeError for an unknown one
 */
export function soonestAt(from: Date, timeOfDay: string, timeZone: string): Date {
  const [today = '', clock = ''] = localTimeOf(from, timeZone).split('T');
  const at = momentOf(`${today}T${timeOfDay}`, timeZone);
  if (at >= from) return at;
  const late = from.getTime() - at.getTime();
  if (late <= HOUR_MS || (late <= STILL_FITS_MS && clock < EVENING)) return from;
  return nextAt(from, timeOfDay, timeZone);
}

/** The first moment from `from` on at which clocks show this time of day. */
function nextAt(from: Date, timeOfDay: string, timeZone: string): Date {
  const [today = ''] = localTimeOf(from, timeZone).split('T');
  // The third is of a place that left out a day by moving over the date line.
  const days = [0, 1, 2].map((later) => momentOf(`${dayAfter(today, later)}T${timeOfDay}`, timeZone));
  return days.find((at) => at >= from) ?? from;
}

/**
 * So many days after a mail, at this time of day: of the moments at which clocks show it the one that is nearest to as many
 * spans of 24 hours. A mail of 09:00 is followed by one at 09:00 whether clocks change in between or it went out some hours
 * late, and somebody whose first mail came at night gets the next one at the time of day.
 */
export function daysLaterAt(from: Date, days: number, timeOfDay: string, timeZone: string): Date {
  return nextAt(new Date(from.getTime() + (days - 0.5) * 86_400_000), timeOfDay, timeZone);
}

/** The day so many days after a day, YYYY-MM-DD. */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** What clocks in a time zone show, to the minute: `2026-11-22T09:00`. */
export function localTimeOf(moment: Date, timeZone: string): string {
  return new Date(moment.getTime() + offsetAt(moment.getTime(), timeZone)).toISOString().slice(0, 16);
}

/** A zone that came with an old backup may not be known here. */
export function zoneOr(zone: string | null, otherwise: string): string {
  for (const one of [zone, otherwise]) {
    try {
      if (one) offsetAt(0, one);
      if (one) return one;
    } catch {
      // The next one.
    }
  }
  return 'UTC';
}

/** How far clocks there are ahead of UTC at this moment, in milliseconds. */
function offsetAt(moment: number, timeZone: string): number {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(timeZone, format);
  }
  const parts = new Map(format.formatToParts(moment).map(({ type, value }) => [type, Number(value)]));
  const of = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  const shown = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
  return shown - Math.floor(moment / 1000) * 1000;
}
