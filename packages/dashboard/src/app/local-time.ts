const MS_PER_MINUTE = 60_000;

/** A moment as a field of the kind `datetime-local` takes it, in the reader's own time; empty for none, and for what is none. */
export function localOf(moment: string | undefined): string {
  const at = Date.parse(moment ?? '');
  if (Number.isNaN(at)) return '';
  return new Date(at - new Date(at).getTimezoneOffset() * MS_PER_MINUTE).toISOString().slice(0, 16);
}

/** The moment that such a field holds, in UTC; empty for none. */
export function momentOf(local: string): string {
  const at = Date.parse(local);
  return Number.isNaN(at) ? '' : new Date(at).toISOString();
}

type Bounds = { readonly since?: string; readonly until?: string };

/** A stretch of time in UTC; a bound that is no moment is left out. */
export function boundsOf({ since = '', until = '' }: Bounds): Bounds {
  const [from, to] = [momentOf(since), momentOf(until)];
  return { ...(from === '' ? {} : { since: from }), ...(to === '' ? {} : { until: to }) };
}
