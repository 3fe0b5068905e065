import type { Answered } from '@boomgate/contract';
import { queryOptions } from '@tanstack/react-query';
import { api, bodyOf, taggedOf } from './api.ts';
import type { OnePage } from './pages.ts';

/** Of things that can be chosen from: the longest page of the API, and how many of them are read. What is left out is told by `next`. */
const LONGEST_PAGE = 200;
const PAGES_MAX = 5;

async function chosenFrom<Item>(
  read: (query: { readonly limit: number; readonly cursor?: string }) => Promise<Answered<OnePage<Item>>>,
): Promise<OnePage<Item>> {
  let { items, next } = await bodyOf(read({ limit: LONGEST_PAGE }));
  for (let pages = 1; next !== undefined && pages < PAGES_MAX; pages += 1) {
    const page = await bodyOf(read({ limit: LONGEST_PAGE, cursor: next }));
    items = [...items, ...page.items];
    next = page.next;
  }
  return { items, ...(next === undefined ? {} : { next }) };
}

/*
 * What several pages read. Each has one key, so that a change which is told to one reader is told to all; the first word of a key
 * is what changes of that kind are told by.
 */

export const policiesQuery = queryOptions({
  queryKey: ['policies', 'all'],
  queryFn: () => chosenFrom((query) => api.policies.list({ query })),
});

/** With the ETag that the policy is saved by. */
export const policyQuery = (policy: string) =>
  queryOptions({
    queryKey: ['policies', 'one', policy],
    queryFn: () => taggedOf(api.policies.show({ params: { policy } })),
  });

export const serversQuery = queryOptions({
  queryKey: ['servers', 'all'],
  queryFn: () => chosenFrom((query) => api.servers.list({ query })),
});

/** What is recommended for the tools of a server; it changes with them. */
export const recommendationQuery = (server: string) =>
  queryOptions({
    queryKey: ['servers', 'recommendation', server],
    queryFn: () => bodyOf(api.catalogue.recommend({ params: { server } })),
  });

export const grantsQuery = queryOptions({
  queryKey: ['grants', 'all'],
  queryFn: () => bodyOf(api.grants.list({ query: { limit: LONGEST_PAGE } })),
});

/** The grants in which the name of a policy occurs, that of another of which it is a part too. */
export const grantsNamingQuery = (policy: string) =>
  queryOptions({
    queryKey: ['grants', 'naming', policy],
    queryFn: () => chosenFrom((query) => api.grants.list({ query: { ...query, text: policy } })),
  });

export const grantQuery = (grant: string) =>
  queryOptions({
    queryKey: ['grants', 'one', grant],
    queryFn: () => bodyOf(api.grants.show({ params: { grant } })),
  });

export const proposalQuery = (proposal: string) =>
  queryOptions({
    queryKey: ['proposals', 'one', proposal],
    queryFn: () => bodyOf(api.proposals.show({ params: { proposal } })),
  });

export const accessRequestQuery = (request: string) =>
  queryOptions({
    queryKey: ['access', 'one', request],
    queryFn: () => bodyOf(api.accessRequests.show({ params: { request } })),
  });

/** With its arguments; of approvers alone. */
export const approvalQuery = (approval: string) =>
  queryOptions({
    queryKey: ['approval', approval],
    queryFn: () => bodyOf(api.approvals.show({ params: { approval } })),
  });
