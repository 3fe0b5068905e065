import { userInfo } from 'node:os';
import type { Actor } from '@boomgate/server';

/** Who typed the command, as far as the machine knows: the account. */
export function commandLineActor(): Actor {
  const { name, uid } = account();
  return { kind: 'cli', id: uid, name, via: 'cli', address: '' };
}

function account(): { readonly name: string; readonly uid: string } {
  try {
    const { uid, username } = userInfo();
    return { name: username, uid: String(uid) };
  } catch {
    // An account without an entry, as in many containers.
    const uid = String(process.getuid?.() ?? 'unknown');
    return { name: uid, uid };
  }
}
