import { setTimeout as wait } from 'node:timers/promises';
import type { Changes } from './changes.ts';

export type HeldNode = { readonly promptId: string; readonly nodeId: string; readonly classType: string };

/** Where nodes stop while they run, so that a test decides when one ends. */
export class Gate {
  readonly #changes: Changes;
  readonly #nodeMs: number;
  #holding = false;
  #held: (HeldNode & { readonly go: () => void }) | undefined;

  constructor(changes: Changes, nodeMs: number) {
    this.#changes = changes;
    this.#nodeMs = nodeMs;
  }

  /** The node that stands at the gate. */
  get held(): HeldNode | undefined {
    return this.#held;
  }

  /** From now on every node waits, in the middle of its work. */
  hold(): void {
    this.#holding = true;
  }

  /** Lets the node that waits end; the next one waits again. */
  step(): void {
    const held = this.#held;
    if (held === undefined) throw new Error('no node waits: call held() before step()');
    this.#held = undefined;
    held.go();
  }

  /** Lets all nodes run freely. */
  release(): void {
    this.#holding = false;
    if (this.#held !== undefined) this.step();
  }

  /** Called in the middle of a node. */
  async pass(node: HeldNode): Promise<void> {
    if (this.#nodeMs > 0) await wait(this.#nodeMs);
    if (!this.#holding) return;
    await new Promise<void>((go) => {
      this.#held = { ...node, go };
      this.#changes.tell();
    });
  }
}
