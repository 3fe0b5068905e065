import type { ScimResult } from '../../directory/index.ts';
import { DIRECTORY_BODY_BYTES } from '../../limits/index.ts';
import { type ApiCall, readBody, readJsonBytes } from '../frame/index.ts';

const TYPES: ReadonlySet<string> = new Set(['application/scim+json', 'application/json']);

/** RFC 7644, 3.1: SCIM's own kind of JSON, or JSON, of which no name may be there twice. */
export async function readJsonBody({ req }: ApiCall): Promise<ScimResult<unknown>> {
  const [type = ''] = (req.header('content-type') ?? '').split(';');
  if (!TYPES.has(type.trim().toLowerCase()) || req.header('content-encoding') !== undefined)
    return { ok: false, fault: { status: 415, detail: 'expected Content-Type: application/scim+json' } };
  const bytes = await readBody(req.raw, DIRECTORY_BODY_BYTES);
  if (bytes === undefined)
    return { ok: false, fault: { status: 413, detail: `expected at most ${DIRECTORY_BODY_BYTES} bytes` } };
  const read = readJsonBytes(bytes);
  if (read?.ok === true) return { ok: true, value: read.value };
  const detail = read === undefined ? 'expected UTF-8' : read.fault.message;
  return { ok: false, fault: { status: 400, scimType: 'invalidSyntax', detail } };
}
