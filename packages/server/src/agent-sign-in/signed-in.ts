import type { AgentSignInRecord, GrantRecord, KeptSignInRecord, Store } from '../store/index.ts';
import type { SignedInAgent } from './contract.ts';

type Kept = Pick<Store, 'agentSignIns' | 'grants'>;

/** What the gateway keeps of a sign-in beside what the library does: the last thing that goes when it ends. */
export const SIGN_IN = 'SignIn';
export type KeptSignIn = Omit<SignedInAgent, 'endsAtMs' | 'isBound'> & {
  readonly grant: string;
  /** What of the file lets its access tokens be given (`AccessToken.by`); absent where a person did. */
  readonly by?: string;
};

export function readSignIn({ content }: KeptSignInRecord): KeptSignIn {
  // A cast: only who lets agents in writes records of this kind.
  return JSON.parse(content) as KeptSignIn;
}

/**
 * Those of a grant, the newest first. What is kept of those of a revoked grant opens nothing, and goes with its time; so it is with
 * what comes back by what it shows alone, a workload or the secret of the grant, and has no access token.
 */
export async function signedInAgents(
  { agentSignIns, grants }: Kept,
  { id, state }: Pick<GrantRecord, 'id' | 'state'>,
): Promise<readonly SignedInAgent[]> {
  const kept = state === 'revoked' ? [] : await agentSignIns.ofGrant(id, SIGN_IN);
  const withAccess = grants.signInsWithAccess(id);
  const opening = kept.flatMap((record): SignedInAgent[] => {
    const one = signedIn(record);
    const access = withAccess.get(one.id);
    if (access !== undefined) return [{ ...one, ...access }];
    return (one.workload ?? one.shows) === undefined ? [one] : [];
  });
  return opening.sort((a, b) => b.atMs - a.atMs);
}

/** Ends a sign-in with its tokens; undefined when the grant has none of this id. */
export async function endSignedIn(
  store: Kept,
  grant: string,
  signIn: string,
): Promise<SignedInAgent | undefined> {
  const kept = await store.agentSignIns.ofGrant(grant, SIGN_IN);
  const found = kept.map(signedIn).find(({ id }) => id === signIn);
  if (found !== undefined) await endSignIn(store, signIn);
  return found;
}

/** What the audit log says of a sign-in that was ended. */
export function signedOutAct(
  { id, name }: Pick<GrantRecord, 'id' | 'name'>,
  { client, person, shows, workload }: Pick<SignedInAgent, 'client' | 'person' | 'shows' | 'workload'>,
) {
  const unattended = shows === undefined ? { workload: workload ?? '' } : { shows };
  const of = person === undefined ? unattended : { person };
  return { target: { kind: 'grant', id, name }, before: { client: { ...client }, ...of } };
}

/** Ends all that a person consented to with grants of an organisation; how many those were. */
export async function endAllSignedIn(store: Kept, person: string, organization: string): Promise<number> {
  let ended = 0;
  for (const record of await store.agentSignIns.ofPerson(person, SIGN_IN)) {
    const { grant, id } = readSignIn(record);
    if ((await store.grants.get(organization, grant)) === undefined) continue;
    await endSignIn(store, id);
    ended += 1;
  }
  return ended;
}

/** The same of all grants, for a person whose account goes. */
export async function endEverySignedIn(store: Kept, person: string): Promise<number> {
  const records = await store.agentSignIns.ofPerson(person, SIGN_IN);
  for (const record of records) await endSignIn(store, readSignIn(record).id);
  return records.length;
}

/**
 * Has the sign-ins that a person consented to go on under another address of theirs; how many those were. Only once their account has that
 * address: it says what the agents may still do.
 */
export async function moveSignedIn(
  store: Kept,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<number> {
  const records = await store.agentSignIns.ofPerson(from, SIGN_IN);
  for (const record of records) {
    const kept: KeptSignIn = { ...readSignIn(record), person: to };
    await store.agentSignIns.put(signInRecord(kept, record.endsAtMs));
  }
  return records.length;
}

/** As it is kept. */
export function signInRecord(kept: KeptSignIn, endsAtMs: number): AgentSignInRecord {
  const { grant, id, person } = kept;
  const of = { signIn: id, grant };
  const ofPerson = person === undefined ? {} : { person };
  return { kind: SIGN_IN, key: id, content: JSON.stringify(kept), endsAtMs, of, ...ofPerson };
}

/** Access first, so that what is left when something fails opens nothing; and last, for a token that was given meanwhile. */
export async function endSignIn({ agentSignIns, grants }: Kept, signIn: string): Promise<void> {
  const kept = await agentSignIns.find(SIGN_IN, signIn);
  const endAccess = async () => {
    if (kept !== undefined) await grants.endAccess(readSignIn(kept).grant, { signIn });
  };
  await endAccess();
  await agentSignIns.end(signIn);
  await endAccess();
}

function signedIn(record: KeptSignInRecord): SignedInAgent {
  const { by: _, grant: __, ...kept } = readSignIn(record);
  return { ...kept, endsAtMs: record.endsAtMs };
}
