import type { FileDocument } from './file-schema.ts';
import type { Report } from './open-file.ts';
import { readText } from './read-document.ts';
import { filesNamed } from './references.ts';

/** The files that its references name; policies have none. */
export async function readReferenced(
  { policies: _, ...file }: FileDocument,
  report: Report,
): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  for (const { steps, text } of textsIn(file)) {
    for (const path of filesNamed(text)) {
      if (texts.has(path)) continue;
      const read = await readText(report.resolve(path));
      if ('problem' in read) report.problem(steps, read.problem);
      texts.set(path, 'text' in read ? read.text : '');
    }
  }
  return texts;
}

/** Every text of a document, with where it stands. */
function* textsIn(
  value: unknown,
  steps: readonly string[] = [],
): Generator<{ readonly text: string; readonly steps: readonly string[] }> {
  if (typeof value === 'string') yield { text: value, steps };
  else if (typeof value === 'object' && value !== null)
    for (const [key, inner] of Object.entries(value)) yield* textsIn(inner, [...steps, key]);
}
