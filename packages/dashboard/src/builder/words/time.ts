const UNITS: Readonly<Record<string, string>> = { s: 'second', m: 'minute', h: 'hour', d: 'day' };

/** A length of time: `90s` is "90 seconds", `60` is "60 seconds". What is none stays as it is. */
export function lengthWords(length: string | number): string {
  const [, count, suffix = ''] = /^(\d+)([smhd])$/.exec(String(length)) ?? [];
  const unit = typeof length === 'number' ? 'second' : UNITS[suffix];
  const number = typeof length === 'number' ? length : Number(count);
  if (unit === undefined) return String(length);
  return number === 1 ? `1 ${unit}` : `${number} ${unit}s`;
}

/** A window of a limit: "any minute", "any 90 seconds", and by the calendar "each day". */
export function windowWords(window: string | number, reset: string | undefined): string {
  if (reset === 'calendar') return `each calendar ${window}`;
  return `any ${lengthWords(window).replace(/^1 /, '')}`;
}
