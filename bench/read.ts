import { type ReadBounds, readJson } from '../packages/engine/src/index.ts';

type ReadFigure = {
  readonly what: string;
  readonly bytes: number;
  /** The best and the middle of many rounds, in microseconds. */
  readonly bestUs: number;
  readonly medianUs: number;
};

const BOUNDS: ReadBounds = {
  maxDepth: 64,
  maxItems: 10_000,
  maxStringLength: 2 ** 20,
  bigNumbers: 'refuse',
};

/** Words that fill a text. */
const PROSE = 'the quick brown fox jumps over a lazy dog; ';

/** Microseconds for the strict reading of one request body. */
export function benchRead(): readonly ReadFigure[] {
  return [
    measure('1 KB call', request({ query: fill(PROSE, 700), limit: 20, filters: { language: 'en' } })),
    measure('1 KB call, escapes', request({ query: fill('line of code\n\t"quoted" ', 650), limit: 20 })),
    measure('1 KB call, not ASCII', request({ query: fill('größer als μ ', 700), limit: 20 })),
    measure('1 KB call, escaped keys', escapeKeys(request({ straße: fill(PROSE, 700), limit: 20 }))),
    measure('1 MB, one text', request({ content: fill(PROSE, 1_000_000) })),
    measure('1 MB, one text, escapes', request({ content: fill('line of code\n\t"quoted" ', 800_000) })),
    measure('1 MB, 9,600 items', request({ rows: Array.from({ length: 2_400 }, row) })),
    measure('1 MB, escaped keys', escapeKeys(request({ rows: Array.from({ length: 2_400 }, row) }))),
  ];
}

function request(args: object): string {
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  const params = { name: 'search', arguments: args, _meta };
  return JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
}

function row(_unused: unknown, id: number) {
  return { größe: id, amount: id / 7, note: fill(PROSE, 380) };
}

/** As Python's `json` writes it: such keys are read by our own parser (decisions/0005). */
function escapeKeys(text: string): string {
  return text.replace(/[^ -~]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function fill(words: string, length: number): string {
  return words.repeat(Math.ceil(length / words.length)).slice(0, length);
}

const ROUNDS = 60;
/** Bytes that one round reads, so that a round lasts some milliseconds for small and large bodies alike. */
const ROUND_BYTES = 1_000_000;

function measure(what: string, text: string): ReadFigure {
  // Every body that a gateway reads is a text of its own: engines keep some of what they learn of a text they saw before.
  const bytes = Buffer.from(text);
  const perRound = Math.max(1, Math.round(ROUND_BYTES / bytes.length));
  const rounds = Array.from({ length: ROUNDS }, () => round(bytes, perRound)).sort((a, b) => a - b);
  return {
    what,
    bytes: bytes.length,
    bestUs: roundTo(rounds[0] ?? Number.NaN),
    medianUs: roundTo(rounds[ROUNDS / 2] ?? Number.NaN),
  };
}

function round(bytes: Buffer, count: number): number {
  const texts = Array.from({ length: count }, () => bytes.toString('utf8'));
  const started = performance.now();
  for (const text of texts) if (!readJson(text, BOUNDS).ok) throw new Error('the body should be read');
  return ((performance.now() - started) * 1_000) / count;
}

function roundTo(us: number): number {
  return Math.round(us * 10) / 10;
}
