import type { KnownTool, ToolKey } from '../store/index.ts';

/** What the store knows of one server's tools, in memory. */
export class Book {
  readonly #byTool = new Map<string, KnownTool[]>();
  readonly #all: readonly KnownTool[];
  /** Equal texts mean that the same definitions are held; empty when none is. */
  readonly heldText: string;

  constructor(known: readonly KnownTool[]) {
    this.#all = known;
    this.heldText = heldTextOf(known);
    for (const one of known) {
      const others = this.#byTool.get(one.tool);
      if (others === undefined) this.#byTool.set(one.tool, [one]);
      else others.push(one);
    }
  }

  /** Nothing was ever seen of the server. */
  get isEmpty(): boolean {
    return this.#all.length === 0;
  }

  find({ fingerprint, tool }: ToolKey): KnownTool | undefined {
    return this.#byTool.get(tool)?.find((one) => one.fingerprint === fingerprint);
  }

  /** The definition that changes of a tool are compared with. */
  acceptedLast(tool: string): KnownTool | undefined {
    return this.#byTool
      .get(tool)
      ?.filter(({ state }) => state === 'accepted')
      .reduce<KnownTool | undefined>(
        (last, one) => (last && last.seenAtMs >= one.seenAtMs ? last : one),
        undefined,
      );
  }

  offered(): readonly KnownTool[] {
    return this.#all.filter(({ isOffered }) => isOffered);
  }

  /** A moment after everything that was seen, whatever the clock says. */
  after(nowMs: number): number {
    return this.#all.reduce((latest, { seenAtMs }) => Math.max(latest, seenAtMs + 1), nowMs);
  }
}

function heldTextOf(known: readonly KnownTool[]): string {
  const held = known.filter(({ state }) => state === 'held');
  return held
    .map(({ fingerprint, tool }) => `${tool} ${fingerprint}`)
    .sort()
    .join('\n');
}
