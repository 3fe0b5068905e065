import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planCommand } from '../packages/cli/src/commands/index.ts';
import { ENVIRONMENT } from '../packages/cli/src/commands/options.ts';
import { readFacts } from '../packages/cli/src/facts.ts';
import { ROOT, sourceTexts } from './sources.ts';

const page = readFileSync(join(ROOT, 'docs/settings.md'), 'utf8');
/** Lines of tables that tell of a flag, and the flags that each is about. */
const rows = [...page.matchAll(/^\| (`-[^|]*) \|.*$/gm)].map(([line, cell = '']) => ({
  line,
  flags: flagsIn(cell),
}));

function flagsIn(text: string): readonly string[] {
  return [...text.matchAll(/--[a-z][a-z-]*/g)].map(([flag]) => flag);
}

function flagsOf(command: string): readonly string[] {
  const { plan } = planCommand([command, '--help'], readFacts('1'));
  if (plan.kind !== 'say') throw new Error(`expected the help of ${command}, found ${plan.kind}`);
  return flagsIn(plan.text.slice(plan.text.indexOf('\nOptions:\n')).replace(/\(.*?\)/gs, ''));
}

function variablesIn(texts: readonly string[]): readonly string[] {
  // What goes on with "_" is the beginning of names that are made.
  const found = texts.flatMap((text) => text.match(/\bBOOMGATE_[A-Z]+(?:_[A-Z]+)*(?![A-Z_])/g) ?? []);
  return [...new Set(found)].toSorted();
}

/** What runs the gateway elsewhere, without the documents on it. */
function deployed(): readonly string[] {
  return readdirSync(join(ROOT, 'deploy'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.md'))
    .map(({ name, parentPath }) => readFileSync(join(parentPath, name), 'utf8'));
}

describe('docs/settings.md', () => {
  it('names every variable that is read here or set in deploy, and no other', () => {
    const read = variablesIn([...sourceTexts(), ...deployed()]);
    expect(read).toContain('BOOMGATE_MASTER_KEY');
    expect(variablesIn([page])).toEqual(read);
  });

  it.each(['up', 'doctor', 'migrate'])('names every flag of %s', (command) => {
    const flags = flagsOf(command);
    const named = new Set(rows.flatMap((row) => row.flags));
    expect(flags.length).toBeGreaterThan(5);
    expect(flags.filter((flag) => !named.has(flag))).toEqual([]);
  });

  it('has a row for no flag that does not exist', () => {
    const known = new Set(['up', 'doctor', 'migrate'].flatMap(flagsOf));
    expect(rows.flatMap((row) => row.flags).filter((flag) => !known.has(flag))).toEqual([]);
  });

  it('names beside each flag the variable that may stand for it', () => {
    const missing = Object.entries(ENVIRONMENT).filter(([option, variable]) => {
      const flag = `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
      return rows.some(({ flags, line }) => flags.includes(flag) && !line.includes(variable));
    });
    expect(missing).toEqual([]);
  });
});
