import { expect, it } from 'vitest';
import { readLong } from './long-line.ts';

const TEXT = '{"content":[{"type":"text","text":"…';

it.each([
  ['an answer with its id first', `{"jsonrpc":"2.0","id":7,"result":${TEXT}`, '…"}]}}', 7],
  ['one with spaces, as Python writes it', `{"jsonrpc": "2.0", "id": 7, "result": ${TEXT}`, '…"}]}}', 7],
  ['one with its id last', `{"result":${TEXT}`, '…"}]},"jsonrpc":"2.0","id":7}', 7],
  ['one with its id before the version', `{"result":${TEXT}`, '…"}]},"id":7,"jsonrpc":"2.0"}', 7],
  ['an error', '{"jsonrpc":"2.0","id":7,"error":{"code":1,"message":"…', '…"}}', 7],
  [
    'a notification',
    '{"jsonrpc":"2.0","method":"notifications/message","params":{"data":"…',
    '"}}',
    'notification',
  ],
  [
    'a question of the server, whose ids are its own',
    '{"method":"sampling/createMessage","params":{"…',
    '"},"jsonrpc":"2.0","id":7}',
    undefined,
  ],
  [
    'the same with its id first',
    '{"jsonrpc":"2.0","id":7,"method":"sampling/createMessage","params":{"…',
    '"}}',
    undefined,
  ],
  ['an id within the result', `{"result":{"structuredContent":{"rows":"…`, '…","id":7}}}', undefined],
  ['a text that ends like a message', `{"result":${TEXT}`, '…\\"id\\":7}"}]},"x":1}', undefined],
  ['no message', 'xxx', '"id":7}', undefined],
])('reads of a line that is too long: %s', (_, head, tail, read) => {
  expect(readLong({ head, tail })).toBe(read);
});
