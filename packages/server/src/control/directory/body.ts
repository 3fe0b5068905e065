import { readJson } from '@boomgate/engine';
import type { ScimResult } from '../../directory/index.ts';
import { DIRECTORY_BODY_BYTES, INGRESS_BOUNDS } from '../../limits/index.ts';
import { type ApiCall, readBody } from '../frame/index.ts';

const TYPES: ReadonlySet<string> = new Set(['application/scim+json', 'application/json']);

/** RFC 7644, 3.1: SCIM's own kind of JSON, or JSON, of which no name may be there twice. */
export async function readJsonBody({ req }: ApiCall): Promise<ScimResult<unknown>> {
  const [type = ''] = (req.header('content-type') ?? '').split(';');
  if (!TYPES.has(type.trim().toLowerCase()) || req.header('content-encoding') !== undefined)
    return { ok: false, fault: { status: 415, detail: 'expected Content-Type: application/scim+json' } };
  const bytes = await readBody(req.raw, DIRECTORY_BODY_BYTES);
  if (bytes === undefined)
    return { ok: false, fault: { status: 413, detail: `expected at most ${DIRECTORY_BODY_BYTES} bytes` } };
  const text = decode(bytes);
  const read = text === undefined ? undefined : readJson(text, INGRESS_BOUNDS);
  if (read?.ok === true) return { ok: true, value: read.value };
  const detail = read === undefined ? 'expected UTF-8' : read.fault.message;
  return { ok: false, fault: { status: 400, scimType: 'invalidSyntax', detail } };
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
