import type { JsonObject } from '@boomgate/engine';
import { describe, expect, it } from 'vitest';
import { MAX_ARGUMENT_NAMES } from '../../limits/index.ts';
import type { RequestMessage } from '../message/message.ts';
import { readCallParams } from './call-params.ts';

/** A cast: no other part of a message is read. */
const read = (args: JsonObject) =>
  readCallParams({ meta: {}, params: { name: 'save', arguments: args } } as unknown as RequestMessage);

describe('the names of arguments', () => {
  const names = (length: number): JsonObject => ({
    ['a'.repeat(length - 4)]: 1,
    bb: { ['c'.repeat(99)]: 1 },
    dd: 2,
  });

  it('are taken up to the bound, whatever the names within them', () => {
    expect(read(names(MAX_ARGUMENT_NAMES))).toMatchObject({ name: 'save', args: names(MAX_ARGUMENT_NAMES) });
  });

  it('are refused beyond it, and not repeated: the log would keep megabytes of each call, and no page of it could be read', () => {
    expect(read(names(MAX_ARGUMENT_NAMES + 1))).toEqual({
      fault: 'expected names of arguments of at most 32768 characters together, found 32769',
    });
  });
});
