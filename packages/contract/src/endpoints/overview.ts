import { z } from 'zod';
import { resource } from '../endpoint/index.ts';
import { idText, moment, severityName, toolClass } from '../shapes/index.ts';
import { limitUsage } from './grants.ts';

/** Which part of a limit has to be used for it to be told: from there on a person may want to do something. */
export const NEAR_LIMIT = 0.8;

export const overview = resource({
  read: {
    method: 'GET',
    path: '/overview',
    summary:
      'What a person should look at now: servers that fail, held and uncovered tools, limits that are nearly used up',
    access: 'read',
    status: 200,
    answer: z.strictObject({
      at: moment,
      servers: z.strictObject({
        all: z.int(),
        /** By name, the first of them. */
        failing: z.array(
          z.strictObject({
            slug: z.string(),
            title: z.string().optional(),
            state: z.string(),
            reason: z.string().optional(),
          }),
        ),
        failingCount: z.int(),
      }),
      tools: z.strictObject({
        all: z.int(),
        held: z.int(),
        /** High and Critical ones that some grant can call with nothing of a policy in between: the worst first. */
        uncovered: z.array(
          z.strictObject({ server: z.string(), tool: z.string(), class: toolClass, severity: severityName }),
        ),
        uncoveredCount: z.int(),
      }),
      /** Limits of active grants of which at least `NEAR_LIMIT` is used, the fullest first. */
      limits: z.array(limitUsage.extend({ grant: z.strictObject({ id: idText, name: z.string() }) })),
      /** Grants that agents can use now. */
      activeGrants: z.int(),
      /** False where there are more servers or grants than are looked at. */
      isComplete: z.boolean(),
    }),
    problems: [],
  },
});
