import { describe, expect, it } from 'vitest';
import { boundedBy } from './bounded.ts';
import { prepareLaunch } from './launch.ts';

describe.runIf(process.platform === 'linux')('bounds of a process', () => {
  it('are the options of prlimit, in bytes', async () => {
    expect(await boundedBy({ memory_mib: 2_048, processes: 64, file_mib: 3, open_files: 32 })).toEqual({
      kind: 'wrapper',
      words: ['/usr/bin/prlimit', '--as=2147483648', '--nproc=64', '--fsize=3145728', '--nofile=32', '--'],
    });
  });

  it.each([undefined, {}])('need nothing where there are none: %j', async (bounds) => {
    expect(await boundedBy(bounds, '/nowhere/prlimit')).toEqual({ kind: 'wrapper', words: [] });
  });

  it('are an error that says how to mend it where there is no prlimit', async () => {
    expect(await boundedBy({ file_mib: 1 }, '/nowhere/prlimit')).toMatchObject({
      kind: 'failing',
      code: 'not_started',
      acted: 'no',
      detail: expect.stringMatching(
        /^expected that its "bounds" can be held by \/nowhere\/prlimit .* ENOENT; install it/,
      ),
    });
  });

  it('are an error with the words of the system where it refuses them', async () => {
    // More open files than any system has.
    expect(await boundedBy({ open_files: 2 ** 40 })).toMatchObject({
      kind: 'failing',
      detail: expect.stringMatching(/NOFILE.*; install it .* choose bounds that/),
    });
  });

  it('that cannot be had start nothing', async () => {
    const target = { kind: 'stdio', command: '/bin/true', args: [], env: {} } as const;
    const place = { environment: {}, folder: '/' };
    const launchWith = (open_files: number) => prepareLaunch({ ...target, bounds: { open_files } }, place);
    expect(await launchWith(2 ** 40)).toMatchObject({ kind: 'failing', code: 'not_started' });
    expect(await launchWith(32)).toMatchObject({ kind: 'launch' });
  });
});
