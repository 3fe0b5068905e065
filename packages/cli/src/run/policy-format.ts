import { printPolicy } from '@boomgate/engine';
import type { PolicyFormatPlan } from '../plan/index.ts';
import { problemLine } from '../report/index.ts';
import { palette, pasted, visible } from '../terminal/index.ts';
import type { ExitCode, World } from '../world.ts';
import { report } from './policy-check.ts';
import { isYaml, type PolicyDocument, readPolicyDocument, verdict } from './policy-document.ts';
import { writeTextFile } from './text-file.ts';

type Formatted = { readonly file: string; readonly before: string; readonly after: string };

/** All or nothing: if one file is no policy, none is printed or changed. */
export async function runPolicyFormat(plan: PolicyFormatPlan, world: World): Promise<ExitCode> {
  const documents = await Promise.all(plan.files.map((file) => readPolicyDocument(file, world)));
  const formatted = documents.flatMap(format);
  if (formatted.length < documents.length) return refuse(documents, world);
  switch (plan.mode) {
    case 'print':
      return print(formatted, world);
    case 'check':
      return check(formatted, world);
    case 'write':
      return write(formatted, world);
  }
}

function format({ file, policy, text }: PolicyDocument): readonly Formatted[] {
  return policy === undefined ? [] : [{ file, before: text, after: `${printPolicy(policy).trimEnd()}\n` }];
}

/** On stderr, which may not be the file that a shell writes the policy to; also when notes are unwanted. */
function refuse(documents: readonly PolicyDocument[], { fail, output, show }: World): ExitCode {
  const wrong = documents.filter(({ policy }) => policy === undefined);
  const linesOf = ({ file, faults, problems }: PolicyDocument): readonly string[] => [
    ...faults,
    ...problems.map((problem) => problemLine(file, problem, palette(false))),
  ];
  if (show.json) output.json(wrong.map(report));
  else fail(wrong.flatMap(linesOf).join('\n'));
  return verdict(documents);
}

function print(formatted: readonly Formatted[], { output, show }: World): ExitCode {
  if (show.json)
    output.json(
      formatted.map(({ file, before, after }) => ({ file, canonical: before === after, text: after })),
    );
  else for (const { after } of formatted) output.data(after.trimEnd());
  return 0;
}

function check(formatted: readonly Formatted[], { output, show }: World): ExitCode {
  const changed = formatted.filter(({ before, after }) => before !== after).map(({ file }) => file);
  if (show.json) output.json(formatted.map(({ file }) => ({ file, canonical: !changed.includes(file) })));
  else for (const file of changed) output.data(visible(file));
  if (changed.length > 0) output.note('not in the canonical form: run "boomgate policy fmt --write" on them');
  return changed.length === 0 ? 0 : 1;
}

async function write(formatted: readonly Formatted[], { fail, output, show }: World): Promise<ExitCode> {
  const yaml = formatted.find(({ file }) => isYaml(file));
  if (yaml !== undefined) {
    return fail(
      `expected JSON files to write, found ${yaml.file}: print it into a new one, as in "boomgate policy fmt ${pasted([yaml.file], '> policy.json')}"`,
    );
  }
  const changed = formatted.filter(({ before, after }) => before !== after);
  for (const { file, after } of changed) {
    const written = await writeTextFile(file, after);
    if (!written.ok) return fail(written.message);
  }
  if (show.json) output.json(changed.map(({ file }) => ({ file, written: true })));
  else for (const { file } of changed) output.note(`wrote ${visible(file)}`);
  return 0;
}
