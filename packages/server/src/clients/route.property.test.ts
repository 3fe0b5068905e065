import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { parse as parseJsonc } from 'jsonc-parser';
import { parse as parseToml } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { seeded, times } from '../../../engine/test/runs.ts';
import { bytesOf, readDocument } from './document.ts';
import { maskedText } from './mask.ts';
import { putBack, routeText } from './route.ts';

/** Looks like nothing but itself, wherever it is. */
const CANARY = 'canary-5ecre7';
const ENTRY = { url: 'http://127.0.0.1:7411/mcp/a', bearer_token_env_var: 'TOKEN' };

const blanks = fc.constantFrom('', ' ', '\n', '\r\n', '  \t', '\n\n    ');
const comment = fc.constantFrom('', `// ${CANARY}\n`, `/* "a": { ${CANARY} */`, '/* { */');
const gap = fc.tuple(blanks, comment, blanks).map((parts) => parts.join(''));
const name = fc.constantFrom(
  'b',
  'c d',
  'a.b',
  'ä',
  '__proto__',
  'url',
  'mcpServers',
  'quote"d',
  'back\\slash',
);
const scalar = fc.oneof(
  fc.constantFrom(CANARY, 'x', '// no comment', '[mcp_servers.a]', '{"a":1}', ''),
  fc.integer(),
  fc.boolean(),
);

/** Objects as people write them, with comments and blanks anywhere and now and then a trailing comma. */
function jsonObject(pairs: readonly (readonly [string, string])[]): fc.Arbitrary<string> {
  return fc
    .tuple(fc.array(gap, { minLength: pairs.length * 3 + 1, maxLength: pairs.length * 3 + 1 }), fc.boolean())
    .map(([gaps, trails]) => {
      const items = pairs.map(
        ([key, value], index) =>
          `${gaps[index * 3]}${JSON.stringify(key)}${gaps[index * 3 + 1]}:${gaps[index * 3 + 2]}${value}`,
      );
      return `{${items.join(',')}${trails && pairs.length > 0 ? ',' : ''}${gaps.at(-1)}}`;
    });
}
const others = fc.uniqueArray(
  fc.tuple(
    name,
    scalar.map((value) => JSON.stringify(value)),
  ),
  {
    maxLength: 4,
    selector: ([key]) => key,
  },
);
/** A file's text in three parts, of which the middle is the entry's. */
const jsonFile = fc
  .tuple(others, others.chain(jsonObject), others, fc.nat(4), fc.boolean(), gap)
  .chain(([entries, entry, top, place, bom, end]) => {
    const marked: [string, string][] = [...entries];
    marked.splice(place, 0, ['a', '@@']);
    return jsonObject(marked).chain((servers) =>
      jsonObject([...top.filter(([key]) => key !== 'mcpServers'), ['mcpServers', servers]]).map((text) => {
        const [before = '', after = ''] = `${text}${end}`.split('@@');
        return { bom, before, entry, after };
      }),
    );
  });

const tomlLine = fc.oneof(
  fc
    .tuple(fc.constantFrom('k', '"q k"', 'e.f'), scalar)
    .map(([key, value]) => [key, `${key} = ${JSON.stringify(value)}`] as const),
  fc.constant(['m', `m = """\n[mcp_servers.a]\ncommand = "${CANARY}"\n"""`] as const),
);
const tomlBody = fc
  .tuple(fc.uniqueArray(tomlLine, { maxLength: 3, selector: ([key]) => key }), fc.boolean())
  .map(([lines, commented]) =>
    lines.map(([, line]) => `${line}${commented ? ` # ${CANARY}` : ''}\n`).join(''),
  );
const tomlFile = fc
  .tuple(
    fc.tuple(tomlBody, tomlBody, tomlBody, tomlBody),
    fc.constantFrom('[mcp_servers.a]', '[mcp_servers."a"] # x', "[ mcp_servers . 'a' ]"),
    fc.constantFrom(
      '',
      `[mcp_servers.a.env]\nK = "${CANARY}"\n`,
      `\n[mcp_servers.a.http_headers] # h\nX = "${CANARY}"\n`,
    ),
    fc.boolean(),
    fc.constantFrom('\n', '\r\n'),
  )
  .map(([[top, one, two, three], header, sub, bom, eol]) => {
    const before = `${top}[x]\n${one}# before\n`;
    const entry = `${header}\ncommand = "${CANARY}" # c\nargs = ["${CANARY}",\n  "y"]\n${sub}`;
    const after = `\n# after\n[mcp_servers.ab]\n${two}[projects."/p"]\n${three}`;
    const lines = (text: string): string => text.replaceAll('\n', eol);
    return { bom, before: lines(before), entry: lines(entry), after: lines(after) };
  });

type File = { bom: boolean; before: string; entry: string; after: string };
type Kind = 'json' | 'toml';
const STEPS = { json: ['mcpServers', 'a'], toml: ['mcp_servers', 'a'] } as const;

function routed(kind: Kind, { after, before, bom, entry }: File) {
  const bytes = Buffer.from(`${bom ? '\uFEFF' : ''}${before}${entry}${after}`);
  const read = readDocument('/f', bytes, kind);
  if (!read.ok) throw new Error(`${read.problem}\n${bytes}`);
  const result = routeText(read.document, [{ steps: STEPS[kind], entry: ENTRY }]);
  if (!result.ok) throw new Error(result.message);
  return { bytes, document: read.document, text: result.text };
}

/** With parsers that are not those of the edit, where there is another. */
function independent(kind: Kind, text: string): Record<string, Record<string, unknown>> {
  const tree: unknown = kind === 'toml' ? parseToml(text) : parseJsonc(text);
  return JSON.parse(JSON.stringify(tree));
}

const KINDS = [
  ['json', jsonFile],
  ['toml', tomlFile],
] as const;

describe.each(KINDS)('a routed file of %s', (kind, files: fc.Arbitrary<File>) => {
  it('keeps every byte outside the entry, and says the same there', () => {
    fc.assert(
      fc.property(files, (file) => {
        const { document, text } = routed(kind, file);
        expect(text.startsWith(file.before)).toBe(true);
        expect(text.endsWith(file.after)).toBe(true);
        const [section, name] = STEPS[kind];
        const [was, is] = [independent(kind, document.text), independent(kind, text)];
        expect(is[section]?.[name]).toEqual(ENTRY);
        delete was[section]?.[name];
        delete is[section]?.[name];
        expect(isDeepStrictEqual(is, was)).toBe(true);
      }),
      seeded(times(300)),
    );
  });

  it('gets its entry back, also after it was edited elsewhere', () => {
    fc.assert(
      fc.property(files, (file) => {
        const { bytes, document, text } = routed(kind, file);
        const note = kind === 'toml' ? '# later\n' : '// later\n';
        const edited = putBack({ ...document, text: note + text }, document, STEPS[kind]) ?? '';
        expect(edited.startsWith(note + file.before)).toBe(true);
        const back = edited.slice(note.length);
        if (kind === 'json') expect(bytesOf(document, back).equals(bytes)).toBe(true);
        // Tables of TOML that stood apart come back one after the other.
        expect(back.split('\n').sort()).toEqual(document.text.split('\n').sort());
        expect(isDeepStrictEqual(independent(kind, back), independent(kind, document.text))).toBe(true);
      }),
      seeded(times(200)),
    );
  });

  it('is shown without its secrets', () => {
    fc.assert(
      fc.property(files, (file) => {
        const { document, text } = routed(kind, file);
        const shown = new Set([ENTRY.url, ENTRY.bearer_token_env_var]);
        const masked = maskedText({ ...document, text }, shown);
        expect(masked).not.toContain(CANARY);
        expect(maskedText(document, shown)).not.toContain(CANARY);
        expect(masked).toContain(ENTRY.url);
      }),
      seeded(times(200)),
    );
  });
});
