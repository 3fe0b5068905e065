import type { Confinement, ConfinementEvent } from '../upstreams/index.ts';
import { STDERR_LINE_CHARACTERS, STDERR_LINES } from './bounds.ts';

/** What was observed of the processes of one server; the last one counts. */
export type Seen = {
  over?: 'memory' | 'output';
  /** How the last process ended. */
  ended?: string;
  /** Lines of the last process that were no messages. */
  noise: number;
  readonly stderr: string[];
};

export function nothingSeen(): Seen {
  return { noise: 0, stderr: [] };
}

/** Notes what a confinement reports. */
export function noting(seen: Seen): Confinement['report'] {
  return (event) => note(seen, event);
}

function note(seen: Seen, event: ConfinementEvent): void {
  switch (event.kind) {
    case 'started':
      delete seen.ended;
      seen.noise = 0;
      seen.stderr.length = 0;
      break;
    case 'noise':
      seen.noise += 1;
      break;
    case 'stderr':
      seen.stderr.push(event.line.slice(0, STDERR_LINE_CHARACTERS));
      if (seen.stderr.length > STDERR_LINES) seen.stderr.shift();
      break;
    case 'over':
      seen.over = event.limit;
      break;
    case 'ended':
      seen.ended = event.how;
      break;
  }
}
