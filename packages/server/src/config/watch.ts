import { stat } from 'node:fs/promises';

/** Milliseconds between looks at the files. Polling sees every way of saving, also a rename over the file. */
const POLL_MS = 300;

/**
 * Calls `changed` when one of the files is written, replaced, removed or created. `files` is asked anew at every look.
 * The first look happens after `POLL_MS`; what is there then is compared with what was there at the start.
 */
export async function watchFiles(
  files: () => readonly string[],
  changed: () => Promise<void>,
): Promise<AsyncDisposable> {
  let seen = await fingerprint(files());
  let busy: Promise<void> | undefined;
  const look = async (): Promise<void> => {
    const now = await fingerprint(files());
    if (now === seen) return;
    // Whatever `changed` makes of it, the same content is reported once.
    await changed();
    seen = await fingerprint(files());
  };
  const timer = setInterval(() => {
    busy ??= look().finally(() => {
      busy = undefined;
    });
  }, POLL_MS);
  timer.unref();
  return {
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      await busy;
    },
  };
}

async function fingerprint(files: readonly string[]): Promise<string> {
  const parts = await Promise.all(
    files.map(async (file) => {
      const found = await stat(file, { bigint: true }).catch(() => undefined);
      return found === undefined ? `${file} -` : `${file} ${found.ino} ${found.size} ${found.mtimeNs}`;
    }),
  );
  return parts.join('\n');
}
