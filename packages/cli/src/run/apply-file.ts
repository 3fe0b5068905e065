import { copyFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { parsePolicy } from '@boomgate/engine';
import { loadConfig, readClientFile, replaceClientFile } from '@boomgate/server';
import { engineFunctions } from '@boomgate/server/documents';
import type { ApplyPlan } from '../plan/index.ts';
import { visible } from '../terminal/index.ts';
import type { ExitCode, World } from '../world.ts';
import { findConfig } from './config-file.ts';
import { readTextFile, writeFailure } from './text-file.ts';

/** What the file that was in force is called from then on. */
const BEFORE = '.before';

/**
 * Exchanges the configuration file at once, if the new one is valid where it will be: paths in it are relative to its folder. A
 * gateway watches its file, all or nothing. The file before is kept beside it.
 */
export async function runApply(plan: ApplyPlan, world: World): Promise<ExitCode> {
  const { facts, fail, output, show } = world;
  const target = plan.against ?? findConfig(facts);
  if (target === undefined)
    return fail('expected a configuration file to replace, found none here; name it with --against');
  const read = await readTextFile(plan.file);
  if (!read.ok) return fail(read.message);
  // As a configuration it would say nothing: with it in force no agent would reach anything.
  if (parsePolicy(read.value, engineFunctions).ok)
    return fail(`${plan.file}: expected a configuration file, found a policy; nothing was changed`);
  const was = await readClientFile(target);
  if (was.kind === 'missing') return fail(`cannot read ${target}: there is no such file`);
  if (was.kind === 'faulty') return fail(was.problem);
  const bytes = Buffer.from(read.value);
  if (was.file.bytes.equals(bytes)) {
    if (show.json) output.json({ file: resolve(target), changed: false });
    else output.note(`${visible(target)} already says that`);
    return 0;
  }
  const draft = join(dirname(resolve(target)), `.${process.pid}-${basename(target)}`);
  try {
    await writeFile(draft, bytes, { mode: 0o600 });
    const loaded = await loadConfig({ path: draft, environment: facts.env, allowPrivate: true });
    const told = (texts: readonly string[]) => texts.map((one) => one.replaceAll(draft, plan.file));
    if (!loaded.ok) return fail(`nothing was changed\n${told(loaded.problems).join('\n')}`);
    for (const warning of told(loaded.config.warnings)) output.note(visible(warning));
    await copyFile(target, `${target}${BEFORE}`);
    const replaced = await replaceClientFile(was.file, bytes);
    if (!replaced.ok) return fail(replaced.problem);
  } catch (error) {
    return fail(writeFailure(target, error));
  } finally {
    await rm(draft, { force: true });
  }
  if (show.json) output.json({ file: resolve(target), changed: true, before: resolve(`${target}${BEFORE}`) });
  else {
    output.note(
      `${visible(target)} is replaced; a gateway that was started with it applies it within a second.`,
    );
    output.note(`The earlier file is ${visible(`${target}${BEFORE}`)}.`);
  }
  return 0;
}
