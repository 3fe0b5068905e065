import { z } from 'zod';
import { resource } from '../endpoint/index.ts';
import { idText, pageOf, pageQuery } from '../shapes/index.ts';
import {
  PROPOSAL_OBSTACLES,
  PROPOSAL_STATES,
  policyChange,
  policyProposal,
  policyVersion,
  saveNote,
} from './policy-shapes.ts';

const params = z.strictObject({ proposal: idText });
const word = {
  method: 'POST',
  access: 'write_policies',
  params,
  body: z.strictObject({ note: saveNote }),
  status: 200,
  audit: 'by_store',
} as const;

export const proposals = resource({
  list: {
    method: 'GET',
    path: '/proposals',
    summary: 'Saves and attachments of policies that wait or waited for a second person, newest first',
    access: 'read',
    query: z.strictObject({ ...pageQuery, state: z.enum(PROPOSAL_STATES).optional() }),
    status: 200,
    answer: pageOf(policyProposal),
    problems: [],
  },
  show: {
    method: 'GET',
    path: '/proposals/{proposal}',
    summary: 'One of them with its document, and what differs from the version that it was made from',
    access: 'read',
    params,
    status: 200,
    answer: policyProposal.extend({
      text: z.string(),
      change: policyChange,
      /** The policy that decides there now, of one that is to be attached; absent where none does. */
      replaces: z.string().optional(),
      /** Of one that waits. */
      obstacle: z.enum(PROPOSAL_OBSTACLES).optional(),
    }),
    problems: [],
  },
  accept: {
    ...word,
    path: '/proposals/{proposal}/accept',
    summary: 'Accept a proposal of somebody else',
    answer: policyProposal.extend({ version: policyVersion }),
    problems: [
      'own_proposal',
      'proposal_decided',
      'proposal_outdated',
      'declared_by_file',
      'too_many_policies',
      'grant_revoked',
    ],
  },
  reject: {
    ...word,
    path: '/proposals/{proposal}/reject',
    summary: 'Reject a proposal of somebody else',
    answer: policyProposal,
    problems: ['own_proposal', 'proposal_decided'],
  },
  withdraw: {
    ...word,
    path: '/proposals/{proposal}/withdraw',
    summary: 'Withdraw your own proposal',
    answer: policyProposal,
    problems: ['not_own_proposal', 'proposal_decided'],
  },
});
