import { SEVERITIES } from '@boomgate/catalogue';
import { describe, expect, it } from 'vitest';
import type { Facts } from '../facts.ts';
import { planCommand } from './index.ts';
import { LEVELS } from './stack.ts';

const facts: Facts = {
  env: {},
  platform: 'linux',
  home: '/home/ada',
  user: 'ada',
  cwd: '/work',
  stdout: { isTty: false, columns: 80 },
  stderr: { isTty: false, columns: 80 },
  timeZone: 'UTC',
  nowMs: 0,
  version: '1.2.3',
  program: { node: '/usr/bin/node', entry: '/opt/boomgate/main.ts' },
};
const plan = (line: string, env: Facts['env'] = {}) => planCommand(line.split(' '), { ...facts, env }).plan;
const GATEWAY = { data: '/home/ada/.local/share/boomgate' };
const ROUTE = {
  kind: 'stack_route',
  client: 'cursor',
  servers: [],
  project: false,
  policy: { from: 'scan' },
  yes: false,
  ...GATEWAY,
};

describe('the stack', () => {
  it.each([
    ['stack', { kind: 'stack', scan: false, ...GATEWAY }],
    ['stack --scan --fail-on HIGH', { kind: 'stack', scan: true, failOn: 'High', ...GATEWAY }],
    [
      'stack -d /d -c c.json -u https://g',
      { kind: 'stack', scan: false, data: '/d', config: 'c.json', url: 'https://g' },
    ],
    ['stack --route cursor --scan', ROUTE],
    [
      'stack --route cursor --policy p -s a b --project -y',
      {
        ...ROUTE,
        policy: { from: 'configuration', name: 'p' },
        servers: ['a', 'b'],
        project: true,
        yes: true,
      },
    ],
    ['stack --undo codex -y', { kind: 'stack_undo', client: 'codex', data: GATEWAY.data, yes: true }],
  ])('%s', (line, expected) => expect(plan(line)).toEqual(expected));

  it.each([
    ['stack --route cursor', 'expected --scan, to write the policy'],
    ['stack --route cursor --scan --policy p', 'found both'],
    ['stack --route cursor --undo cursor', 'expected --route or --undo, found both'],
    ['stack --policy p', '--policy needs --route CLIENT'],
    ['stack --undo cursor --server a', '--server needs --route CLIENT'],
    ['stack --undo cursor --scan', '--scan cannot be used with --undo'],
    ['stack --route cursor --scan --fail-on low', '--fail-on cannot be used with --route or --undo'],
    ['stack --fail-on worst', 'expected one of Low, Medium, High, Critical'],
    ['stack --route cursr --scan', 'did you mean cursor?'],
    ['stack --route goose --scan', 'the file of goose is YAML, which is only read'],
  ])('%s is wrong use', (line, message) => {
    expect(plan(line)).toMatchObject({ kind: 'wrong_use', message: expect.stringContaining(message) });
  });

  it('is not narrowed by a variable that names a server', () => {
    expect(plan('stack --route cursor --scan', { BOOMGATE_SERVER: 'files' })).toEqual(ROUTE);
  });

  it('knows the levels of the catalogue', () => expect(LEVELS).toEqual(SEVERITIES));
});
