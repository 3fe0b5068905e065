import { readFileSync } from 'node:fs';
import { fileFault } from '@boomgate/server/file-faults';

/** Variables that name the file of a secret, as containers and systemd hand them over, and those in whose place they stand. */
const FILES = {
  BOOMGATE_MASTER_KEY_FILE: 'BOOMGATE_MASTER_KEY',
  BOOMGATE_NEW_MASTER_KEY_FILE: 'BOOMGATE_NEW_MASTER_KEY',
  BOOMGATE_DATABASE_FILE: 'BOOMGATE_DATABASE',
  BOOMGATE_REDIS_FILE: 'BOOMGATE_REDIS',
  BOOMGATE_MAIL_URL_FILE: 'BOOMGATE_MAIL_URL',
  BOOMGATE_PROXY_FILE: 'BOOMGATE_PROXY',
} as const;

/** Bytes of such a file; the longest is an address. */
const FILE_BYTES_MAX = 16 * 1024;

type Environment = Readonly<Record<string, string | undefined>>;

/** Puts what is in the files where it would be without them. The message of the first that cannot be read, else no fault. */
export function withSecretFiles(env: Environment): { readonly env: Environment; readonly fault?: string } {
  let filled = env;
  for (const [variable, name] of Object.entries(FILES)) {
    const path = env[variable];
    if (path === undefined || path === '') continue;
    if (env[name] !== undefined && env[name] !== '')
      return { env, fault: `expected ${name} or ${variable}, found both: unset one of them` };
    const read = readSecret(path);
    if ('problem' in read) return { env, fault: `${variable}: ${read.problem}` };
    filled = { ...filled, [name]: read.text };
  }
  return { env: filled };
}

/** Without the end of its line, which editors write and nobody means. */
function readSecret(path: string): { readonly text: string } | { readonly problem: string } {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    return { problem: `${path} cannot be read: ${fileFault(error)}` };
  }
  if (bytes.length > FILE_BYTES_MAX)
    return { problem: `expected at most ${FILE_BYTES_MAX} bytes in ${path}, found ${bytes.length}` };
  const text = bytes.toString('utf8').replace(/\r?\n$/, '');
  return text === '' ? { problem: `expected a value in ${path}, found nothing` } : { text };
}
