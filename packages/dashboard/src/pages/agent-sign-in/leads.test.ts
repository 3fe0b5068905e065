import { expect, it } from 'vitest';
import { followed, leadsBackTo } from './leads.ts';

it.each([
  ['http://127.0.0.1', 'here'],
  ['http://127.0.0.1:33418', 'here'],
  ['http://localhost:1', 'here'],
  ['http://[::1]', 'here'],
  ['cursor:', 'app'],
  ['com.example.agent:', 'app'],
  ['https://claude.ai', 'elsewhere'],
  ['https://localhost.example', 'elsewhere'],
  ['http://127.0.0.1.example', 'elsewhere'],
  ['http://1270.0.0.1.example', 'elsewhere'],
  ['no address', 'elsewhere'],
] as const)('a browser that is led back to %s goes %s', (returnsTo, where) => {
  expect(leadsBackTo(returnsTo)).toBe(where);
});

it.each([
  ['https://gate.example/mcp-oauth/authorize/x', 'https://gate.example/mcp-oauth/authorize/x'],
  ['/mcp-oauth/authorize/x', 'http://here.example/mcp-oauth/authorize/x'],
  ['javascript:alert(1)', undefined],
  ['data:text/html,x', undefined],
  ['cursor://anysphere.cursor-mcp/', undefined],
  ['http://', undefined],
])('of what the gateway answers, %s is followed as %s', (returnTo, to) => {
  expect(followed(returnTo, 'http://here.example/agent-sign-in/1')).toBe(to);
});
