import { expect, it } from 'vitest';
import { idInText } from './rpc-id.ts';

it.each([
  ['{"jsonrpc":"2.0","id":7,"method":"m"}', 7],
  ['{"jsonrpc":"2.0","method":"m","params":{"id":1,"a":["id",{"id":2}]} , "id" : "seven" }', 'seven'],
  ['{"params":{"n":9007199254740993,"text":"\\"id\\":1,}","list":[[[["id"]]]]},"id":-3}', -3],
  // Nothing says which of two is meant, and what is no id is none.
  ['{"id":1,"id":2}', null],
  ['{"params":{"id":1}}', null],
  ['{"method":"id","x":1}', null],
  ['{"id":null}', null],
  ['{"id":1.5}', null],
  ['{"id":99999999999999999999}', null],
  [`{"id":"${'x'.repeat(10_000)}"}`, null],
  ['{"id":"a\\u0062"}', null],
  ['[{"id":1}]', null],
  ['"id":1', null],
  ['{"id', null],
  ['{"id":', null],
  ['', null],
])('%s has the id %s', (text, id) => {
  expect(idInText(text)).toBe(id);
});
