import { z } from 'zod';
import { idText, moment } from '../shapes/index.ts';

/** Characters of why somebody saves a version, or decides about a proposal. */
const SAVE_NOTE_LENGTH_MAX = 1_000;
/** Characters of a document that is sent as text; in bytes the language bounds it itself (policy language §11). */
const DOCUMENT_LENGTH_MAX = 262_144;

export const saveNote = z.string().trim().max(SAVE_NOTE_LENGTH_MAX).default('');

/** A policy document: as text, whose problems have lines, or as the JSON itself. */
export const policyDocument = z.union([
  z.string().max(DOCUMENT_LENGTH_MAX),
  z.record(z.string(), z.unknown()),
]);

export const policyAuthor = z.strictObject({
  kind: z.enum(['person', 'api_key', 'cli', 'file', 'system']),
  id: z.string(),
  name: z.string(),
});

export const policyVersion = z.strictObject({
  name: z.string(),
  version: z.int(),
  /** What the configuration file declares is changed there alone. */
  origin: z.enum(['file', 'stored']),
  /** Of the canonical text, hex. */
  sha256: z.string(),
  /** Absent for versions from before this was kept. */
  author: policyAuthor.optional(),
  note: z.string(),
  savedAt: moment,
});

export const policyProblem = z.strictObject({
  code: z.string(),
  severity: z.enum(['error', 'warning']),
  message: z.string(),
  /** JSON Pointer into the document; of what the tools say, the id of the rule where it is one. */
  pointer: z.string(),
  line: z.int().optional(),
  column: z.int().optional(),
});

const seen = z.strictObject({ outcome: z.string(), rule: z.string() });

/** What shows that more is let through. `args` and `target` are shown with every invisible character as an escape. */
const example = z.strictObject({
  pointer: z.string(),
  what: z.string(),
  /** A tool, resource or prompt. */
  kind: z.enum(['tool', 'resources', 'prompts']),
  target: z.string(),
  args: z.string().optional(),
  /** Calls like it that were made before. */
  earlier: z.int().optional(),
  before: seen,
  after: seen,
});

const policyWidens = z.strictObject({
  verdict: z.enum(['no', 'yes', 'unknown']),
  /** `proof`: certain. `witness`: `example` shows it. `search`: neither was found, or not in time. */
  how: z.enum(['proof', 'witness', 'search']),
  example: example.optional(),
  /** Where more is let through, or may be. */
  places: z.array(z.strictObject({ pointer: z.string(), what: z.string() })),
});

export type PolicyWidens = z.infer<typeof policyWidens>;

/** From one version to another. */
export const policyChange = z.strictObject({
  difference: z.array(
    z.strictObject({
      kind: z.enum(['added', 'removed', 'changed', 'moved']),
      pointer: z.string(),
      before: z.unknown().optional(),
      after: z.unknown().optional(),
    }),
  ),
  widens: policyWidens,
});

export const PROPOSAL_STATES = ['waiting', 'accepted', 'rejected', 'withdrawn'] as const;

export const policyProposal = z.strictObject({
  id: idText,
  policy: z.string(),
  state: z.enum(PROPOSAL_STATES),
  /** The version that it was made from; 0 for a new policy. */
  base: z.int(),
  server: z.string().optional(),
  /** The version whose text it is again, when it rolls back. */
  from: z.int().optional(),
  /** Where the policy is to be attached; absent for a save. */
  attach: z.strictObject({ grant: idText, name: z.string(), server: z.string() }).optional(),
  widens: z.string(),
  author: policyAuthor,
  /** Of who asks: they may take it back, and not decide about it. */
  isOwn: z.boolean(),
  note: z.string(),
  proposedAt: moment,
  decidedAt: moment.optional(),
  decidedBy: policyAuthor.optional(),
  answer: z.string().optional(),
});

/** Why nobody can accept a proposal any more. */
export const PROPOSAL_OBSTACLES = ['proposal_outdated', 'declared_by_file', 'grant_revoked'] as const;

/** What became of a save: a version in force, or a proposal that waits for a second person. */
export const policySaved = policyChange.extend({
  policy: policyVersion.optional(),
  proposal: policyProposal.optional(),
  /** Of the document; they refuse nothing. */
  warnings: z.array(policyProblem),
});
