import { hash, type JsonWebKey } from 'node:crypto';
import { publicKeyOf, RSA_BITS_MIN, rsaBitsOf } from '../public-keys.ts';
import type { GrantKeys } from './config.ts';
import type { GrantEntry } from './file-schema.ts';
import { type Environment, resolveReferences } from './references.ts';

type KeysContext = {
  readonly environment: Environment;
  readonly report: (steps: readonly string[], message: string) => void;
};

const CURVES: readonly unknown[] = ['P-256', 'P-384', 'P-521', 'Ed25519'];
/** More than anybody replaces at once. */
const KEYS_MAX = 10;

/** The public keys with which programs of a grant sign; undefined where there are none, or when it was reported why they cannot serve. */
export function readKeys(
  name: string,
  { keys: entry }: GrantEntry,
  { environment, report }: KeysContext,
): GrantKeys | undefined {
  if (entry === undefined) return undefined;
  const found = keysOf(entry.jwks, environment);
  if (typeof found === 'string') {
    report(['keys', 'jwks'], found);
    return undefined;
  }
  return { jwks: found, key: hash('sha256', JSON.stringify(['keys', name, found]), 'hex') };
}

/** The public keys of a set, as the file has it or names it, or what is wrong with it. */
export function keysOf(
  jwks: NonNullable<GrantEntry['keys']>['jwks'],
  environment: Environment,
): readonly JsonWebKey[] | string {
  if (typeof jwks !== 'string') return keysIn(JSON.stringify(jwks));
  const resolved = resolveReferences(jwks, environment);
  return 'problem' in resolved ? resolved.problem : keysIn(resolved.text);
}

/** The keys of a set (RFC 7517 §5), or what is wrong with it; nothing of a private one is repeated. */
function keysIn(text: string): readonly JsonWebKey[] | string {
  const set = parsed(text);
  const given: unknown = typeof set === 'object' && set !== null && 'keys' in set ? set.keys : undefined;
  if (!Array.isArray(given) || given.length === 0) return 'expected a set of public keys, { "keys": [ … ] }';
  if (given.length > KEYS_MAX) return `expected ${KEYS_MAX} keys at most, found ${given.length}`;
  const keys: Named[] = [];
  for (const [at, one] of given.entries()) {
    const read = publicKeyIn(one);
    if (typeof read === 'string') return `key ${at + 1}: ${read}`;
    const twin = keys.findIndex(({ kid }) => kid !== undefined && kid === read.kid);
    if (twin >= 0) return `key ${at + 1}: has the kid of key ${twin + 1}; who signs is known by it`;
    keys.push(read);
  }
  return keys;
}

type Named = JsonWebKey & { readonly kid?: string };

function publicKeyIn(given: unknown): Named | string {
  if (typeof given !== 'object' || given === null) return 'expected an object';
  // A cast: what of it is no key is refused below.
  const jwk = given as JsonWebKey;
  if (jwk['kty'] === 'oct') return 'is a shared secret; expected a public key (RSA, EC or OKP)';
  if (jwk['d'] !== undefined)
    return 'is a private key: put its public part here, and replace it, as others may have read it';
  if (!['sig', undefined].includes(jwk['use'] as string | undefined)) return 'is not for signatures ("use")';
  const { key_ops: uses, kid } = jwk as { readonly key_ops?: unknown; readonly kid?: unknown };
  if (Array.isArray(uses) && !uses.includes('verify')) return 'is not for signatures ("key_ops")';
  const key = publicKeyOf(jwk);
  if (key === undefined) return 'is not understood; expected a public key (RSA, EC or OKP)';
  const bits = rsaBitsOf(key);
  if (bits !== undefined && bits < RSA_BITS_MIN)
    return `expected ${RSA_BITS_MIN} bits or more, found ${bits}`;
  const exported = key.export({ format: 'jwk' });
  if (bits === undefined && !CURVES.includes(exported.crv))
    return `expected one of the curves ${CURVES.join(', ')}`;
  return { ...exported, use: 'sig', ...(typeof kid === 'string' ? { kid } : {}) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
