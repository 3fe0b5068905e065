import { isDeepStrictEqual } from 'node:util';
import { type JsonObject, readJson } from '@boomgate/engine';
import { type ParseError, parse as parseJsonc } from 'jsonc-parser';
import { locateJson } from '../../../engine/src/json/locate.ts';
import { INGRESS_BOUNDS } from '../../src/limits/index.ts';
import { readCallParams } from '../../src/proxy/call/call-params.ts';
import { readMessage } from '../../src/proxy/message/read-message.ts';
import { NO_CAPABILITIES } from '../../src/upstreams/capabilities.ts';
import { modernWriter, writeLegacyRequest } from '../../src/upstreams/envelope.ts';
import { ownRequest } from '../../src/upstreams/own-request.ts';

const writers = { modern: modernWriter('0'), legacy: writeLegacyRequest } as const;

type Verdict = {
  readonly accepted: boolean /** What two readers read differently. */;
  readonly difference?: string;
};

/**
 * Takes a body the way that a request takes: reads it, judges its shape, writes what is forwarded. Then asks independent
 * parsers what they read in it: what was judged must be what every one of them reads in what is sent.
 */
export function compareReaders(text: string): Verdict {
  const read = readJson(text, INGRESS_BOUNDS);
  const located = locateJson(text, { maxDepth: INGRESS_BOUNDS.maxDepth, maxBytes: 4 * 1024 * 1024 });
  if (read.ok !== located.ok && !differsInBounds(text)) {
    return {
      accepted: read.ok,
      difference: `readJson ${read.ok ? 'accepts' : 'refuses'}, the second strict reader does not`,
    };
  }
  if (!read.ok) return { accepted: false };
  if (located.ok && !isDeepStrictEqual(plain(read.value), plain(located.value)))
    return { accepted: true, difference: 'two readers of the body' };

  const headers = { protocolVersion: '2026-07-28', method: 'tools/call', name: nameIn(read.value) };
  const message = readMessage(read.value, { headers, session: undefined });
  if (message.kind !== 'request' || message.method !== 'tools/call') return { accepted: false };
  const params = readCallParams(message);
  if ('fault' in params) return { accepted: false };
  for (const [era, write] of Object.entries(writers)) {
    const request = { ...ownRequest('tools/call', params.forwarded), argumentsText: params.texts.plain };
    const sent = write(1, request, NO_CAPABILITIES);
    const difference = readDifferently(sent, params);
    if (difference !== undefined) return { accepted: true, difference: `${era}: ${difference}` };
  }
  return { accepted: true };
}

/** Bounds on items and strings are the ingress's alone. */
function differsInBounds(text: string): boolean {
  return text.length > INGRESS_BOUNDS.maxItems;
}

function readDifferently(
  sent: string,
  judged: { readonly name: string; readonly args: JsonObject },
): string | undefined {
  const errors: ParseError[] = [];
  const readings = {
    'the platform': JSON.parse(sent),
    'jsonc-parser': parseJsonc(sent, errors, { disallowComments: true, allowTrailingComma: false }),
    'the second strict reader': readByHand(sent),
  };
  if (errors.length > 0) return 'jsonc-parser refuses what is sent';
  for (const [who, reading] of Object.entries(readings)) {
    const { params, method } = reading ?? {};
    if (method !== 'tools/call' || params?.name !== judged.name) return `${who} reads another call`;
    if (!isDeepStrictEqual(plain(params.arguments ?? {}), plain(judged.args)))
      return `${who} reads other arguments`;
  }
  return undefined;
}

// biome-ignore lint/suspicious/noExplicitAny: whatever is read is compared, never used
function readByHand(text: string): any {
  const located = locateJson(text, { maxDepth: 80, maxBytes: 8 * 1024 * 1024 });
  return located.ok ? located.value : undefined;
}

/** Without prototypes and without the sign of zero, which JSON text does not keep. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null));
}

function nameIn(tree: unknown): string | undefined {
  // Only a message of the expected shape has a name; for all others the header does not matter.
  const name = (tree as { params?: { name?: unknown } } | null)?.params?.name;
  return typeof name === 'string' && /^[\x20-\x7e]+$/.test(name) ? name : 'read_file';
}
