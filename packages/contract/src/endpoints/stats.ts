import { z } from 'zod';
import { resource } from '../endpoint/index.ts';
import { moment } from '../shapes/index.ts';

/** Days that can be asked for at once: hours are many. */
export const STATS_DAYS_MAX = { hour: 8, day: 400 } as const;

const top = <Names extends z.ZodRawShape>(names: Names) =>
  z.array(z.strictObject({ ...names, count: z.int() }));

export const stats = resource({
  read: {
    method: 'GET',
    path: '/stats',
    summary: 'Counts of decisions: by outcome over time, and the most frequent tools, refusals and grants',
    access: 'read',
    query: z.strictObject({
      /** A day before `until` unless it says otherwise. Whole hours or days in UTC are answered. */
      since: moment.optional(),
      /** Now unless it says otherwise. */
      until: moment.optional(),
      bucket: z.enum(['hour', 'day']).default('hour'),
    }),
    status: 200,
    answer: z.strictObject({
      since: moment,
      until: moment,
      bucket: z.enum(['hour', 'day']),
      /** False while a log that was there before is still being counted. */
      isComplete: z.boolean(),
      /** Until then decisions are counted while it is not complete; absent as long as none is. */
      countedUntil: moment.optional(),
      /** Without hours or days in which there was none. */
      buckets: z.array(z.strictObject({ at: moment, outcomes: z.record(z.string(), z.int()) })),
      /** Empty names stand for further ones. */
      tools: top({ server: z.string(), tool: z.string() }),
      refusals: top({ policy: z.string(), rule: z.string() }),
      grants: top({ id: z.string(), name: z.string() }),
    }),
    problems: [],
  },
});
