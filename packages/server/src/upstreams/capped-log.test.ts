import { expect, it } from 'vitest';
import { LOG_LINES_PER_SECOND } from './bounds.ts';
import { cappedLog } from './capped-log.ts';

it('a server that floods the log is cut each second, and what was left out is counted', () => {
  let nowMs = 0;
  const lines: string[] = [];
  const log = cappedLog({ now: () => nowMs, after: () => () => undefined }, (line) => lines.push(line));
  for (let line = 0; line < LOG_LINES_PER_SECOND + 7; line += 1) log('flood');
  expect(lines).toHaveLength(LOG_LINES_PER_SECOND);
  nowMs = 1_000;
  log('next');
  expect(lines.slice(LOG_LINES_PER_SECOND)).toEqual(['7 more lines were left out', 'next']);
});
