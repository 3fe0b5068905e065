import { queryOptions } from '@tanstack/react-query';
import { api, bodyOf, taggedOf } from './api.ts';

/** Things that can be chosen from: the longest page of the API. */
const CHOSEN_FROM_MAX = 200;

/*
 * What several pages read. Each has one key, so that a change which is told to one reader is told to all; the first word of a key
 * is what changes of that kind are told by.
 */

export const policiesQuery = queryOptions({
  queryKey: ['policies', 'all'],
  queryFn: () => bodyOf(api.policies.list({ query: { limit: CHOSEN_FROM_MAX } })),
});

/** With the ETag that the policy is saved by. */
export const policyQuery = (policy: string) =>
  queryOptions({
    queryKey: ['policies', 'one', policy],
    queryFn: () => taggedOf(api.policies.show({ params: { policy } })),
  });

export const serversQuery = queryOptions({
  queryKey: ['servers', 'all'],
  queryFn: () => bodyOf(api.servers.list({ query: { limit: CHOSEN_FROM_MAX } })),
});

/** What is recommended for the tools of a server; it changes with them. */
export const recommendationQuery = (server: string) =>
  queryOptions({
    queryKey: ['servers', 'recommendation', server],
    queryFn: () => bodyOf(api.catalogue.recommend({ params: { server } })),
  });

export const grantsQuery = queryOptions({
  queryKey: ['grants', 'all'],
  queryFn: () => bodyOf(api.grants.list({ query: { limit: CHOSEN_FROM_MAX } })),
});

export const grantQuery = (grant: string) =>
  queryOptions({
    queryKey: ['grants', 'one', grant],
    queryFn: () => bodyOf(api.grants.show({ params: { grant } })),
  });

/** With its arguments; of approvers alone. */
export const approvalQuery = (approval: string) =>
  queryOptions({
    queryKey: ['approval', approval],
    queryFn: () => bodyOf(api.approvals.show({ params: { approval } })),
  });
