import { describe, expect, it } from 'vitest';
import { testFunctions } from '../../../cases/functions.ts';
import { parsePolicyTree } from '../index.ts';

const read = (hide: string[]) =>
  parsePolicyTree({ version: '1', default: 'deny', hide, tools: { drop: {} } }, testFunctions);

describe('an entry of a hidden tool', () => {
  it.each(['drop', '*'])('is a warning when %s is hidden', (name) => {
    expect(read([name])).toMatchObject({
      ok: true,
      warnings: [{ severity: 'warning', pointer: '/tools/drop' }],
    });
  });

  it('is none when another tool is hidden', () => {
    expect(read(['drops', 'drop_*'])).toMatchObject({ ok: true, warnings: [] });
  });
});
