import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listEndpoints } from '@boomgate/contract';
import { PROBLEM_CODES, parsePolicy, runPolicyCases } from '@boomgate/engine';
import { engineFunctions, loadConfig } from '@boomgate/server';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { planCommand } from '../packages/cli/src/commands/index.ts';
import { type Facts, readFacts } from '../packages/cli/src/facts.ts';
import { ROOT } from './sources.ts';

const documents = [
  'README.md',
  'ARCHITECTURE.md',
  'GLOSSARY.md',
  'SECURITY.md',
  'CONTRIBUTING.md',
  'DEPENDENCIES.md',
  'deploy/README.md',
]
  .concat(
    readdirSync(join(ROOT, 'docs'))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `docs/${name}`),
  )
  .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));

const examples = documents.flatMap(({ path, text }) =>
  [...text.matchAll(/^ *```json\n([\s\S]*?)^ *```/gm)]
    .map((match) => ({ path, json: match[1] ?? '' }))
    .filter(({ json }) => /^\s*\{\s*"version"/.test(json)),
);

/** Every file of the packages. */
const files = readdirSync(join(ROOT, 'packages'), { recursive: true, encoding: 'utf8' })
  .map((path) => `/packages/${path.replaceAll('\\', '/')}`)
  .filter((path) => !path.includes('/node_modules/'));

/** The anchors of a document's sections, as GitHub makes them. */
function headings(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  );
}

describe('the policies in the documents', () => {
  it.each(examples)('parse: $path', ({ json }) => {
    expect(parsePolicy(json, engineFunctions)).toMatchObject({ ok: true });
  });

  it('decide the cases of docs/policy.md as these expect it of the first one', () => {
    const text = documents.find(({ path }) => path === 'docs/policy.md')?.text ?? '';
    const cases = parse(/^```yaml\n([\s\S]*?)^```/m.exec(text)?.[1] ?? '');
    const first = JSON.parse(examples.find(({ path }) => path === 'docs/policy.md')?.json ?? '');
    const results = runPolicyCases({ ...cases, policy: first }, engineFunctions);
    expect(results).toEqual([{ name: 'a refund over 100.00 is refused', ok: true, failures: [] }]);
  });

  it('are there', () => {
    expect(examples.map(({ path }) => path)).toEqual(expect.arrayContaining(['README.md', 'docs/policy.md']));
  });
});

/** What begins with a key of the file; the sketches, which leave out what an example before them has, apart. */
const configurations = documents.flatMap(({ path, text }) =>
  [...text.matchAll(/^ *```jsonc?\n([\s\S]*?)^ *```/gm)]
    .map(([, json = ''], index) => ({ path, index, json }))
    .filter(({ json }) =>
      /^\s*\{\s*"(?:mcpServers|grants|signIn|webhooks|mail|metrics|retention|agents)"/.test(json),
    )
    .filter(({ json }) => !json.includes('"…"')),
);

describe('the configurations in the documents', () => {
  it.each(configurations)('are some that the gateway takes: $path, $index', async ({ json }) => {
    const folder = mkdtempSync(join(tmpdir(), 'boomgate-documents-'));
    const path = join(folder, 'boomgate.config.json');
    writeFileSync(path, json);
    writeFileSync(join(folder, 'github-safe.json'), '{"version":"1","default":"deny"}');
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const keys = [publicKey.export({ format: 'jwk' })];
    writeFileSync(join(folder, 'nightly.jwks.json'), JSON.stringify({ keys }));
    const names = [...json.matchAll(/\$\{env:(\w+)\}/g)].map(([, name = '']) => name);
    const environment = Object.fromEntries(names.map((name) => [name, `${name}-`.repeat(12).slice(0, 40)]));
    const loaded = await loadConfig({ path, environment, allowPrivate: true });
    rmSync(folder, { recursive: true });
    expect(loaded).toMatchObject({ ok: true, config: { warnings: [] } });
  });

  it('are there', () => {
    expect(configurations.length).toBeGreaterThan(12);
  });
});

/** A command on a line of its own, in a checkout or not. */
const LINE = /^ *(?:bin\/)?boomgate (.+)$/gm;

describe.each<[document: string, pattern: RegExp, env?: Facts['env']]>([
  ['docs/operations.md', LINE],
  ['README.md', LINE],
  ['docs/approvals.md', LINE],
  ['docs/catalogue.md', LINE],
  ['docs/comfyui.md', LINE],
  ['docs/drift.md', LINE],
  ['docs/people.md', LINE],
  ['docs/stack.md', LINE],
  // Of one word alone, sentences speak without saying what to type.
  ['docs/workloads.md', /(?:^|`)boomgate ([a-z-]+ [a-z-]+ [^`\n]+)/gm],
  // There in the midst of sentences and behind other programs too.
  ['docs/runbook.md', /(?:^|`)boomgate (.+?)(?:`|$)/gm],
  ['docs/replicas.md', /^boomgate (.+)$/gm, { BOOMGATE_DATABASE: 'postgres://database/boomgate' }],
  ['deploy/README.md', /(?:-- |gateway )boomgate (.+?)$/gm],
])('the commands in %s', (document, pattern, env = {}) => {
  const text = documents.find(({ path }) => path === document)?.text ?? '';
  const lines = [...text.matchAll(pattern)].map((match) => match[1] ?? '');

  it.each(lines)('boomgate %s', (line) => {
    const kept = `1:${'a'.repeat(64)},2:${'b'.repeat(64)}`;
    const typed = line.replace(/\s*[#>].*$/, '').replace(/"\$\(cat ends\)"/, kept);
    const words = (typed.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', ''));
    expect(planCommand(words, { ...readFacts('1'), env }).plan).not.toMatchObject({ kind: 'wrong_use' });
  });

  it('are there', () => {
    expect(lines.length).toBeGreaterThan(2);
  });
});

describe.each(documents)('$path', ({ path, text }) => {
  it('links to files that exist', () => {
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map((match) => match[1] ?? '');
    const missing = links.filter((link) => {
      try {
        readdirSync(join(ROOT, path, '..', link));
        return false;
      } catch (error) {
        // A file is there but no folder; anything else is missing.
        return (error as NodeJS.ErrnoException).code !== 'ENOTDIR';
      }
    });
    expect(missing).toEqual([]);
  });

  it('links to sections that exist', () => {
    const links = [...text.matchAll(/\]\((?!https?:)([\w./-]*)#([^)]+)\)/g)];
    const missing = links.filter(([, file = '', anchor = '']) => {
      const place = file === '' ? path : join(path, '..', file);
      return !headings(documents.find((document) => document.path === place)?.text ?? '').includes(anchor);
    });
    expect(missing.map(([link]) => link)).toEqual([]);
    // A page of links that had none would have lost them.
    if (path === 'docs/runbook.md') expect(links.length).toBeGreaterThan(30);
  });
});

describe('docs/README.md', () => {
  it('lists every document of its folder', () => {
    const text = documents.find(({ path }) => path === 'docs/README.md')?.text ?? '';
    const there = documents.map(({ path }) => path).filter((path) => /^docs\/(?!README)/.test(path));
    expect(there.filter((path) => !text.includes(`](${path.slice('docs/'.length)})`))).toEqual([]);
  });
});

describe('docs/problems.md', () => {
  it('lists every code, and no other', () => {
    const text = documents.find(({ path }) => path === 'docs/problems.md')?.text ?? '';
    expect([...text.matchAll(/^\| `(\w+)` *\|/gm)].map((match) => match[1])).toEqual([...PROBLEM_CODES]);
  });
});

describe('docs/servers.md', () => {
  it('names every key of the configuration file', () => {
    const text = documents.find(({ path }) => path === 'docs/servers.md')?.text ?? '';
    const table = /^\| key of the file [\s\S]*?\n\n/m.exec(text)?.[0] ?? '';
    const named = [...table.matchAll(/^\| (.*?) \|/gm)].flatMap(([, first = '']) => [
      ...first.matchAll(/`(\w+)`/g),
    ]);
    const schema = readFileSync(join(ROOT, 'packages/server/schema/boomgate-config.schema.json'), 'utf8');
    const keys = Object.keys((JSON.parse(schema) as { properties: object }).properties);
    expect(named.map(([, key]) => key).toSorted()).toEqual(
      keys.filter((key) => key !== '$schema').toSorted(),
    );
  });
});

describe('docs/api.md', () => {
  it('names everything that lists are searched by', () => {
    const text = documents.find(({ path }) => path === 'docs/api.md')?.text ?? '';
    const lists = listEndpoints().filter(({ endpoint }) => /^\/[a-z]+$/.test(endpoint.path));
    const searched = lists.flatMap(({ endpoint: { path, query } }) =>
      Object.keys(query?.shape ?? {}).map((name) => `${path} ${name}`),
    );
    expect(searched).toContain('/decisions argKey');
    const isNamed = (name: string) => new RegExp(`[\`?&]${name}[\`=]`).test(text);
    expect(searched.filter((one) => !isNamed(one.split(' ')[1] ?? ''))).toEqual([]);
  });
});

describe('docs/operations.md', () => {
  it('names every act that the audit log has a row for', () => {
    const text = documents.find(({ path }) => path === 'docs/operations.md')?.text ?? '';
    const table = /^\| `--action` of a row [\s\S]*?\n\n/m.exec(text)?.[0] ?? '';
    const words = (cell = '') => [...cell.matchAll(/`(\w+)`/g)].map(([, word]) => word);
    const named = [...table.matchAll(/^\| (.*?) \| (.*) \|$/gm)].flatMap(([, nouns, verbs = '']) =>
      words(nouns).flatMap((noun) => words(verbs).map((verb) => `${noun}.${verb}`)),
    );
    const sources = files.filter((path) =>
      /\/src\/(?!.*\.test\.)(?!.*\/(?:conformance|without-server)\/).*\.ts$/.test(path),
    );
    const noted = sources.flatMap((path) => {
      const source = readFileSync(join(ROOT, path), 'utf8');
      return [...source.matchAll(/(?:action: |audit: |note\(executor, )'([a-z_]+\.[a-z_]+)'/g)];
    });
    expect(noted.length).toBeGreaterThan(50);
    expect(noted.map(([, action]) => action).filter((action) => !named.includes(action ?? ''))).toEqual([]);
  });
});

describe('docs/catalogue.md', () => {
  it('tells the true numbers of the bundled entries', () => {
    const text = documents.find(({ path }) => path === 'docs/catalogue.md')?.text ?? '';
    const entries = readFileSync(join(ROOT, 'packages/catalogue/entries/servers.ndjson'), 'utf8');
    const lines = entries.split('\n').filter((line) => line !== '');
    // Each line is an entry; its own test holds it to its shape.
    const tools = lines.reduce(
      (sum, line) => sum + (JSON.parse(line) as { tools: unknown[] }).tools.length,
      0,
    );
    const said = `${lines.length} servers with ${tools} tools, ${(Buffer.byteLength(entries) / 1e6).toFixed(2)} MB`;
    expect(/<!-- bundle -->\n(.*)\n<!-- \/bundle -->/.exec(text)?.[1]).toBe(said);
  });
});

describe('SECURITY.md', () => {
  it('names tests that exist', () => {
    const text = documents.find(({ path }) => path === 'SECURITY.md')?.text ?? '';
    const named = [...text.matchAll(/`([a-z]+\/[^`]+\.test\.ts)`/g)].map((match) => match[1] ?? '');
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((path) => !existsSync(join(ROOT, 'packages', path)))).toEqual([]);
  });
});

describe.each(readdirSync(join(ROOT, 'decisions')).filter((name) => /^\d/.test(name)))(
  'decisions/%s',
  (name) => {
    it('names files that exist, by the ends of their paths', () => {
      const text = readFileSync(join(ROOT, 'decisions', name), 'utf8');
      const named = [...text.matchAll(/`([\w./-]+\.tsx?)\b[^`]*`/g)].map((match) => match[1] ?? '');
      expect(named.filter((path) => !files.some((file) => file.endsWith(`/${path}`)))).toEqual([]);
    });
  },
);

describe('ARCHITECTURE.md', () => {
  it('is at most 150 lines', () => {
    expect(
      documents.find(({ path }) => path === 'ARCHITECTURE.md')?.text.split('\n').length,
    ).toBeLessThanOrEqual(150);
  });
});
