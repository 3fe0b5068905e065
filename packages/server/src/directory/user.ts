import { isObject } from '../sign-on/index.ts';
import { setEach } from './attributes.ts';
import { type Attributes, fault, type ScimResult } from './contract.ts';

/** What a whole person is said to be (RFC 7644, 3.3 and 3.5.1). */
export function readUser(body: unknown): ScimResult<Attributes & { readonly userName: string }> {
  if (!isObject(body)) return fault('invalidSyntax', 'expected a User');
  const read: Attributes = {};
  const wrong = setEach(read, body);
  if (wrong !== undefined) return { ok: false, fault: wrong };
  const { userName } = read;
  if (userName === undefined) return fault('invalidValue', 'userName: expected one');
  return { ok: true, value: { ...read, userName } };
}
