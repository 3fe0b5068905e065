import { z } from 'zod';
import { resource } from '../endpoint/index.ts';
import { filterText, idText, moment, pageOf, pageQuery, spanQuery } from '../shapes/index.ts';

const facts = z.record(z.string(), z.unknown());

const act = z.strictObject({
  id: idText,
  /** Its place in the log: later ones have greater. */
  cursor: z.int(),
  at: moment,
  actor: z.strictObject({
    kind: z.enum(['person', 'api_key', 'cli', 'file', 'system']),
    id: z.string(),
    name: z.string(),
    via: z.enum(['dashboard', 'api', 'cli', 'file', 'gateway']),
    address: z.string(),
  }),
  action: z.string(),
  target: z.strictObject({ kind: z.string(), id: z.string(), name: z.string() }),
  /** Secrets stand in these as fingerprints alone. */
  before: facts.optional(),
  after: facts.optional(),
  /** Where the decision log stood. */
  decisions: z.strictObject({ link: z.int(), hash: z.string() }),
});

/** Whoever runs the gateway looked into findings and let them stand, by the command line. */
const acceptance = z.strictObject({
  by: z.string(),
  at: moment,
  reason: z.string(),
  findings: z.int(),
});

/** What the walk along the chain of a log found; sound when there are no findings. */
const chain = z.strictObject({
  rows: z.int(),
  /** The last link, to be kept elsewhere: with it, a log that was set back as a whole is found out. */
  head: z.strictObject({ link: z.int(), hash: z.string() }),
  findings: z.array(
    z.strictObject({
      kind: z.enum(['changed', 'missing', 'inserted', 'moved', 'rewritten', 'cut_off']),
      text: z.string(),
      link: z.int(),
      /** Absent while nobody accepted it. */
      accepted: acceptance.optional(),
    }),
  ),
  /** What was accepted of this log, also of rows that were deleted since. */
  acceptances: z.array(acceptance),
});

const filter = {
  ...spanQuery,
  /** The whole code, or its noun alone: `grant.created`, `grant`. */
  action: filterText.optional(),
  /** Id or name. */
  actor: filterText.optional(),
  target: filterText.optional(),
};

export const audit = resource({
  list: {
    method: 'GET',
    path: '/audit',
    summary:
      'What was changed in the organisation, by whom and from where, newest first; looking is recorded too',
    access: 'read_audit',
    query: z.strictObject({ ...pageQuery, ...filter }),
    audit: 'audit.read',
    status: 200,
    answer: pageOf(act),
    problems: [],
  },
  verify: {
    method: 'POST',
    path: '/audit/verify',
    summary:
      'Walk both logs from their beginning and name every row that is changed, missing, moved or inserted',
    access: 'read_audit',
    audit: 'audit.verified',
    status: 200,
    answer: z.strictObject({ decisions: chain, audit: chain }),
    problems: [],
  },
  exportLines: {
    method: 'GET',
    path: '/audit/export.ndjson',
    summary: 'Everything as lines of JSON, oldest first',
    access: 'read_audit',
    query: z.strictObject(filter),
    audit: 'audit.exported',
    status: 200,
    media: 'application/x-ndjson',
    problems: [],
  },
  exportTable: {
    method: 'GET',
    path: '/audit/export.csv',
    summary: 'The same as CSV (RFC 4180), with texts that no spreadsheet takes for formulas',
    access: 'read_audit',
    query: z.strictObject(filter),
    audit: 'audit.exported',
    status: 200,
    media: 'text/csv; charset=utf-8',
    problems: [],
  },
});
