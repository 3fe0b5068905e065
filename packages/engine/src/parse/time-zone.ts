import { type Place, report, text } from './place.ts';
import { found } from './words.ts';

const DEFAULT = 'UTC';

/** `time_zone`: an IANA name, as the platform knows them (§4, §5). */
export function readTimeZone(place: Place | undefined): string {
  const name = text(place, '"time_zone"');
  if (place === undefined || name === undefined) return DEFAULT;
  if (isTimeZone(name)) return name;
  report(
    place,
    'bad_time_zone',
    `expected an IANA time zone such as "UTC" or "Europe/Berlin", found ${found(name)}`,
  );
  return DEFAULT;
}

function isTimeZone(name: string): boolean {
  // Offsets such as +02:00 are no names of a zone, though some platforms take them.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
