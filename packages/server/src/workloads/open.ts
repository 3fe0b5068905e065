import { OperationProcessingError } from 'oauth4webapi';
import { type Clock, WORKLOAD_TEXT_MAX, WORKLOADS_AT_ONCE } from '../limits/index.ts';
import {
  type Ask,
  Discovery,
  guarded,
  isOver,
  type ProviderFault,
  proveToken,
  readToken,
  Unavailable,
} from '../sign-on/index.ts';
import type { Workload, WorkloadIssuer } from './contract.ts';

/** Says which program a token is of, by the issuers that are declared now. */
export type Workloads = {
  /** Never rejects for what a token or its issuer says. */
  readonly identify: (
    token: string,
    issuers: readonly WorkloadIssuer[],
  ) => Promise<{ readonly ok: true; readonly workload: Workload } | ProviderFault>;
  /** Whether an issuer gives its keys; undefined when it does. */
  readonly faultOf: (issuer: WorkloadIssuer) => Promise<string | undefined>;
};

type Parts = {
  readonly ask: Ask;
  readonly clock: Clock;
  /** The gateway's own address: for whom tokens have to be, unless their issuer's entry says otherwise. */
  readonly url: () => string;
};

/** Kinds of tokens that name a bearer (`typ`); some issuers name none. Logout tokens, proofs and requests are others. */
const KINDS = new Set(['jwt', 'jose', 'at+jwt', 'application/at+jwt']);

const KEYS_REQUEST = {
  method: 'GET',
  headers: { accept: 'application/json' },
  body: undefined,
  redirect: 'manual',
} as const;

export function openWorkloads({ ask, clock, url }: Parts): Workloads {
  const discovery = new Discovery(ask, clock);
  const underWay = new Map<string, number>();

  const identified = async (token: string, issuers: readonly WorkloadIssuer[]): Promise<Workload> => {
    const { claims, header } = readToken(token);
    // Believed afterwards: it says whose keys it has to be proven by.
    const issuer = issuers.find((one) => one.issuer === claims['iss']);
    if (issuer === undefined) throw refused('expected an issuer that a grant of this gateway names');
    const audience = issuer.audience ?? url();
    const subject = subjectOf(header, claims, audience);
    const count = underWay.get(issuer.issuer) ?? 0;
    if (count >= WORKLOADS_AT_ONCE) throw new Unavailable('too many of its tokens are being looked at');
    underWay.set(issuer.issuer, count + 1);
    try {
      await proveToken(await discovery.of(issuer), { issuer: issuer.issuer, audience, clock }, token);
    } finally {
      underWay.set(issuer.issuer, (underWay.get(issuer.issuer) ?? 1) - 1);
    }
    // A cast: it is proven by now that there is one.
    if (isOver({ exp: claims['exp'] as number }, clock)) throw refused('it is over');
    return { issuer, subject, claims };
  };

  return {
    async faultOf(issuer) {
      const asked = await guarded(async () => {
        const { fetchKeys, metadata } = await discovery.of(issuer);
        await fetchKeys(metadata.jwks_uri ?? '', KEYS_REQUEST);
        return { ok: true as const };
      });
      return asked.ok ? undefined : asked.why;
    },

    identify: (token, issuers) =>
      guarded(async () => ({ ok: true, workload: await identified(token, issuers) })),
  };
}

type Said = ReturnType<typeof readToken>['claims'];

/** What the library does not look at. */
function subjectOf({ typ = 'JWT' }: Said, claims: Said, audience: string): string {
  const { aud, cnf, sub } = claims;
  if (typeof typ !== 'string' || !KINDS.has(typ.toLowerCase())) throw refused('its kind is another one');
  const [only, ...others] = [aud].flat();
  // Whoever else it is for could present it here.
  if (only !== audience || others.length > 0) throw refused(`expected the audience ${audience} alone`);
  if (typeof sub !== 'string' || sub === '' || sub.length > WORKLOAD_TEXT_MAX)
    throw refused(`expected a subject of 1 to ${WORKLOAD_TEXT_MAX} characters`);
  // RFC 7800: it is good together with a key, of which nothing is shown here.
  if (cnf !== undefined) throw refused('it is bound to a key (cnf)');
  return sub;
}

function refused(why: string): OperationProcessingError {
  return new OperationProcessingError(why);
}
