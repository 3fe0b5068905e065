import type * as Library from '@simplewebauthn/server';
import { z } from 'zod';
import { PASSKEY_CEREMONY_MS } from '../../limits/index.ts';
import type { PasskeyRecord, PersonRecord } from '../../store/index.ts';
import type { PeopleContext } from './context.ts';

/** Where passkeys are for: they work at this address alone (WebAuthn §5.1.2). */
export type PasskeyPlace = { readonly id: string; readonly origins: readonly string[] };

/** What a browser's authenticator is asked, and the sealed challenge that has to come back. */
export type Ceremony = { readonly options: string; readonly state: string };

/** What the library takes; it checks every member itself. */
type Registration = Library.RegistrationResponseJSON;
type Authentication = Library.AuthenticationResponseJSON;

/** Loaded when somebody has a passkey: a gateway starts sooner without. */
const library = () => import('@simplewebauthn/server');

const kept = z.strictObject({
  challenge: z.string(),
  /** Whose passkey is added; absent for a sign-in. */
  person: z.string().optional(),
  endsAtMs: z.number(),
});
type Kept = z.infer<typeof kept>;

/** The device must know its person (PIN, finger, face), so that a passkey is two factors, and find the passkey by itself. */
const SELECTION = { residentKey: 'required', userVerification: 'required' } as const;

/** An address without a name has no passkeys; the machine's own has one. Undefined for an address of digits. */
export function passkeyPlace(url: string): PasskeyPlace | undefined {
  const own = new URL(url);
  const isLoopback = /^(?:127\.\d+\.\d+\.\d+|\[::1\])$/.test(own.hostname);
  if (isLoopback) own.hostname = 'localhost';
  const { hostname } = own;
  const isName = !/^[\d.]+$/.test(hostname) && !hostname.startsWith('[');
  return isName ? { id: hostname, origins: [own.origin] } : undefined;
}

export async function beginPasskey(
  context: PeopleContext,
  place: PasskeyPlace,
  who: { readonly person: PersonRecord; readonly has: readonly PasskeyRecord[] },
): Promise<Ceremony> {
  const { email, id, name } = who.person;
  const { generateRegistrationOptions } = await library();
  const options = await generateRegistrationOptions({
    rpName: 'Boomgate',
    rpID: place.id,
    userID: new TextEncoder().encode(id),
    userName: email,
    userDisplayName: name,
    attestationType: 'none',
    authenticatorSelection: SELECTION,
    excludeCredentials: who.has.map(({ credential }) => ({ id: credential })),
    timeout: PASSKEY_CEREMONY_MS,
  });
  return { options: JSON.stringify(options), state: sealed(context, options.challenge, id) };
}

export async function beginPasskeySignIn(context: PeopleContext, place: PasskeyPlace): Promise<Ceremony> {
  const { generateAuthenticationOptions } = await library();
  const options = await generateAuthenticationOptions({
    rpID: place.id,
    userVerification: SELECTION.userVerification,
    timeout: PASSKEY_CEREMONY_MS,
  });
  return { options: JSON.stringify(options), state: sealed(context, options.challenge) };
}

export type Presented = {
  readonly place: PasskeyPlace;
  readonly state: string;
  /** JSON text of the browser's `PublicKeyCredential`. */
  readonly credential: string;
};

/** The passkey that a device made for this person, or undefined for whatever is wrong. */
export async function readPasskey(
  context: PeopleContext,
  { credential, place, state }: Presented,
  person: string,
): Promise<Pick<PasskeyRecord, 'credential' | 'publicKey' | 'counter'> | undefined> {
  const ceremony = opened(context, state);
  if (ceremony?.person !== person) return undefined;
  const response = parsed<Registration>(credential);
  if (response === undefined) return undefined;
  const { verifyRegistrationResponse } = await library();
  const checked = await orNothing(() =>
    verifyRegistrationResponse({ response, ...expectedOf(ceremony, place), requireUserVerification: true }),
  );
  if (checked?.verified !== true || !(await useUp(context, ceremony))) return undefined;
  const { counter, id, publicKey } = checked.registrationInfo.credential;
  return { credential: id, publicKey, counter };
}

/** Whose passkey signed the challenge, or undefined for whatever is wrong. Uses the challenge up. */
export async function provePasskey(
  context: PeopleContext,
  { credential, place, state }: Presented,
): Promise<PasskeyRecord | undefined> {
  const ceremony = opened(context, state);
  const response = parsed<Authentication>(credential);
  if (ceremony === undefined || ceremony.person !== undefined || response === undefined) return undefined;
  const known = await context.people.passkeys.findByCredential(response.id);
  if (known === undefined) return undefined;
  const { counter, publicKey } = known;
  const { verifyAuthenticationResponse } = await library();
  const checked = await orNothing(() =>
    verifyAuthenticationResponse({
      response,
      ...expectedOf(ceremony, place),
      requireUserVerification: true,
      credential: { id: known.credential, publicKey: new Uint8Array(publicKey), counter },
    }),
  );
  if (checked?.verified !== true || !(await useUp(context, ceremony))) return undefined;
  const isNews = await context.people.passkeys.use(known.id, checked.authenticationInfo.newCounter);
  return isNews ? known : undefined;
}

/** Each challenge is good for one passkey or one sign-in: false when it was used before. */
function useUp({ people }: PeopleContext, { challenge, endsAtMs }: Kept): Promise<boolean> {
  return people.spent.spend(`challenge ${challenge}`, endsAtMs);
}

const expectedOf = ({ challenge }: Kept, { id, origins }: PasskeyPlace) => ({
  expectedChallenge: challenge,
  expectedOrigin: [...origins],
  expectedRPID: id,
});

function sealed({ nowMs, passkeySeal }: PeopleContext, challenge: string, person?: string): string {
  const endsAtMs = nowMs() + PASSKEY_CEREMONY_MS;
  return passkeySeal.close(
    JSON.stringify({ challenge, endsAtMs, ...(person === undefined ? {} : { person }) } satisfies Kept),
  );
}

function opened({ nowMs, passkeySeal }: PeopleContext, state: string): Kept | undefined {
  const text = passkeySeal.open(state);
  if (text === undefined) return undefined;
  const ceremony = kept.parse(JSON.parse(text));
  return nowMs() < ceremony.endsAtMs ? ceremony : undefined;
}

function parsed<Response extends { readonly id: string }>(text: string): Response | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isCredential =
      typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string';
    return isCredential ? (value as unknown as Response) : undefined; // a cast: the library checks the other members
  } catch {
    return undefined;
  }
}

/** The library throws for what somebody presented. */
async function orNothing<Result>(check: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await check();
  } catch {
    return undefined;
  }
}
