import { z } from 'zod';
import { PROBLEMS, type ProblemCode } from './codes.ts';

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

// A cast: the keys of the table are the codes.
const CODES = Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]];

/** One fault of the input, with the JSON Pointer (RFC 6901) to it within `params`, `query` or `body`. */
const fault = z.strictObject({
  in: z.enum(['params', 'query', 'body', 'header']),
  pointer: z.string(),
  message: z.string(),
});
export type InputFault = z.infer<typeof fault>;

/** RFC 9457. `type` is a URN of the code; `incident` is what to look for in the gateway's log. */
export const problemDocument = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.int().min(400).max(599),
  code: z.enum(CODES),
  detail: z.string().optional(),
  incident: z.string().optional(),
  errors: z.array(fault).optional(),
});
export type ProblemDocument = z.infer<typeof problemDocument>;

type Particulars = Pick<ProblemDocument, 'detail' | 'incident' | 'errors'>;

/** The document of a problem, with the status and the title of its code. */
export function describeProblem(code: ProblemCode, particulars: Particulars = {}): ProblemDocument {
  const { status, title } = PROBLEMS[code];
  return { type: `urn:boomgate:problem:${code}`, title, status, code, ...particulars };
}
