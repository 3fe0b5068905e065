import { once } from 'node:events';
import { createWriteStream, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** One line of the bundle, as far as it is varied. */
export type Line = {
  readonly slug: string;
  readonly name: string;
  readonly description?: string;
  readonly tools: readonly Tool[];
};
type Tool = { readonly name: string; readonly description?: string; readonly inputSchema?: unknown };

type Made = { readonly servers: number; readonly tools: number; readonly bytes: number };
/** Words of the bundled entries: once for each time that they stand there, so that drawing keeps their frequency. */
type Vocabulary = readonly string[];

/** Tools of one made server: at 43,000 servers this gives 515,000. */
const TOOLS_PER_SERVER = 515_000 / 43_000;
/** Share of the words of a description that are drawn anew. */
const DRAWN = 0.3;
const SEED = 20_261_126;

export function readBundled(): readonly Line[] {
  const file = fileURLToPath(import.meta.resolve('@boomgate/catalogue/entries'));
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line) // the bundle's own test holds it to this shape
    .filter(({ tools }) => tools.length > 0);
}

export function vocabularyOf(lines: readonly Line[]): Vocabulary {
  return lines.flatMap(({ tools }) =>
    tools.flatMap(
      ({ name, description = '' }) => `${name} ${description}`.toLowerCase().match(/[a-z]{2,}/g) ?? [],
    ),
  );
}

/** Writes a catalogue of so many servers, made from the bundled ones by chance of a fixed seed. */
export async function makeCatalogue(file: string, servers: number): Promise<Made> {
  const bundled = readBundled();
  const tools = bundled.flatMap((line) => line.tools);
  const draw = drawing(SEED);
  const vary = { draw, vocabulary: vocabularyOf(bundled) };
  const out = createWriteStream(file);
  let made = { servers: 0, tools: 0, bytes: 0 };
  for (let number = 0; number < servers; number += 1) {
    const model = bundled[number % bundled.length];
    if (model === undefined) throw new Error('expected bundled entries, found none');
    const count = Math.round(TOOLS_PER_SERVER * (number + 1)) - Math.round(TOOLS_PER_SERVER * number);
    const all = toolsOf(count, tools, vary);
    const line = `${JSON.stringify({ ...model, slug: `made-${number}-${model.slug}`, name: `${word(vary)} ${model.name} ${number}`, package: undefined, tools: all })}\n`;
    made = { servers: made.servers + 1, tools: made.tools + all.length, bytes: made.bytes + line.length };
    if (!out.write(line)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
  return made;
}

type Vary = { readonly draw: () => number; readonly vocabulary: Vocabulary };

/** So many tools; names that were drawn twice are told apart, so that the number is exact. */
function toolsOf(count: number, models: readonly Tool[], vary: Vary): readonly Tool[] {
  const names = new Set<string>();
  return Array.from({ length: count }, (_, at) => {
    const model = models[Math.floor(vary.draw() * models.length)] ?? { name: 'get' };
    const tool = varied(model, vary);
    const name = names.has(tool.name) ? `${tool.name}_${at}` : tool.name;
    names.add(name);
    return { ...tool, name };
  });
}

/** One in three keeps its name; the others get a word more or another one. */
function varied(tool: Tool, vary: Vary): Tool {
  const kind = Math.floor(vary.draw() * 3);
  const name = kind === 0 ? tool.name : kind === 1 ? `${tool.name}_${word(vary)}` : swapped(tool.name, vary);
  const description = (tool.description ?? '')
    .split(' ')
    .map((one) => (vary.draw() < DRAWN ? word(vary) : one))
    .join(' ');
  return { ...tool, name: name.slice(0, 128), description };
}

function swapped(name: string, vary: Vary): string {
  const words = name.split('_');
  words[Math.floor(vary.draw() * words.length)] = word(vary);
  return words.join('_');
}

const word = ({ draw, vocabulary }: Vary): string =>
  vocabulary[Math.floor(draw() * vocabulary.length)] ?? 'get';

/** Numbers from 0 to 1 that are the same in every run (mulberry32). */
export function drawing(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
