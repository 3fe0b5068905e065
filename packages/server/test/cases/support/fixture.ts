/** Protocol generations, of agents as of servers. */
export const ERAS = ['modern', 'legacy'] as const;
export type Era = (typeof ERAS)[number];

/** Who speaks to whom: every case runs over all four unless its subject is one era alone. */
export const PAIRINGS = ERAS.flatMap((agent) => ERAS.map((server) => ({ agent, server }) as const));
export type Pairing = (typeof PAIRINGS)[number];

/** Each server of the fixture stands there once per era. */
export type ServerName = `${'s1' | 's2'}-${Era}`;

/** GA opens S1, GB opens S2, GX was revoked, GE has expired, GM was minted by a person; the last three are for S1. */
export type GrantName = 'GA' | 'GB' | 'GX' | 'GE' | 'GM';

const object = (properties: Readonly<Record<string, string>>): object => ({
  inputSchema: {
    type: 'object',
    properties: Object.fromEntries(Object.entries(properties).map(([name, type]) => [name, { type }])),
  },
});

export const TOOLS = [
  { name: 'read_file', ...object({ path: 'string' }) },
  { name: 'delete_repo', ...object({ name: 'string' }) },
  { name: 'secret_tool' },
  { name: 'create_charge', ...object({ amount: 'number', currency: 'string', note: 'string' }) },
  { name: 'refund', ...object({ id: 'string', amount: 'number' }) },
  { name: 'search', ...object({ q: 'string' }) },
  { name: 'slow', ...object({ ms: 'number' }) },
] as const;

const must = (path: string, op: string, value: unknown): object => ({ conditions: [{ path, op, value }] });

/** Policy P0 of the case list. */
export const P0 = {
  version: '1',
  default: 'deny',
  hide: ['secret_tool'],
  tools: {
    read_file: { require: [must('args.path', 'starts_with', '/data/')] },
    delete_repo: { action: 'deny', reason: 'repositories are not deleted by agents' },
    create_charge: {
      require: [must('args.amount', 'lte', 50_000), must('args.currency', 'in', ['usd', 'eur'])],
      rate_limit: '50/minute',
      spend_limit: { max: 1_000_000, window: 'day', from: 'args.amount' },
    },
    refund: { action: 'require_approval' },
    search: {},
    slow: {},
  },
} as const;
