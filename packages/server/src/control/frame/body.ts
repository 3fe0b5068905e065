import { type ReadResult, readJson } from '@boomgate/engine';
import { BODY_CHUNK_BYTES, INGRESS_BOUNDS } from '../../limits/index.ts';

/** The bytes of a body, or undefined as soon as there are more than `maxBytes`, or more chunks than that may have. */
export async function readBody(request: Request, maxBytes: number): Promise<Uint8Array | undefined> {
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) return undefined;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const reader = request.body?.getReader();
  for (let part = await reader?.read(); part?.done === false; part = await reader?.read()) {
    bytes += part.value.byteLength;
    if (bytes > maxBytes || chunks.length >= maxBytes / BODY_CHUNK_BYTES) {
      await reader?.cancel();
      return undefined;
    }
    chunks.push(part.value);
  }
  return Buffer.concat(chunks);
}

/** The JSON of a body, of which no name may be there twice; undefined for what is not UTF-8. */
export function readJsonBytes(bytes: Uint8Array): ReadResult | undefined {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
  return readJson(text, INGRESS_BOUNDS);
}
