import { isJsonObject, type Json, type JsonObject } from '@boomgate/engine';
import { PROOF_LENGTH_MAX } from '../../limits/index.ts';

/** A proof as it was sent, apart: nothing of it is judged yet. */
export type Parts = {
  /** As sent; the same for all proofs of a client. */
  readonly head: string;
  readonly claims: JsonObject;
  readonly signed: string;
  readonly signature: Buffer;
};

const FORM = /^([\w-]{1,4096})\.([\w-]{1,4096})\.([\w-]{1,4096})$/;

export function readParts(proof: string): Parts | undefined {
  if (proof.length > PROOF_LENGTH_MAX) return undefined;
  const [, head = '', body = '', signature = ''] = FORM.exec(proof) ?? [];
  const claims = objectIn(body);
  if (claims === undefined) return undefined;
  return { head, claims, signed: `${head}.${body}`, signature: Buffer.from(signature, 'base64url') };
}

/** The object that a part of it holds. */
export function objectIn(part: string): JsonObject | undefined {
  try {
    // A cast: what is JSON.
    const read = JSON.parse(Buffer.from(part, 'base64url').toString()) as Json;
    return isJsonObject(read) ? read : undefined;
  } catch {
    return undefined;
  }
}
