import { HELD_RECORDS } from './bounds.ts';
import { CatalogueError, type Imported, type ImportOptions } from './contract.ts';
import type { Operations } from './operations.ts';
import { Tally } from './tally.ts';
import { readTexts } from './texts.ts';
import type { Thread } from './thread.ts';

/** Gives the records of a file to the writing thread, a lot at a time. */
export async function importFile(
  file: string,
  writer: Thread<Operations>,
  { onProgress, signal }: ImportOptions,
): Promise<Imported> {
  const tally = new Tally(onProgress);
  const texts = await readTexts(file);
  if (texts.kind === 'lines')
    for await (const { texts: lines, first, share } of texts.lots) {
      if (signal?.aborted === true) break;
      const taken = await writer.ask('take', { texts: lines, first });
      tally.add(taken, { at: (line) => `line ${line}`, share });
    }
  else {
    const held = await writer.ask('hold', texts.text);
    if (typeof held !== 'number')
      throw new CatalogueError('unreadable', `${file}: expected JSON: ${held.why}`);
    for (let from = 0; from < held && signal?.aborted !== true; from += HELD_RECORDS) {
      const taken = await writer.ask('takeHeld', { from, count: HELD_RECORDS });
      tally.add(taken, {
        at: (number) => `entry ${number}`,
        share: Math.min(1, (from + HELD_RECORDS) / held),
      });
    }
  }
  await writer.ask('finish', null);
  return tally.imported(signal?.aborted === true ? 'it was interrupted' : undefined);
}
