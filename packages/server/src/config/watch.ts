import { stat } from 'node:fs/promises';

/** Milliseconds between looks at the files. Polling sees every way of saving, also a rename over the file. */
const POLL_MS = 300;

/**
 * Calls `changed` when one of the files is written, replaced, removed or created. `files` is asked anew at every look.
 * The first look happens after `POLL_MS`; what is there then is compared with what was there when they were read.
 */
export function watchFiles(
  files: () => readonly string[],
  { changed, from }: { readonly changed: () => Promise<void>; readonly from: Seen },
): AsyncDisposable {
  let seen = from;
  let busy: Promise<void> | undefined;
  const look = async (): Promise<void> => {
    const now = await lookAt(files());
    if (isSame(now, seen)) return;
    // Whatever `changed` makes of it, the same content is reported once; what is written while it reads is another.
    await changed();
    const later = await lookAt(files());
    seen = new Map([...later].map(([file, found]) => [file, now.get(file) ?? found]));
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

/** What stands for what is in each file. */
export type Seen = ReadonlyMap<string, string>;

export async function lookAt(files: readonly string[]): Promise<Seen> {
  return new Map(await Promise.all(files.map(async (file) => [file, await fingerprint(file)] as const)));
}

async function fingerprint(file: string): Promise<string> {
  const found = await stat(file, { bigint: true }).catch(() => undefined);
  return found === undefined ? '-' : `${found.ino} ${found.size} ${found.mtimeNs}`;
}

function isSame(one: Seen, other: Seen): boolean {
  return one.size === other.size && [...one].every(([file, found]) => other.get(file) === found);
}
