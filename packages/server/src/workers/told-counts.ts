import type { Counts } from '../telemetry/index.ts';

/** A count, and what it is told. */
export type Counted = {
  [Name in keyof Counts]: readonly [name: Name, ...told: Parameters<Counts[Name]>];
}[keyof Counts];

/** Counts that are told at once when so many were kept: some hundred calls. */
const MOST_KEPT = 1_000;

/** What one process counts, kept until `flush` tells the one that shows it. */
export class ToldCounts implements Counts {
  readonly #tell: (counted: readonly Counted[]) => void;
  #kept: Counted[] = [];

  constructor(tell: (counted: readonly Counted[]) => void) {
    this.#tell = tell;
  }

  decided({ method, mode, outcome, server }: Parameters<Counts['decided']>[0]): void {
    // Of the whole row, which it may be, no more than is counted.
    this.#keep(['decided', { method, mode, outcome, server }]);
  }

  settled(settled: Parameters<Counts['settled']>[0]): void {
    this.#keep(['settled', settled]);
  }

  secretsSeen(seen: Parameters<Counts['secretsSeen']>[0]): void {
    this.#keep(['secretsSeen', seen]);
  }

  turnedAway(...told: Parameters<Counts['turnedAway']>): void {
    this.#keep(['turnedAway', ...told]);
  }

  worked(ms: number, isForwarded: boolean): void {
    this.#keep(['worked', ms, isForwarded]);
  }

  flush(): void {
    if (this.#kept.length === 0) return;
    this.#tell(this.#kept);
    this.#kept = [];
  }

  #keep(counted: Counted): void {
    this.#kept.push(counted);
    if (this.#kept.length >= MOST_KEPT) this.flush();
  }
}

/** Counts what another process was told. */
export function count(counts: Counts, counted: readonly Counted[]): void {
  for (const one of counted) {
    if (one[0] === 'decided') counts.decided(one[1]);
    else if (one[0] === 'settled') counts.settled(one[1]);
    else if (one[0] === 'secretsSeen') counts.secretsSeen(one[1]);
    else if (one[0] === 'turnedAway') counts.turnedAway(one[1], one[2]);
    else counts.worked(one[1], one[2]);
  }
}
