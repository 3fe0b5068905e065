import { type EndingCredentials, makeOf, type OfEachKind, type OutboxEvent } from '../store/index.ts';

const approval = ({ id }: { readonly id: string }) => `/approvals/${id}`;
const proposal = ({ id }: { readonly id: string }) => `/proposals/${id}`;
const grant = ({ id }: { readonly id: string }) => `/grants/${encodeURIComponent(id)}`;
const request = ({ id }: { readonly id: string }) => `/access/${id}`;

function pageOfEnds({ count, credentials: [one] }: EndingCredentials): string {
  if (one?.kind === 'api_key') return '/people';
  return one === undefined || count > 1 ? '/grants' : grant(one);
}

const PAGES: OfEachKind<string> = {
  asked: approval,
  decided: approval,
  expired: approval,
  held: ({ server }) => `/servers/${encodeURIComponent(server)}`,
  proposed: proposal,
  proposal_decided: proposal,
  misused: ({ credential: { id, kind } }) => (kind === 'grant' ? grant({ id }) : '/audit'),
  secrets_seen: ({ grant, server, where }) =>
    `/log?${new URLSearchParams({ ...(where === 'request' ? { grant: grant.id } : {}), server, secrets: 'seen' })}`,
  access_asked: request,
  access_decided: request,
  ends_soon: pageOfEnds,
};

/** The path of the gateway's page where who signs in can look at what an event is about, and decide. */
export const pageOf = (event: OutboxEvent): string => makeOf(PAGES, event);
