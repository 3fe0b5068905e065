import { StoreError } from '../contract.ts';

/** Redis cannot be used, or does not do what it is asked. Texts name no host, no user and no password. */
export class RedisError extends StoreError {
  constructor(message: string, options?: ErrorOptions) {
    super('unavailable', message, options);
  }
}

/** What whoever waits for Redis is told when it took too long. */
export const LATE = 'Redis does not answer in time; try again';

/** The same where it answers something else. */
export const ASTRAY = 'Redis answers something else than it was asked; try again';

const REFUSED = 'Redis refuses the user or the password: correct --redis';
const FOLLOWS = 'Redis is read-only: it only follows another one; name that one with --redis';
const IN_PARTS =
  'Redis is a cluster, which may keep the counters of one call apart: name a Redis that is not one';

/** What an answer of Redis that is an error means, by its first word. */
const ANSWERS: Readonly<Record<string, string>> = {
  ASK: IN_PARTS,
  BUSY: 'Redis is busy with a script; try again',
  CLUSTERDOWN: IN_PARTS,
  CROSSSLOT: IN_PARTS,
  LOADING: 'Redis still reads what it had stored; try again when that is done',
  MASTERDOWN: FOLLOWS,
  MISCONF:
    'Redis refuses changes because it cannot write its file: free its disk, or start it with --save ""',
  MOVED: IN_PARTS,
  NOAUTH: REFUSED,
  NOPERM: 'Redis does not let its user do what boomgate needs: give it more rights (docs/replicas.md)',
  NOREPLICAS: 'Redis refuses changes: too few others follow it (min-replicas-to-write)',
  OOM: 'Redis is full: raise its maxmemory, or remove what others put there',
  READONLY: FOLLOWS,
  TRYAGAIN: IN_PARTS,
  WRONGPASS: REFUSED,
};

/** Answers without a word of their own. What Redis says of an unknown command repeats what was sent. */
const GENERAL: readonly (readonly [RegExp, string])[] = [
  [/^ERR AUTH |but no password is set/, 'Redis has no password, but --redis names one: correct one of them'],
  [/^ERR invalid password/, REFUSED],
  [
    /^ERR unknown (?:sub)?command/,
    'Redis lacks a command that boomgate needs: it may be too old, or not allow it',
  ],
  [/^ERR max number of clients/, 'Redis has no connection left: raise its maxclients'],
  [/^ERR .*DB index/, 'Redis has no such database: correct the number at the end of --redis'],
];

/** Failures that the client names by their class alone. */
const CLASSES: Readonly<Record<string, string>> = {
  AbortError: LATE,
  ClientClosedError: 'Redis is not connected; try again',
  ClientOfflineError: 'Redis is not connected; try again',
  ConnectionTimeoutError: 'Redis cannot be reached: it does not answer in time',
  DisconnectsClientError: 'Redis is not connected; try again',
  SocketClosedUnexpectedlyError:
    'Redis ended the connection; where it wants TLS, --redis begins with rediss://',
  SocketTimeoutError: LATE,
  TimeoutError: LATE,
};

/** What to add to the code of a failure on the way. */
const ON_THE_WAY: readonly (readonly [RegExp, string])[] = [
  [/^ERR_SSL/, '; rediss:// needs a port that speaks TLS'],
  [/^CERT_(?:HAS_EXPIRED|NOT_YET_VALID)/, '; renew its certificate, or set the clock of this machine right'],
  [/ALTNAME/, '; its certificate is for another name: have --redis name that one'],
  [
    /CERT|SELF_SIGNED|UNABLE_TO_VERIFY/,
    '; the issuer of its certificate is not trusted: add it with NODE_EXTRA_CA_CERTS',
  ],
];

/** Whether Redis refused because it follows another one. */
export function isFollower(error: unknown): boolean {
  return error instanceof Error && answerOf(error.message) === FOLLOWS;
}

/** The cause is kept, so that whoever sent a script can tell that Redis has forgotten it (NOSCRIPT). */
export function toRedisError(error: unknown): RedisError {
  if (error instanceof RedisError) return error;
  return new RedisError(textOf(error), { cause: error });
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return 'Redis cannot be used: no reason was given';
  const known = CLASSES[error.constructor.name] ?? answerOf(error.message);
  if (known !== undefined) return known;
  // What the system says of it names the host.
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) return `Redis cannot be used: ${error.message}`;
  const hint = ON_THE_WAY.find(([pattern]) => pattern.test(code))?.[1] ?? '';
  return `Redis cannot be reached: ${code}${hint}`;
}

function answerOf(message: string): string | undefined {
  const [word = ''] = /^[A-Z]+/.exec(message) ?? [];
  return ANSWERS[word] ?? GENERAL.find(([pattern]) => pattern.test(message))?.[1];
}
