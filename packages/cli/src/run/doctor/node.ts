import type { Checked } from '../../report/index.ts';

/** The oldest Node that the gateway runs on, as `package.json` says. */
const NODE_MIN = [22, 19] as const;

export function checkNode(version: string): Checked {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isOld = major < NODE_MIN[0] || (major === NODE_MIN[0] && minor < NODE_MIN[1]);
  if (!isOld) return { check: 'node', state: 'ok', found: `version ${version}` };
  const mend = `install Node ${NODE_MIN.join('.')} or newer`;
  return { check: 'node', state: 'wrong', found: `version ${version} is too old`, mend };
}
