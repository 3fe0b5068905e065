import {
  type ImportResult,
  importIntercept,
  type Json,
  type Problem,
  parsePolicyTree,
  printPolicy,
} from '@boomgate/engine';
import { engineFunctions, parseDocumentText } from '@boomgate/server/documents';
import type { ImportPlan } from '../plan/index.ts';
import { problemLine } from '../report/index.ts';
import { visible, visibleJson } from '../terminal/index.ts';
import type { ExitCode, World } from '../world.ts';
import { inputName, readInput, writeNewTextFile } from './text-file.ts';

/** The products whose policies can be read. */
const IMPORTS = { intercept: importIntercept } as const satisfies Record<
  ImportPlan['from'],
  (tree: Json) => ImportResult
>;

/** The document is data; what could not be carried over exactly is a note. 1 when nothing could be made of it. */
export async function runImport(plan: ImportPlan, world: World): Promise<ExitCode> {
  const { fail, output, show } = world;
  const file = inputName(plan.file);
  const read = await readInput(plan.file, world);
  if (!read.ok) return fail(read.message);
  // The other product's files are YAML, which takes JSON too, whatever the file is called.
  const source = parseDocumentText(/\.json$/i.test(file) ? file : `${file}.yaml`, read.value);
  if (!source.ok) return fail(source.problems.map((line) => line.replace(`${file}.yaml`, file)).join('\n'));
  const imported = IMPORTS[plan.from](source.tree);
  if (!imported.ok)
    return refuse(
      imported.problems.map((one) => ({ ...one, ...source.locate(one.pointer) })),
      { plan, world },
    );
  const parsed = parsePolicyTree(imported.document, engineFunctions);
  if (!parsed.ok) return refuse(parsed.problems, { plan, world });
  const text = `${visibleJson(printPolicy(parsed.policy).trimEnd())}\n`;
  if (plan.out !== undefined) {
    const written = await writeNewTextFile(plan.out, text);
    if (!written.ok) return fail(written.message);
    output.note(`wrote ${visible(plan.out)}`);
  }
  if (show.json) output.json({ document: imported.document, notes: imported.notes });
  else if (plan.out === undefined) output.data(text.trimEnd());
  for (const { message, pointers } of imported.notes) {
    const at = pointers.filter((pointer) => pointer !== '').join(', ');
    output.note(
      `${output.paintNote.held('note:')} ${visible(message)}${at === '' ? '' : ` (at ${visible(at)})`}`,
    );
  }
  return 0;
}

/** Nothing is written: a policy that lets through more than the old one would be worse than none. */
function refuse(problems: readonly Problem[], { plan, world }: { plan: ImportPlan; world: World }): ExitCode {
  const { output, show } = world;
  if (show.json) output.json({ problems });
  else
    for (const problem of problems) output.note(problemLine(inputName(plan.file), problem, output.paintNote));
  return 1;
}
