import type { Decision } from '@boomgate/engine';
import type { AuditEntry, GrantRecord, LogEntry } from '@boomgate/server';
import { describe, expect, it } from 'vitest';
import { decision } from '../../test/decision.ts';
import { palette, textWidth } from '../terminal/index.ts';
import {
  actLine,
  logLine,
  printDemoCalls,
  printGrant,
  printGrants,
  printSignedIn,
  printSimulation,
  problemLine,
} from './index.ts';

const plain = palette(false);
const NOW = Date.parse('2026-11-22T23:00:00Z');

const entry: LogEntry = {
  cursor: 1,
  row: decision({
    atMs: Date.parse('2026-11-22T16:26:01Z'),
    target: 'write_file',
    outcome: 'deny',
    rule: '/tools/write_file/require/args.path-starts_with',
    message: 'no',
    forwarded: false,
  }),
};
const answered: LogEntry['outcomeRow'] = { status: 'result', upstreamMs: 10, gatewayMs: 2, bytesOut: 1 };
const DAY_MS = 86_400_000;
const line = (row: Partial<LogEntry['row']>, more: Partial<LogEntry> = {}, width = 80): string =>
  logLine(
    { ...entry, ...more, row: { ...entry.row, ...row } },
    { width, paint: plain, timeZone: 'UTC', nowMs: NOW },
  );

describe('a line of the decision log', () => {
  it('says when, what was decided, whose, what, why and how long', () => {
    expect(line({})).toBe('16:26:01 deny        laptop     files/write_file …/args.path-starts_with');
    expect(line({ atMs: 0, outcome: 'allow', rule: '', forwarded: true }, { outcomeRow: answered })).toMatch(
      /^1970-01-01 00:00:00 allow +laptop +files\/write_file +12 ms$/,
    );
  });

  it('has two lines on a narrow terminal', () => {
    const text = line({ outcome: 'allow', forwarded: true }, { outcomeRow: answered }, 40);
    expect(text).toBe('16:26:01 allow       laptop\n  files/write_fi… …h-starts_with   12 ms');
  });

  it('leaves the date out of today alone, and the year out of this year', () => {
    expect(line({ atMs: NOW })).toMatch(/^\d{2}:\d{2}:\d{2} deny/);
    expect(line({ atMs: NOW - DAY_MS })).toMatch(/^\d{2}-\d{2} \d{2}:\d{2}:\d{2} deny/);
    // The same day of the year before.
    expect(line({ atMs: NOW - 365 * DAY_MS })).toMatch(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2} deny/);
  });

  it.each([
    [{ outcome: 'limit', mode: 'observe' } as const, /would limit/],
    [{ outcome: 'allow', rule: '', forwarded: true } as const, /…$/],
    [{ outcome: 'served', rule: '', target: '', method: 'tools/list' } as const, /files\/tools\/list/],
  ])('%j reads %s', (row, expected) => {
    expect(line(row)).toMatch(expected);
  });

  it('tells what became of a call that did not simply succeed', () => {
    const outcomeRow = { ...answered, status: 'tool_error' as const };
    expect(line({ outcome: 'allow', rule: '', forwarded: true }, { outcomeRow })).toContain('tool error');
  });

  it('tells that the grant was revoked in flight before which rule decided', () => {
    const outcomeRow = { ...answered, grantBecame: 'revoked' as const };
    expect(line({ outcome: 'allow', forwarded: true }, { outcomeRow })).toMatch(
      / grant revoked in flight +12 ms$/,
    );
  });

  it.each([
    ['result', 'result does not match'],
    ['blocked', 'blocked: the result does not match'],
  ] as const)('tells of a result that did not fit its tool: %s', (status, expected) => {
    const outcomeRow = { ...answered, status, resultFault: 'the result does not match: /state' };
    const row = { outcome: 'allow', rule: '', forwarded: true } as const;
    expect(line(row, { outcomeRow }, 120)).toContain(expected);
  });

  it('tells that a request, or its answer, held what looks like a secret', () => {
    const row = { outcome: 'allow', rule: '', forwarded: true } as const;
    const outcomeRow = { ...answered, secrets: 'npm token' };
    expect(line(row, { outcomeRow })).toContain(' held a secret ');
    expect(line({ ...row, secrets: 'npm token in a' })).toContain(' held a secret ');
  });

  it.each([80, 81, 120, 79, 40, 20])('fits %i columns, at least 40, whatever the names are', (width) => {
    const names = ['x', '\u001b[2J'.repeat(40), '你好'.repeat(60), 'a'.repeat(500)];
    for (const name of names) {
      const text = line(
        { target: name, grantName: name, server: name, rule: name },
        { outcomeRow: answered },
        width,
      );
      const lines = text.split('\n');
      expect(lines).toHaveLength(width < 80 ? 2 : 1);
      for (const one of lines) expect(textWidth(one)).toBeLessThanOrEqual(Math.max(40, width));
      expect(text).not.toContain('\u001b');
    }
  });
});

describe('a line of the audit log', () => {
  const act: AuditEntry = {
    cursor: 1,
    id: 'a',
    atMs: entry.row.atMs,
    organization: 'default',
    actor: { kind: 'cli', id: '0', name: 'root', via: 'cli', address: '' },
    action: 'grant.created',
    target: { kind: 'grant', id: 'g', name: 'laptop of the \u001b[2Jlongest name that anybody chose' },
    decisions: { link: 0, hash: '' },
  };

  it.each([
    [80, '11-22 16:26:01 root (cli)     grant.created        grant laptop of the \\x1b[2Jl…'],
    [40, '11-22 16:26:01 root (cli)\n  grant.created        grant laptop of …'],
  ])('says in %i columns when, who, what and to what', (width, expected) => {
    expect(actLine(act, { width, paint: plain, timeZone: 'UTC', nowMs: NOW })).toBe(expected);
  });

  it.each(['203.0.113.9', '2001:db8:aaaa:bbbb::1'])(
    'says of a refused request why, and that it came from %s',
    (address) => {
      const refused: AuditEntry = {
        ...act,
        actor: { kind: 'system', id: 'gateway', name: 'gateway', via: 'gateway', address },
        action: 'request.refused',
        target: { kind: 'grant', id: 'g', name: 'laptop' },
        after: { reason: 'network' },
      };
      const line = actLine(refused, { width: 80, paint: plain, timeZone: 'UTC', nowMs: NOW });
      const from = address.length > 14 ? `${address.slice(0, 13)}…` : address.padEnd(14);
      expect(line).toBe(`11-22 16:26:01 ${from} request.refused      grant laptop, network`);
    },
  );

  it('names a configuration file without its folders, which would fill the column', () => {
    const path = '/etc/boomgate/gate.json';
    const actor = { kind: 'file', id: path, name: path, via: 'file', address: '' } as const;
    const line = actLine({ ...act, actor }, { width: 80, paint: plain, timeZone: 'UTC', nowMs: NOW });
    expect(line).toMatch(/^11-22 16:26:01 gate\.json {6}grant\.created/);
  });
});

describe('the table of grants', () => {
  const grant: GrantRecord = {
    id: 'g',
    organization: 'default',
    name: 'laptop',
    server: 'files',
    labels: {},
    mode: 'enforce',
    state: 'active',
    createdAtMs: 0,
    origin: 'minted',
  };
  const print = (grants: readonly GrantRecord[]): string =>
    printGrants(grants, { width: 80, paint: plain, timeZone: 'UTC', nowMs: 1_000 });

  it('shows a missing policy, a state and an end that has passed', () => {
    const text = print([
      grant,
      { ...grant, name: 'old', policy: 'safe', expiresAtMs: 1_000, state: 'paused' },
    ]);
    expect(text).toMatch(/laptop +files +\(none\) +active +enforce +never +minted/);
    expect(text).toMatch(/old +files +safe +expired/);
  });

  it('says in which year a grant ends that lasts longer than this one', () => {
    const rows = print([
      { ...grant, name: 'short', expiresAtMs: DAY_MS },
      { ...grant, name: 'long', expiresAtMs: 365 * DAY_MS },
    ]);
    expect(rows).toMatch(/short .* 01-02 00:00 +minted/);
    expect(rows).toMatch(/long .* 1971-01-01 00:00 +minted/);
  });

  it('fits 80 columns and obeys no escape in a name', () => {
    const name = `${'\u001b[31m'}${'n'.repeat(128)}`;
    const text = print([{ ...grant, name, server: 's'.repeat(64), policy: 'p'.repeat(128) }]);
    for (const row of text.split('\n')) expect(textWidth(row)).toBeLessThanOrEqual(80);
    expect(text).not.toContain('\u001b');
  });

  it('has the networks of one below each other where they are many', () => {
    const networks = Array.from({ length: 64 }, (_, at) => `2001:db8:0:${at}::/64`);
    const text = printGrant(
      { ...grant, networks },
      { lastUsedMs: undefined, width: 80, paint: plain, timeZone: 'UTC', nowMs: 1_000 },
    );
    for (const row of text.split('\n')) expect(textWidth(row)).toBeLessThanOrEqual(80);
    expect(text.replaceAll(/\s+/g, ' ')).toContain(networks.join(', '));
  });
});

it.each([80, 120, 79, 30])(
  'the table of agents that signed in has subjects of workloads whole in %i columns',
  (width) => {
    const subject = (end: string) => `repo:acme/web:environment:${'a-part-of-a-name-'.repeat(5)}${end}`;
    const [one, other] = [subject('one'), subject('other')];
    const agents = [one, other].map((name, at) => {
      return { id: `${at}`.repeat(32), client: { name }, workload: 'ci', atMs: 0, endsAtMs: 1 };
    });
    const text = printSignedIn(agents, { width, timeZone: 'UTC', nowMs: 1_000 });
    expect(text).toContain(one);
    expect(text).toContain(other);
    for (const line of text.split('\n'))
      if (width >= 80 && !line.includes(subject(''))) expect(textWidth(line)).toBeLessThanOrEqual(width);
  },
);

describe("the demo's table", () => {
  it('fits 80 columns', () => {
    const row = {
      call: 'write_file(notes/hello.md)',
      decision: 'limit',
      rule: '/tools/run_report/limits/run_report_rate',
      agentSaw: '[POLICY DENIED] '.repeat(20),
    };
    for (const text of printDemoCalls([row], { width: 80, paint: plain }).split('\n')) {
      expect(textWidth(text)).toBeLessThanOrEqual(80);
    }
  });
});

describe('a problem', () => {
  it('is a place that editors open, with the pointer', () => {
    const problem = {
      code: 'unknown_key',
      severity: 'error',
      message: 'expected a known key, found \u001b[2J',
      pointer: '/tools/x',
      line: 3,
      column: 5,
    } as const;
    expect(problemLine('p.json', problem, plain)).toBe(
      'p.json:3:5: error unknown_key: expected a known key, found \\x1b[2J (at /tools/x)',
    );
  });
});

describe('a simulation', () => {
  const allow: Decision = {
    outcome: 'allow',
    rule: '',
    message: '',
    trace: [
      {
        rule: '/tools/t/deny_if/a',
        outcome: 'passed',
        conditions: [{ path: 'args.a', op: 'gt', outcome: 'false', found: 'number' }],
      },
    ],
    usage: [{ rule: 'r', counter: 'c', before: 1, after: 2, max: 2 }],
  };
  const limit: Decision = {
    outcome: 'limit',
    rule: '/tools/t/limits/c',
    message: 'wait',
    retryAfterMs: 60_000,
    trace: [],
    usage: [{ rule: 'r', counter: 'c', before: 2, after: 2, max: 2 }],
  };

  it('of one call shows the decision and its trace', () => {
    expect(printSimulation([{ number: 1, decision: allow }], plain)).toBe(
      [
        'allow',
        '  counter c: 1 → 2 of 2',
        '  rules checked:',
        '    passed  /tools/t/deny_if/a',
        '            args.a gt: false, found number',
      ].join('\n'),
    );
  });

  it('of several calls shows where a limit is reached', () => {
    const decisions = [allow, allow, limit, limit].map((decision, index) => ({
      number: index + 1,
      decision,
    }));
    expect(printSimulation(decisions, plain)).toBe(
      [
        'calls 1–2        allow',
        'calls 3–4        limit  /tools/t/limits/c',
        '',
        '  agent is told: wait',
        '  try again in:  1 min',
        '  counter c: 2 → 2 of 2',
      ].join('\n'),
    );
  });
});

it('says of agents that signed in who let them in', () => {
  const look = { width: 120, timeZone: 'UTC', nowMs: NOW };
  const at = { atMs: NOW, endsAtMs: NOW };
  const shown = printSignedIn(
    [
      {
        id: 'a',
        client: { name: 'Agent', returnsTo: 'http://localhost' },
        person: 'ann@acme.example',
        ...at,
      },
      { id: 'b', client: { name: 'editor' }, person: 'bob@acme.example', provider: 'corp', ...at },
      { id: 'c', client: { name: 'repo:acme/web' }, workload: 'ci', ...at },
    ],
    look,
  );
  expect(shown).toMatch(/Agent, back to http:\/\/localhost +ann@acme\.example /);
  expect(shown).toMatch(/editor +corp, for bob@acme\.example /);
  expect(shown).toMatch(/repo:acme\/web +the file, by ci /);
});
