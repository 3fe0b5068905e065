import { ENDPOINTS } from '@boomgate/contract';
import { expect, it } from 'vitest';
import { suggestName } from './suggest-name.ts';

const NONE = new Set<string>();

it('a grant for an agent is named after the agent and the server, and not as another one', () => {
  expect(suggestName({ client: 'Claude Code', server: 'github', taken: NONE })).toBe('Claude Code, github');
  const taken = new Set(['Claude Code, github', 'Claude Code, github 2']);
  expect(suggestName({ client: 'Claude Code', server: 'github', taken })).toBe('Claude Code, github 3');
  expect(suggestName({ client: undefined, server: 'github', taken: NONE })).toBe('agent, github');
});

it.each([
  ['of an agent that calls itself nothing visible', ' \u202e\u0000\u2028 ', 'github'],
  ['of one that turns its text', 'Claude\u202e edoC', 'github'],
  ['of one with a long name', 'x'.repeat(300), 'github'],
  ['of one with long characters', '🙂'.repeat(300), 'github'],
  ['for a server with a long name', 'Claude', 's'.repeat(64)],
  ['of one with half a character', 'Claude\ud83d', 'github'],
])('the name %s is one that the gateway takes', (_, client, server) => {
  const taken = new Set([suggestName({ client, server, taken: NONE })]);
  for (const known of [NONE, taken]) {
    const name = suggestName({ client, server, taken: known });
    expect(known.has(name)).toBe(false);
    expect(ENDPOINTS.grants.mint.body.safeParse({ name, server }).data?.name).toBe(name);
    expect(name).toMatch(/, [gs]/);
  }
});
