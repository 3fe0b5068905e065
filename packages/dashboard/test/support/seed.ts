import type { Gateway } from '../../../server/src/index.ts';
import { decisionRow, RESULT } from '../../../server/src/store/conformance/fixtures.ts';

const LOT = 5_000;
const TOOLS = ['read_file', 'write_file', 'search', 'list_issues', 'create_issue', 'send_mail', 'pay'];
const OUTCOMES = ['allow', 'allow', 'allow', 'allow', 'allow', 'deny', 'limit', 'allow', 'approve'] as const;

/** One of many decisions that look alike and are not the same. */
function seededRow(at: number, atMs: number) {
  const target = TOOLS[at % TOOLS.length] ?? '';
  const outcome = OUTCOMES[at % OUTCOMES.length] ?? 'allow';
  const isLetThrough = outcome === 'allow';
  return decisionRow({
    id: crypto.randomUUID(),
    ...{ atMs, target, outcome, forwarded: isLetThrough },
    server: at % 3 === 0 ? 'files' : 'issues',
    grantName: `agent ${at % 12}`,
    grantId: `grant-${at % 12}`,
    rule: isLetThrough ? '' : `/tools/${target}/${outcome === 'limit' ? 'limits/calls' : 'deny_if/0'}`,
    message: isLetThrough ? '' : 'not this way',
    argKeys: at % 1_000 === 0 ? ['path', 'rare_key'] : ['path'],
  });
}

/** Writes so many decisions, the newest just now and all within the last day. */
export async function seedLog({ store }: Gateway, count: number): Promise<void> {
  const nowMs = Date.now();
  const apartMs = (20 * 3_600_000) / count;
  for (let from = 0; from < count; from += LOT) {
    const lot = Array.from({ length: Math.min(LOT, count - from) }, (_, at) => from + at);
    await Promise.all(
      lot.map((at) => store.journal.record(seededRow(at, Math.round(nowMs - (count - at) * apartMs)))),
    );
  }
}

/** A call that was let through and answered. */
export async function oneCall({ store }: Gateway, at: number): Promise<void> {
  const row = { ...seededRow(at, Date.now()), outcome: 'allow' as const, forwarded: true, rule: '' };
  store.journal.settle(await store.journal.admit([], () => row), 'kept', RESULT);
}
