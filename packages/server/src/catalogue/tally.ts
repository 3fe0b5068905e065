import { REFUSALS_TOLD } from './bounds.ts';
import type { Imported, ImportOptions, Refusal } from './contract.ts';
import type { Taken } from './writer.ts';

/** Adds up what became of the lots of an import, and tells how far it is. */
export class Tally {
  readonly #onProgress: ImportOptions['onProgress'];
  readonly #refusals: Refusal[] = [];
  #servers = 0;
  #tools = 0;
  #skipped = 0;
  #refused = 0;

  constructor(onProgress: ImportOptions['onProgress']) {
    this.#onProgress = onProgress;
  }

  /** `at` puts the number of a refused record into words. */
  add(
    taken: Taken,
    { at, share }: { readonly at: (number: number) => string; readonly share?: number },
  ): void {
    this.#servers += taken.servers;
    this.#tools += taken.tools;
    this.#skipped += taken.skipped;
    this.#refused += taken.refusals.length;
    for (const { at: number, why } of taken.refusals)
      if (this.#refusals.length < REFUSALS_TOLD) this.#refusals.push({ at: at(number), why });
    const progress = { servers: this.#servers, tools: this.#tools };
    this.#onProgress?.(share === undefined ? progress : { ...progress, share });
  }

  imported(stoppedBy?: string): Imported {
    return {
      servers: this.#servers,
      tools: this.#tools,
      skipped: this.#skipped,
      refused: this.#refused,
      refusals: this.#refusals,
      isComplete: stoppedBy === undefined,
      ...(stoppedBy === undefined ? {} : { stoppedBy }),
    };
  }
}
