/** What a command finds around it. */
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { expect, it } from 'vitest';
import { BOOMGATE, boomgate, cleanEnvironment, temporaryFolder } from './command.ts';

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

it('has more threads than what holds some for long, as names do whose name servers are silent', async () => {
  await using folder = await temporaryFolder();
  const pipe = join(folder.path, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const probe = join(folder.path, 'probe.mjs');
  await writeFile(
    probe,
    `import fs from 'node:fs';
    // Once the command has begun. A pipe that nobody writes to holds a thread, until somebody does.
    setImmediate(() => {
      for (let held = 0; held < 8; held += 1) fs.open(${JSON.stringify(pipe)}, 'r', () => undefined);
      fs.stat('.', () => {
        fs.writeSync(2, 'a thread is left');
        fs.openSync(${JSON.stringify(pipe)}, 'r+');
      });
    });`,
  );
  const env = { NODE_OPTIONS: `--import ${probe}` };
  const { stderr } = spawnSync(BOOMGATE, ['--version'], {
    ...{ env: cleanEnvironment(env), encoding: 'utf8', timeout: 10_000, killSignal: 'SIGKILL' },
  });
  expect(stderr).toContain('a thread is left');
});
