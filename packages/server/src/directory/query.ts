import { DIRECTORY_PAGE, DIRECTORY_PAGE_MAX, DIRECTORY_TEXT_MAX } from '../limits/index.ts';
import { fault, type ScimResult } from './contract.ts';

/** What can be looked for, and nothing else. */
type Where = Partial<Record<'id' | 'userName' | 'externalId' | 'email', string>>;

const OF = {
  id: 'id',
  username: 'userName',
  externalid: 'externalId',
  emails: 'email',
  'emails.value': 'email',
  'emails[type eq "work"].value': 'email',
  'emails[primary eq true].value': 'email',
} as const satisfies Readonly<Record<string, keyof Where>>;

const PREFIXES = ['', 'urn:ietf:params:scim:schemas:core:2.0:user:'];
const EQUALS = ' eq ';

/** One attribute that equals a text (RFC 7644, 3.4.2.2); without a filter all are meant. */
export function readFilter(filter: string | undefined): ScimResult<Where> {
  if (filter === undefined) return { ok: true, value: {} };
  const text = filter.trim();
  const lower = text.toLowerCase();
  for (const prefix of PREFIXES)
    for (const [name, key] of Object.entries(OF)) {
      const head = prefix + name + EQUALS;
      if (!lower.startsWith(head)) continue;
      const value = textIn(text.slice(head.length));
      if (value !== undefined) return { ok: true, value: { [key]: value } };
    }
  return fault(
    'invalidFilter',
    'expected userName, externalId, id or emails.value, with eq and a text in double quotes',
  );
}

function textIn(quoted: string): string | undefined {
  try {
    const value: unknown = JSON.parse(quoted);
    return typeof value === 'string' && value.length <= DIRECTORY_TEXT_MAX ? value : undefined;
  } catch {
    return undefined;
  }
}

/** RFC 7644, 3.4.2.4: from 1 on; what is no number counts as not said, and what is out of bounds as the bound. */
export function readPage({
  count,
  startIndex,
}: {
  readonly startIndex: string | undefined;
  readonly count: string | undefined;
}): { readonly offset: number; readonly limit: number } {
  const first = Math.max(1, wholeIn(startIndex) ?? 1);
  const limit = Math.min(Math.max(0, wholeIn(count) ?? DIRECTORY_PAGE), DIRECTORY_PAGE_MAX);
  return { offset: first - 1, limit };
}

const WHOLE = /^-?\d{1,9}$/;

function wholeIn(text: string | undefined): number | undefined {
  return text !== undefined && WHOLE.test(text) ? Number(text) : undefined;
}
