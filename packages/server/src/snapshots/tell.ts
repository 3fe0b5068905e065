import type { ToolSnapshot } from '../store/index.ts';
import type { Book } from './book.ts';

export type SnapshotLog = Readonly<
  Record<'info' | 'warn', (fields: Readonly<Record<string, unknown>>, message: string) => void>
>;

/** Names of tools that one line of the log has at most. */
const NAMES_LOGGED = 10;

const TOLD = [
  ['held', 'warn', 'tools are new or changed and held until a person accepts them: boomgate drift list'],
  ['accepted', 'info', 'tools are new or changed, and accepted by the setting of the server'],
] as const;

type News = { readonly server: string; readonly book: Book; readonly seen: readonly ToolSnapshot[] };

/** The operator hears of what changed, not of what stood there at first or came back. */
export function tell(log: SnapshotLog, { book, seen, server }: News): void {
  if (book.isEmpty) return;
  for (const [state, level, message] of TOLD) {
    const fresh = seen.filter((one) => one.state === state && book.find(one)?.state !== state);
    if (fresh.length === 0) continue;
    const tools = fresh.slice(0, NAMES_LOGGED).map(({ tool }) => tool);
    log[level]({ server, tools, count: fresh.length }, message);
  }
}
