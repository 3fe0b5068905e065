import { type Suggestion, suggest, type Use } from '@boomgate/catalogue';
import type { DecisionRow } from '../store/index.ts';
import type { Recorded } from './recorded.ts';

export type LogSuggestion = Suggestion & {
  /** Requests that it allows. */
  readonly uses: number;
  /** Requests that were refused, which it does not allow for that. */
  readonly refused: number;
  readonly isComplete: boolean;
  /** Of the first and the last request; absent without any. */
  readonly fromMs?: number;
  readonly toMs?: number;
};

const KINDS: ReadonlyMap<string, Use['kind']> = new Map([
  ['tools/call', 'tool'],
  ['resources/read', 'resource'],
  ['prompts/get', 'prompt'],
]);

/** The smallest policy that would have allowed what was let through to a server. */
export function suggestFromLog({ isComplete, rows }: Recorded): LogSuggestion {
  const requests = rows.filter(({ method }) => KINDS.has(method));
  const uses = requests.filter(({ forwarded }) => forwarded).flatMap(useOf);
  const [first, last] = [requests.at(0), requests.at(-1)];
  return {
    ...suggest(uses),
    uses: uses.length,
    refused: requests.length - uses.length,
    isComplete,
    ...(first === undefined || last === undefined ? {} : { fromMs: first.atMs, toMs: last.atMs }),
  };
}

function useOf({ approval, atMs, grantId, method, target }: DecisionRow): readonly Use[] {
  const kind = KINDS.get(method);
  return kind === undefined
    ? []
    : [{ kind, name: target, grant: grantId, atMs, approved: approval !== undefined }];
}
