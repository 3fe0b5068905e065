import type { Json } from '../../json/json.ts';
import { toLocalMs } from '../../limits/index.ts';
import type { Policy } from '../../policy.ts';
import { type Formula, hasEach, type Literal } from '../proof/formula.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A Monday, at noon in UTC. */
export const NOON_MS = Date.UTC(2026, 0, 5, 12);
/** The last moment of a minute, an hour, a day, a week and a month at once. */
const LAST_MS = Date.UTC(2026, 5, 1) - 1;

/** Moments to try where rules look at the time, and what their paths find at each. */
export class Moments {
  readonly all: readonly number[];
  readonly #local = new Map<string, Date>();

  /** Around the days that conditions name, and each hour of a week. */
  constructor(formulas: readonly Formula[]) {
    const named = [...new Set(daysIn(formulas))]
      .map((day) => Date.parse(day))
      .filter(Number.isFinite)
      .flatMap((atMs) => [atMs + DAY_MS / 2, atMs - DAY_MS / 2, atMs + 1.5 * DAY_MS]);
    const week = Array.from({ length: 7 * 24 }, (_, hour) => NOON_MS + hour * HOUR_MS);
    this.all = [...named, ...week];
  }

  /** What the path of a literal finds. */
  find(atMs: number, { comparison, timeZone }: Literal): Json {
    const key = `${timeZone} ${atMs}`;
    const local = this.#local.get(key) ?? new Date(toLocalMs(atMs, timeZone));
    this.#local.set(key, local);
    const [segment] = comparison.path.segments;
    const name = segment?.kind === 'name' && !hasEach(comparison) ? segment.name : '';
    if (name === 'hour') return local.getUTCHours();
    return name === 'weekday' ? ((local.getUTCDay() + 6) % 7) + 1 : local.toISOString().slice(0, 10);
  }
}

/** Shortly before every calendar window ends, by the clock of a policy. */
export function lastMoment({ timeZone }: Policy): number {
  return LAST_MS - (toLocalMs(LAST_MS, timeZone) - LAST_MS);
}

/** Days that conditions on `time.date` name. */
function daysIn(formulas: readonly Formula[]): readonly string[] {
  return formulas.flatMap((formula) => {
    if (formula.kind !== 'literal') return daysIn(formula.of);
    const { path, value } = formula.comparison;
    if (path.text !== 'time.date') return [];
    const listed: readonly unknown[] = Array.isArray(value) ? value : [value];
    return listed.filter((one) => typeof one === 'string');
  });
}
