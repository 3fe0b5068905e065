import type { Limit, ShortForm } from '../model/index.ts';
import { conditionsWords, pathCode } from './condition.ts';
import { listed, type Sentence, words } from './sentence.ts';
import { windowWords } from './time.ts';

/** A limit: "10 calls in any minute, per grant". */
export function limitWords(limit: Limit): Sentence {
  if (limit.kind === 'json') return [words('what its JSON says')];
  const { when = [] } = limit;
  return [
    ...(limit.kind === 'window' ? counted(limit) : [words(`${calls(limit.concurrent)} at a time`)]),
    words(', per '),
    ...scopeWords(limit.scope),
    ...(when.length === 0 ? [] : [words(', counting those where '), ...conditionsWords(when, 'some')]),
    ...(limit.onStoreError === 'allow' ? [words('; let through when counting fails')] : []),
  ];
}

/** A short form, whose scope is the grant. */
export function shortFormWords(short: ShortForm): Sentence {
  if (short.kind === 'json') return [words('what its JSON says')];
  return [...counted({ ...short, incrementFrom: short.from }), words(', per grant')];
}

type Counted = {
  readonly max: number;
  readonly window: string | number;
  readonly reset?: string | undefined;
  readonly increment?: number | undefined;
  readonly incrementFrom?: string | undefined;
};

function counted({ increment, incrementFrom, max, reset, window }: Counted): Sentence {
  const stretch = ` in ${windowWords(window, reset)}`;
  if (incrementFrom !== undefined)
    return [pathCode(incrementFrom), words(` adding up to at most ${max}${stretch}`)];
  if (increment === undefined || increment === 1) return [words(`${calls(max)}${stretch}`)];
  return [words(`${max}${stretch}, each call counting ${increment}`)];
}

function calls(count: number): string {
  return count === 1 ? '1 call' : `${count} calls`;
}

const SCOPES: Readonly<Record<string, string>> = {
  grant: 'grant',
  session: 'session',
  server: 'server',
  organization: 'organisation',
};

function scopeWords(scope: string | readonly string[] | undefined): Sentence {
  const parts = typeof scope === 'object' ? scope : [scope ?? 'grant'];
  return listed(
    parts.map((part) => {
      const named = Object.hasOwn(SCOPES, part) ? SCOPES[part] : undefined;
      return named === undefined ? [words('value of '), pathCode(part)] : [words(named)];
    }),
    'and',
  );
}
