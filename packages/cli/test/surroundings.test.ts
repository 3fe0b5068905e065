/** What a command finds around it. */
import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { expect, it } from 'vitest';
import { BOOMGATE, boomgate, cleanEnvironment } from './command.ts';

it.each(['', 'somewhere'])('keeps nothing where it is typed when HOME is %j', async (home) => {
  const { stdout } = await boomgate(['grant', 'list', '--dry-run'], {
    env: { HOME: home, XDG_DATA_HOME: '' },
  });
  expect(isAbsolute(JSON.parse(stdout).data)).toBe(true);
});

it('says that a disk is full', () => {
  const full = openSync('/dev/full', 'w');
  const { status, stderr } = spawnSync(BOOMGATE, ['--version'], {
    env: cleanEnvironment(),
    stdio: ['ignore', full, 'pipe'],
    encoding: 'utf8',
  });
  closeSync(full);
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr: expect.stringContaining('no space left on device'),
  });
});
