import { expect, it } from 'vitest';
import { planCommand } from '../commands/index.ts';
import { readFacts } from '../facts.ts';
import { shownPlan } from './shown-plan.ts';

it.each([
  ['scan --header Authorization=Bearer-SECRET https://h/mcp', { headers: { Authorization: '(not shown)' } }],
  ['scan --header Authorization=${env:KEY} https://h/mcp', { headers: { Authorization: '${env:KEY}' } }],
  ['scan https://ada:SECRET@h/mcp?key=SECRET', { sources: [{ from: 'url', url: 'https://ada@h/mcp' }] }],
  ['catalogue import https://ada:SECRET@h/?key=SECRET', { from: { url: 'https://ada@h/' } }],
  ['catalogue import servers.ndjson', { from: { file: 'servers.ndjson' } }],
  ['grant list --database postgres://ada:SECRET@h/d?password=SECRET', { database: 'postgres://ada@h/d' }],
])('%s --dry-run prints no secret', (line, expected) => {
  const shown = shownPlan(planCommand(line.split(' '), readFacts('1')).plan);
  expect(shown).toMatchObject(expected);
  expect(JSON.stringify(shown)).not.toContain('SECRET');
});
