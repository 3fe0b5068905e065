/** Whose calls are looked at: those to one server, of one grant (id or name) or of all where it is empty, in the last days. */
export type Wanted = { readonly server: string; readonly grant: string; readonly days: Days };

/** How far people look back, in days. */
export const PERIODS = [
  [1, 'last day'],
  [7, 'last 7 days'],
  [30, 'last 30 days'],
] as const satisfies readonly (readonly [days: number, name: string])[];

export type Days = (typeof PERIODS)[number][0];
export const DAYS = PERIODS.map(([days]) => days);

const DAY_MS = 86_400_000;
const USUAL_DAYS = 7;

/** What is asked for at first: what an address names, and else what is usual. */
export function wantedFirst(asked: Partial<Wanted>, server = ''): Wanted {
  return { server, grant: '', days: USUAL_DAYS, ...asked };
}

/** As the API takes it. */
export function periodOf({ days, grant, server }: Wanted, nowMs: number) {
  const since = new Date(nowMs - days * DAY_MS).toISOString();
  return { server, since, ...(grant === '' ? {} : { grant }) };
}

export function sayPeriod({ days }: { readonly days: number }): string {
  return PERIODS.find(([one]) => one === days)?.[1] ?? `last ${days} days`;
}
