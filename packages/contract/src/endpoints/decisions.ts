import { z } from 'zod';
import { EVENT_STREAM, resource } from '../endpoint/index.ts';
import { decision, filterText, idText, pageOf, pageQuery, spanQuery } from '../shapes/index.ts';

const DECISION_OUTCOMES = [
  'allow',
  'deny',
  'hide',
  'limit',
  'approve',
  'malformed',
  'error',
  'served',
] as const;

export const FATES = [
  'result',
  'tool_error',
  'input_required',
  'error',
  'unreachable',
  'unknown',
  'cancelled',
  'blocked',
] as const;

const filter = {
  ...spanQuery,
  server: filterText.optional(),
  /** Id or name. */
  grant: filterText.optional(),
  session: filterText.optional(),
  policy: filterText.optional(),
  /** Tool, prompt or resource. */
  target: filterText.optional(),
  method: filterText.optional(),
  rule: filterText.optional(),
  /** Where it came from, as the log has it. */
  address: filterText.optional(),
  outcome: z.enum(DECISION_OUTCOMES).optional(),
  mode: z.enum(['enforce', 'observe']).optional(),
  /** A top-level key that the arguments had. */
  argKey: filterText.optional(),
  /** What became of the request. */
  status: z.enum(FATES).optional(),
  /** Only requests that held what looks like a secret, or whose answer did. */
  secrets: z.literal('seen').optional(),
};

/** A place in the log. */
const place = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER);

export const decisions = resource({
  list: {
    method: 'GET',
    path: '/decisions',
    summary: 'What agents asked for and how it was decided, newest first',
    access: 'read',
    query: z.strictObject({
      ...pageQuery,
      ...filter,
      /** Those with a lower place in the log than this; a `cursor` goes on from where its page ended instead. */
      before: place.optional(),
    }),
    status: 200,
    answer: pageOf(decision).extend({
      /** `Last-Event-ID` for a stream that goes on where this page begins, without a gap. */
      newest: z.int(),
    }),
    problems: [],
  },
  exportLines: {
    method: 'GET',
    path: '/decisions/export.ndjson',
    summary: 'Everything as lines of JSON, oldest first',
    access: 'read',
    query: z.strictObject(filter),
    audit: 'decisions.exported',
    status: 200,
    media: 'application/x-ndjson',
    problems: [],
  },
  exportTable: {
    method: 'GET',
    path: '/decisions/export.csv',
    summary: 'The same as CSV (RFC 4180), with texts that no spreadsheet takes for formulas',
    access: 'read',
    query: z.strictObject(filter),
    audit: 'decisions.exported',
    status: 200,
    media: 'text/csv; charset=utf-8',
    problems: [],
  },
  stream: {
    method: 'GET',
    path: '/decisions/stream',
    summary:
      'Decisions as they are made, as events whose id is the place in the log; Last-Event-ID goes on behind one. What became of one that was told without it follows as an event of its own, without an id',
    access: 'read',
    query: z.strictObject(filter),
    status: 200,
    media: EVENT_STREAM,
    streams: true,
    problems: [],
  },
  /** Behind the exports, whose addresses it would take for ids. */
  show: {
    method: 'GET',
    path: '/decisions/{decision}',
    summary: 'One decision with its trace, by its id or its place in the log',
    access: 'read',
    params: z.strictObject({ decision: idText }),
    status: 200,
    answer: decision,
    problems: [],
  },
});
