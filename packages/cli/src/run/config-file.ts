import { existsSync } from 'node:fs';
import { type Facts, pathsOf } from '../facts.ts';

/** Looked for in the folder where the command is typed, in this order. */
const CONFIG_NAMES = [
  'boomgate.config.json',
  'boomgate.config.jsonc',
  'boomgate.config.yaml',
  'boomgate.config.yml',
];

/** The configuration file of the current folder, if there is one. */
export function findConfig(facts: Facts): string | undefined {
  return CONFIG_NAMES.map((name) => pathsOf(facts).join(facts.cwd, name)).find((path) => existsSync(path));
}
