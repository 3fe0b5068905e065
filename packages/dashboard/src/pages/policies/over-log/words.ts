import type { Tone } from '../../../ui/index.ts';
import type { Effect } from './replayed.ts';

type Shown = { readonly tone: Tone; readonly mark: string; readonly word: string; readonly says: string };

/** What becomes of calls, in the order in which it is told. */
export const EFFECTS: Readonly<Record<Effect, Shown>> = {
  same: { tone: 'mute', mark: '=', word: 'as before', says: 'would be decided as they were' },
  newly_denied: { tone: 'bad', mark: '✕', word: 'newly denied', says: 'would be refused' },
  newly_limited: {
    ...{ tone: 'warn', mark: '≤', word: 'newly limited' },
    says: 'would be refused for being too many',
  },
  newly_asked: { tone: 'info', mark: '?', word: 'newly asked', says: 'would wait for a person' },
  newly_allowed: {
    ...{ tone: 'good', mark: '✓', word: 'newly allowed' },
    says: 'were refused or asked for, and would pass',
  },
  unknown: {
    ...{ tone: 'mute', mark: '~', word: 'not known' },
    says: 'unknown: it depends on values of arguments, and the log keeps only their names',
  },
};

// A cast: the keys of the table.
export const EFFECT_NAMES = Object.keys(EFFECTS) as readonly Effect[];

type Figures = { readonly calls: number; readonly counts: Readonly<Record<Effect, number>> };

/** The sentence with the figures, in two parts: between them stands whose calls they are, and of when. */
export function sayFigures({ calls, counts: { same, unknown } }: Figures): readonly [string, string] {
  const isAll = same === calls;
  if (isAll && calls === 1) return ['The one call', ' would be decided as it was.'];
  if (isAll) return [`All ${figure(calls)} calls`, ' would be decided as they were.'];
  const of = `Of ${counted(calls, 'call')}`;
  if (same === 1) return [of, ', 1 would be decided as it was.'];
  if (same > 0) return [of, `, ${figure(same)} would be decided as they were.`];
  return [
    of,
    unknown === 0 ? ', none would be decided as it was.' : ', none would surely be decided as it was.',
  ];
}

/** What was refused while what a suggestion allows was used; undefined when nothing was. */
export function sayRefused({ refused, uses }: { readonly refused: number; readonly uses: number }) {
  if (refused === 0) return undefined;
  if (uses === 0) return `${counted(refused, 'request')} ${refused === 1 ? 'was' : 'were'} refused.`;
  return refused === 1
    ? 'One further request was refused: it allows nothing for that one.'
    : `${figure(refused)} further requests were refused: it allows nothing for those.`;
}

/** `1 call`, `1,240 calls` */
export function counted(count: number, what: string): string {
  return `${figure(count)} ${what}${count === 1 ? '' : 's'}`;
}

function figure(count: number): string {
  return count.toLocaleString();
}
