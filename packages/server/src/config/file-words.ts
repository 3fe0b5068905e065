import { faultWords } from '@boomgate/contract';
import { similarWord } from '@boomgate/engine';
import { z } from 'zod';

type Issue = Parameters<z.core.$ZodErrorMap>[0];
type Unknown = Extract<Issue, { readonly code: 'unrecognized_keys' }>;

/** What the shape of the file finds, in words; to be given to `safeParse` as `error`. The schema is published: known keys are no secret. */
export function fileWords(issue: Issue): string | undefined {
  return issue.code === 'unrecognized_keys' ? unknownKeys(issue) : faultWords(issue);
}

function unknownKeys({ inst, keys }: Unknown): string {
  const known = inst instanceof z.core.$ZodObject ? Object.keys(inst._zod.def.shape) : [];
  const found = keys.map((key) => {
    const meant = similarWord(key, new Set(known));
    return meant === undefined ? JSON.stringify(key) : `${JSON.stringify(key)} (did you mean "${meant}"?)`;
  });
  return `expected no other keys than ${known.join(', ')}; found ${found.join(', ')}`;
}
