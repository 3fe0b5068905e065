import type { Json } from '@boomgate/engine';
import type { Database } from '../store/index.ts';
import { DOCUMENT_ITEMS, RECORD_BYTES } from './bounds.ts';
import { BUNDLE_KEY, readBundle, recordsOf } from './bundle.ts';
import type { Handlers, WriteOperations } from './operations.ts';
import { elementsOf, type ReadRecord, readRecord, readText } from './read-record.ts';
import { Writer } from './writer.ts';

/** What the writing thread does. */
export function writing(database: Database, bundled: boolean): Handlers<WriteOperations> {
  const writer = new Writer(database);
  let held: readonly Json[] = [];
  return {
    prepare: () => {
      if (!bundled) return null;
      const bundle = readBundle();
      const note = { key: BUNDLE_KEY, value: bundle.digest };
      writer.take(recordsOf(bundle), 'bundled', { note, afresh: true });
      return null;
    },
    put: ({ record, source }) => {
      writer.take([{ kind: 'record', record }], source);
      return null;
    },
    take: ({ texts, first, note }) => {
      const read = texts.map(recordsIn);
      const taken = writer.take(read.flat(), 'imported', note === undefined ? {} : { note });
      const lines = read.flatMap((records, line) => records.map(() => first + line));
      return {
        ...taken,
        refusals: taken.refusals.map(({ at, why }) => ({ at: lines[at] ?? first, why })),
      };
    },
    hold: (text) => {
      const read = readText(text, DOCUMENT_ITEMS);
      if (!read.ok) return { why: read.fault.message };
      held = elementsOf(read.value);
      return held.length;
    },
    takeHeld: ({ from, count }) => {
      const taken = writer.take(held.slice(from, from + count).map(readRecord), 'imported');
      return { ...taken, refusals: taken.refusals.map(({ at, why }) => ({ at: from + at + 1, why })) };
    },
    finish: () => {
      held = [];
      writer.finish();
      return null;
    },
  };
}

function recordsIn(text: string): readonly ReadRecord[] {
  if (text.trim() === '') return [];
  if (text.length > RECORD_BYTES)
    return [{ kind: 'refused', why: `expected at most ${RECORD_BYTES} bytes, found more` }];
  const read = readText(text);
  if (!read.ok) return [{ kind: 'refused', why: `expected JSON: ${read.fault.message}` }];
  return elementsOf(read.value).map(readRecord);
}
