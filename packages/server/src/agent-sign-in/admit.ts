import { hashToken } from '../identity/index.ts';
import type { Store } from '../store/index.ts';
import { SIGN_IN } from './signed-in.ts';

type Access = {
  readonly grant: string;
  readonly signIn: string;
  readonly endsAtMs: number;
  /** What of the file let it be given; absent where a person did. */
  readonly by?: string;
  /** Thumbprint of the key that it is bound to; absent where it is bound to none. */
  readonly boundTo?: string;
};

/** Lets a token open the grant that its sign-in stands for; says what has ended before that, with which it opens nothing. */
export async function admit(
  { agentSignIns, grants }: Pick<Store, 'agentSignIns' | 'grants'>,
  token: string,
  { grant, signIn, ...access }: Access,
): Promise<'done' | 'grant' | 'sign-in'> {
  const admitted = await grants.putAccess(grant, { hash: hashToken(token), signIn, ...access });
  if (admitted !== 'done') return 'grant';
  if ((await agentSignIns.find(SIGN_IN, signIn)) !== undefined) return 'done';
  // It was ended meanwhile, and whoever did that may not have seen this token.
  await grants.endAccess(grant, { signIn });
  return 'sign-in';
}
