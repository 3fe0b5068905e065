import { type Clock, SETUP_CODE_MS } from '../../limits/index.ts';
import type { Store } from '../../store/index.ts';
import { hashToken } from '../token.ts';
import { mintSetupCode, plainCode } from './codes.ts';

export type SetupCode = { readonly code: string; readonly expiresAtMs: number };

/** A new code at every start without people: the one of an earlier start may have been seen by more than its reader. */
export async function openSetup({ people }: Store, clock: Clock): Promise<SetupCode | undefined> {
  if ((await people.accounts.count()) > 0) return undefined;
  const code = mintSetupCode();
  const expiresAtMs = clock.wallMs() + SETUP_CODE_MS;
  await people.setup.open(hashToken(plainCode(code)), expiresAtMs);
  return { code, expiresAtMs };
}
