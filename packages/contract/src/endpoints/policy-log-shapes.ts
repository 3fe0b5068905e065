import { z } from 'zod';
import { filterText, idText, moment, nameText } from '../shapes/index.ts';

/** Requests of a period: those to one server, also one that is gone, of one grant (id or name) or of all. */
export const period = {
  server: nameText,
  grant: filterText.optional(),
  /** A week before now, unless it is given. */
  since: moment.optional(),
  until: moment.optional(),
};
/** What of the period was looked at. */
const lookedAt = {
  /** False: there are older requests in the period that were not looked at. */
  isComplete: z.boolean(),
  /** The first and the last; absent without any. */
  from: moment.optional(),
  to: moment.optional(),
};

const REPLAY_EFFECTS = ['newly_denied', 'newly_limited', 'newly_asked', 'newly_allowed', 'unknown'] as const;

/** What a policy would have said of the calls of a period. */
export const replayReport = z.strictObject({
  calls: z.int(),
  ...lookedAt,
  counts: z.strictObject({
    same: z.int(),
    newly_denied: z.int(),
    newly_limited: z.int(),
    newly_asked: z.int(),
    newly_allowed: z.int(),
    /** It depends on what the log does not keep: values of arguments. */
    unknown: z.int(),
  }),
  /** What changes or is not known, the most frequent first; at most 100. */
  lines: z.array(
    z.strictObject({
      effect: z.enum(REPLAY_EFFECTS),
      tool: z.string(),
      /** How the calls were decided. */
      before: z.string(),
      /** By which they would be refused or asked for; empty where no rule is, or it is not known. */
      rule: z.string(),
      calls: z.int(),
      /** The newest of these decisions. */
      example: idText,
    }),
  ),
  /** Lines that had no room. */
  more: z.int(),
  /** Limits on calls in flight, which a replay leaves out. */
  leftOut: z.array(z.string()),
});

/** A policy made of what was let through in a period. */
export const policySuggestion = z.strictObject({
  document: z.record(z.string(), z.unknown()),
  /** Requests that it allows, and those that were refused, which it does not allow for that. */
  uses: z.int(),
  refused: z.int(),
  ...lookedAt,
  /** The most used first. */
  tools: z.array(
    z.strictObject({
      tool: z.string(),
      calls: z.int(),
      /** Calls of one grant in a minute, at the 99th percentile. */
      perMinute: z.int(),
    }),
  ),
  /** What was used and no rule can name exactly, or had no room. */
  leftOut: z.array(z.string()),
});
