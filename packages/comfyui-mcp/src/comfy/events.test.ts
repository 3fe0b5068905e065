import { expect, it } from 'vitest';
import { readFrame } from './events.ts';

it.each(['constructor', 'toString', 'valueOf', '__proto__', 'hasOwnProperty', 'of a custom node'])(
  'a frame of the kind %s gives nothing',
  (type) => {
    expect(readFrame(JSON.stringify({ type, data: { prompt_id: 'x' } }))).toEqual([]);
  },
);
