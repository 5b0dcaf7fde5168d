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
