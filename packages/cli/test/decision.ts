import type { DecisionRow } from '@boomgate/server';

/** A call of a minute ago that was let through, unless it is said otherwise. */
export function decision(row: Partial<DecisionRow>): DecisionRow {
  return {
    id: crypto.randomUUID(),
    atMs: Date.now() - 60_000,
    organization: 'default',
    server: 'files',
    grantId: 'g',
    grantName: 'laptop',
    session: '',
    era: 'modern',
    protocol: '2026-07-28',
    client: 'agent 1.0',
    method: 'tools/call',
    target: 'read_file',
    outcome: 'allow',
    rule: '',
    message: '',
    policy: 'p',
    policyVersion: 1,
    trace: [],
    usage: [],
    argKeys: ['path'],
    argsHash: '',
    bytesIn: 1,
    forwarded: true,
    mode: 'enforce',
    ...row,
  };
}
