import { describe, expect, it } from 'vitest';
import { requestOfRefused } from './refused-request.ts';

describe('requestOfRefused', () => {
  it.each<[what: string, text: string, id: string | number | undefined]>([
    [
      'a number, as Python writes a call',
      '{"method":"tools/call","params":{"id":3},"jsonrpc":"2.0","id":7}',
      7,
    ],
    ['a text, with blanks', '{ "id" : "a-1" , "method" : "ping" }', 'a-1'],
    ['zero', '{"id":0,"method":"ping"}', 0],
    ['an id inside of the arguments only', '{"method":"tools/call","params":{"id":3}}', undefined],
    ['a text that reads like an id', '{"method":"m","a":"\\",\\"id\\":3,"}', undefined],
    ['an id behind a text of escapes', '{"method":"m","a":"\\\\\\"\\\\","id":3}', 3],
    ['a response, whose id is not the agent’s', '{"jsonrpc":"2.0","id":7,"result":{"n":1e400}}', undefined],
    ['an id that is a fraction', '{"id":1.5,"method":"ping"}', undefined],
    ['an id that is too long', `{"id":"${'x'.repeat(257)}","method":"ping"}`, undefined],
    ['a list', '[{"id":1,"method":"ping"}]', undefined],
    ['a text without an end', '{"id":1,"method":"ping","a":"', 1],
  ])('finds %s', (_what, text, id) => {
    expect(requestOfRefused(text)?.id).toBe(id);
  });

  it.each<[what: string, text: string, isCall: boolean]>([
    ['one that calls a tool', '{"id":1,"method":"tools/call","params":{"method":"ping"}}', true],
    ['one that calls a tool, with blanks', '{ "method" : "tools/call" , "id" : 1 }', true],
    ['one that lists', '{"id":1,"method":"tools/list","params":{"method":"tools/call"}}', false],
    ['one whose method only begins so', '{"id":1,"method":"tools/callx"}', false],
  ])('tells a call: %s', (_what, text, isCall) => {
    expect(requestOfRefused(text)?.isCall).toBe(isCall);
  });

  it.each([
    ['nesting', `{"id":7,"a":${'['.repeat(2_000_000)}${']'.repeat(2_000_000)},"method":"m"}`],
    ['quotes that are escaped', `{"id":7,"method":"m","a":"${'\\"'.repeat(2_000_000)}"}`],
    ['backslashes', `{"id":7,"method":"m","a":"${'\\'.repeat(4_000_000)}"}`],
  ])('reads four megabytes of %s in one walk', (_what, text) => {
    const start = performance.now();
    expect(requestOfRefused(text)?.id).toBe(7);
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});
