import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { planCommand } from './commands/index.ts';
import { readFacts } from './facts.ts';
import { withSecretFiles } from './secret-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'boomgate-secret-files-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('variables that name the file of a secret', () => {
  it('stand for what is in it, without the end of its line', () => {
    const path = file('database', 'postgres://boomgate:secret@db/boomgate\n');
    const { env, fault } = withSecretFiles({ HOME: '/h', BOOMGATE_DATABASE_FILE: path });
    expect(fault).toBeUndefined();
    expect(env).toMatchObject({ HOME: '/h', BOOMGATE_DATABASE: 'postgres://boomgate:secret@db/boomgate' });
    expect(withSecretFiles({ BOOMGATE_MASTER_KEY_FILE: file('key', 'k ey\r\n') }).env).toMatchObject({
      BOOMGATE_MASTER_KEY: 'k ey',
    });
  });

  it('change nothing where they are empty, or name no secret', () => {
    const env = { BOOMGATE_MASTER_KEY: 'k', BOOMGATE_MASTER_KEY_FILE: '', BOOMGATE_CONFIG_FILE: '/c' };
    expect(withSecretFiles(env)).toEqual({ env });
  });

  it.each([
    ['beside the value', { BOOMGATE_REDIS: 'redis://r', BOOMGATE_REDIS_FILE: '/r' }, 'found both'],
    ['of no file', { BOOMGATE_REDIS_FILE: join(folder, 'none') }, 'there is no such file'],
    ['of a folder', { BOOMGATE_REDIS_FILE: folder }, 'it is a folder'],
    ['of an empty file', { BOOMGATE_REDIS_FILE: file('empty', '\n') }, 'found nothing'],
    ['of a large file', { BOOMGATE_REDIS_FILE: file('large', 'x'.repeat(16_385)) }, 'found 16385'],
  ])('are refused %s', (_, env, why) => {
    const { fault } = withSecretFiles(env);
    expect(fault).toMatch(/^(expected BOOMGATE_REDIS or )?BOOMGATE_REDIS_FILE/);
    expect(fault).toContain(why);
  });

  it('end a command with their fault, and no request for help', () => {
    const facts = { ...readFacts('1'), envFault: 'the fault' };
    expect(planCommand(['grant', 'list'], facts).plan).toEqual({ kind: 'wrong_use', message: 'the fault' });
    expect(planCommand(['grant', 'list', '--help'], facts).plan).toMatchObject({ kind: 'say' });
  });
});
