import type { CellChange, StoredCell, UsageCells } from '../../journal/index.ts';

type Extension = { readonly key: string; readonly retentionMs: number };

/** Cells of a group: those that it changes, to be written at its end. What it looks at is put into memory before. */
export class GroupCells implements UsageCells {
  readonly #changes = new Map<string, CellChange & { readonly retentionMs: number }>();
  #extensions: Extension[] = [];
  readonly #running = new Set<string>();

  /** Everything that a group looks at was read before it; a counter that is not there has no cells. */
  load(): readonly StoredCell[] {
    return [];
  }

  keysFrom(): Iterable<string> {
    return [];
  }

  apply({ atMs, delta, key }: CellChange, retentionMs: number): void {
    const place = `${atMs} ${key}`;
    const before = this.#changes.get(place)?.delta ?? 0;
    this.#changes.set(place, { key, atMs, delta: before + delta, retentionMs });
  }

  extend(key: string, retentionMs: number): void {
    this.#extensions.push({ key, retentionMs });
  }

  sweep(): void {
    // Each replica deletes expired cells with its beat.
  }

  noteRunning(key: string): void {
    this.#running.add(key);
  }

  get changes(): readonly (CellChange & { readonly retentionMs: number })[] {
    return [...this.#changes.values()].filter(({ delta }) => delta !== 0);
  }

  get extensions(): readonly Extension[] {
    return this.#extensions;
  }

  /** Counters of which this replica has another number of calls in flight than is written. */
  get running(): readonly string[] {
    return [...this.#running];
  }

  /** The group is over; numbers of calls in flight that were not written still have to be. */
  end({ isWritten }: { readonly isWritten: boolean }): void {
    this.#changes.clear();
    this.#extensions = [];
    if (isWritten) this.#running.clear();
  }
}
