import { z } from 'zod';
import { resource } from '../endpoint/index.ts';
import { idText, moment, nameText, pageOf, pageQuery, step, usage } from '../shapes/index.ts';
import { period, policySuggestion, replayReport } from './policy-log-shapes.ts';
import {
  policyChange,
  policyDocument,
  policyProblem,
  policyProposal,
  policySaved,
  policyVersion,
  saveNote,
} from './policy-shapes.ts';
import { TOOL_NAME_MAX } from './servers.ts';

/** Calls of one simulation: a page of a person's examples, decided between requests of agents. */
const SIMULATED_CALLS_MAX = 100;

const policy = policyVersion.extend({
  /** The only server whose grants it may decide; absent for any. */
  server: z.string().optional(),
  /** Another of the same name, which the configuration file declares, is in force in its place. */
  isShadowed: z.boolean(),
});

const params = z.strictObject({ policy: nameText });
const number = z.int().min(1);
const written = {
  answer: policySaved,
  // The store writes change and row in one transaction.
  audit: 'by_store',
  access: 'write_policies',
  pends: true,
} as const;

/** Either a document, or the name of a policy with or without a version. */
const chosen = {
  document: policyDocument.optional(),
  policy: nameText.optional(),
  version: number.optional(),
};
type Chosen = { readonly [N in 'document' | 'policy' | 'version']?: unknown };
const isOne = ({ document, policy: name, version }: Chosen): boolean =>
  (document === undefined) !== (name === undefined) && (version === undefined || name !== undefined);
const CHOSEN = 'expected either a document, or the name of a policy';

const call = z.strictObject({
  tool: z.string().min(1).max(TOOL_NAME_MAX),
  args: z.record(z.string(), z.unknown()).default({}),
  /** When it is made; now unless it is said. */
  at: moment.optional(),
  /** Characters as the gateway keeps of what agents say of themselves. */
  client: z
    .strictObject({ name: z.string().max(128).optional(), version: z.string().max(128).optional() })
    .default({}),
});

export const policies = resource({
  list: {
    method: 'GET',
    path: '/policies',
    summary: 'The policies of the organisation with the version that is in force, by name',
    access: 'read',
    query: z.strictObject({ ...pageQuery }),
    status: 200,
    answer: pageOf(policy),
    problems: [],
  },
  create: {
    ...written,
    method: 'POST',
    path: '/policies',
    summary: 'Save a new policy; where a second person has to accept it, it waits as a proposal (202)',
    body: z.strictObject({
      // No address can hold these: a policy of such a name could be neither shown nor removed.
      name: nameText.refine(
        (name) => name !== '.' && name !== '..',
        'expected another name than "." and ".."',
      ),
      server: nameText.optional(),
      document: policyDocument,
      note: saveNote,
    }),
    status: 201,
    problems: ['name_taken', 'declared_by_file', 'too_many_policies'],
    creates: true,
  },
  show: {
    method: 'GET',
    path: '/policies/{policy}',
    summary: 'The version of a policy that is in force, with its document',
    access: 'read',
    params,
    status: 200,
    answer: policy.extend({ text: z.string(), document: z.record(z.string(), z.unknown()) }),
    problems: [],
    conditional: true,
  },
  save: {
    ...written,
    method: 'PUT',
    path: '/policies/{policy}',
    summary: 'Put a new version in force; the answer says what differs and whether it widens access',
    params,
    body: z.strictObject({ document: policyDocument, note: saveNote }),
    status: 200,
    problems: ['declared_by_file', 'too_many_policies'],
    conditional: true,
  },
  rollback: {
    ...written,
    method: 'POST',
    path: '/policies/{policy}/rollback',
    summary: 'Put the text of an earlier version in force again, as a new version',
    params,
    body: z.strictObject({ version: number, note: saveNote }),
    status: 200,
    problems: ['declared_by_file', 'too_many_policies'],
    conditional: true,
  },
  remove: {
    method: 'DELETE',
    path: '/policies/{policy}',
    summary: 'Remove a policy that no grant uses; its versions stay readable',
    access: 'write_policies',
    params,
    status: 204,
    audit: 'by_store',
    problems: ['declared_by_file', 'policy_in_use'],
    conditional: true,
  },
  versions: {
    method: 'GET',
    path: '/policies/{policy}/versions',
    summary: 'All versions of a policy, newest first',
    access: 'read',
    params,
    query: z.strictObject({ ...pageQuery }),
    status: 200,
    answer: pageOf(policyVersion),
    problems: [],
  },
  version: {
    method: 'GET',
    path: '/policies/{policy}/versions/{version}',
    summary: 'One version with its document',
    access: 'read',
    params: params.extend({ version: z.coerce.number().int().min(1) }),
    status: 200,
    answer: policyVersion.extend({ text: z.string(), document: z.record(z.string(), z.unknown()) }),
    problems: [],
  },
  difference: {
    method: 'POST',
    path: '/policies/{policy}/difference',
    summary: 'What differs between two versions, and whether the later one widens access',
    access: 'read',
    params,
    body: z.strictObject({ before: number, after: number }),
    status: 200,
    answer: policyChange,
    audit: 'nothing',
    problems: [],
  },
  check: {
    method: 'POST',
    path: '/policies/check',
    summary:
      'What is wrong with a document, also held against the tools that a server offers, and what it would count anew',
    access: 'read',
    body: z.strictObject({
      document: policyDocument,
      server: nameText.optional(),
      /** Whose version in force the document would replace: what that does to counters is told. */
      policy: nameText.optional(),
    }),
    status: 200,
    answer: z.strictObject({
      /** False: it would not be saved. */
      isSound: z.boolean(),
      /** How many tools of the server it was held against; absent when they are not known. */
      tools: z.int().optional(),
      problems: z.array(policyProblem),
    }),
    audit: 'nothing',
    problems: [],
  },
  simulate: {
    method: 'POST',
    path: '/policies/simulate',
    summary: 'Decide calls in order without making them, with counters of their own',
    access: 'read',
    body: z
      .strictObject({
        ...chosen,
        /** Whose tools they are: their schemas and classes come from what it offers. */
        server: nameText.optional(),
        /** Whose calls they are; name and labels of nobody's grant otherwise. */
        grant: idText.optional(),
        calls: z.array(call).min(1).max(SIMULATED_CALLS_MAX),
      })
      .refine(isOne, CHOSEN),
    status: 200,
    answer: z.strictObject({
      items: z.array(
        z.strictObject({
          outcome: z.string(),
          rule: z.string(),
          message: z.string(),
          retryAfterMs: z.number().optional(),
          trace: z.array(step),
          usage: z.array(usage),
        }),
      ),
    }),
    audit: 'nothing',
    problems: [],
  },
  replay: {
    method: 'POST',
    path: '/policies/replay',
    summary:
      'What a policy would have decided for calls that were made: how many it would decide differently, which, and by which rule. The log keeps no values, so for some calls this is not known',
    access: 'read',
    body: z.strictObject({ ...chosen, ...period }).refine(isOne, CHOSEN),
    status: 200,
    answer: replayReport,
    audit: 'nothing',
    problems: [],
  },
  suggest: {
    method: 'POST',
    path: '/policies/suggest',
    summary:
      'The smallest policy that would have allowed what was let through: tools, resources and prompts that were used, each tool at its usual rate',
    access: 'read',
    body: z.strictObject(period),
    status: 200,
    answer: policySuggestion,
    audit: 'nothing',
    problems: [],
  },
  attach: {
    method: 'PUT',
    path: '/grants/{grant}/policy',
    summary:
      'Let a policy decide the calls of a grant, from the next one on, or once a second person accepts it',
    access: 'write_policies',
    params: z.strictObject({ grant: idText }),
    body: z.strictObject({
      policy: nameText,
      /** Of a stack grant: the server whose calls it decides. */
      server: nameText.optional(),
    }),
    status: 200,
    answer: z.strictObject({
      grant: idText,
      name: z.string(),
      policy: z.string(),
      server: z.string(),
      /** The policy waits for a second person (status 202); until then the grant has the one that it had. */
      proposal: policyProposal.optional(),
    }),
    pends: true,
    audit: 'by_store',
    problems: ['declared_by_file', 'grant_revoked', 'too_many_policies'],
  },
});
