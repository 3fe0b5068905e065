import { describe, expect, it } from 'vitest';
import { keptFor, longer } from './config.ts';
import { fileSchema } from './file-schema.ts';

const DAY_MS = 86_400_000;

describe('how long rows are kept', () => {
  it.each([
    ['1d', DAY_MS],
    ['90d', 90 * DAY_MS],
    ['999d', 999 * DAY_MS],
    ['1000d', 1_000 * DAY_MS],
    ['3650d', 3_650 * DAY_MS],
    ['forever', 'forever'],
  ])('%s is taken', (text, kept) => {
    const read = fileSchema.parse({ retention: { decisions: text, audit: text } });
    expect(keptFor(read.retention?.decisions, 5)).toBe(kept);
    expect(keptFor(read.retention?.audit, 5)).toBe(kept);
    expect(longer(keptFor(text, 5), DAY_MS)).toBe(kept);
    expect(longer(DAY_MS, keptFor(text, 5))).toBe(kept);
  });

  it.each(['0d', '3651d', '4000d', '10000d', '90', '90h', '-1d', 'never', ''])('%s is refused', (text) => {
    expect(fileSchema.safeParse({ retention: { decisions: text } }).success).toBe(false);
  });

  it('is the default where the file is silent', () => {
    expect(keptFor(undefined, 'forever')).toBe('forever');
  });
});
