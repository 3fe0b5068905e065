import { LOG_LINES_PER_SECOND } from './bounds.ts';
import type { Clock } from './clock.ts';

/** Passes lines on, at most so many in a second, and says how many it left out: a server must not fill the disk. */
export function cappedLog(clock: Clock, write: (line: string) => void): (line: string) => void {
  let second = Number.NEGATIVE_INFINITY;
  let lines = 0;
  return (line) => {
    const now = Math.floor(clock.now() / 1_000);
    if (now !== second) {
      if (lines > LOG_LINES_PER_SECOND) write(`${lines - LOG_LINES_PER_SECOND} more lines were left out`);
      second = now;
      lines = 0;
    }
    lines += 1;
    if (lines <= LOG_LINES_PER_SECOND) write(line);
  };
}
