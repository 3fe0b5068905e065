import { classify } from '@boomgate/catalogue';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CANDIDATES } from '../../src/catalogue/bounds.ts';
import { readWords, wordsOf, wordsUnderName } from '../../src/catalogue/words.ts';
import type { SearchQuery, ToolHit } from '../../src/index.ts';
import { importLines, type Opened, openEmpty } from './support.ts';

const VERBS = ['get', 'list', 'create', 'delete', 'run', 'send', 'pay'];
const THINGS = ['issue', 'issues', 'file', 'payment', 'rechnung', '文件', 'job'];
const SERVERS = ['alpha', 'beta-files', 'gamma'].map((slug, at) => ({
  slug,
  name: `${slug} server`,
  description: `Everything about ${THINGS[at]}`,
  scanned: '2026-11-01',
  tools: VERBS.flatMap((verb, row) =>
    THINGS.filter((_, column) => (row + column + at) % 2 === 0).map((thing) => ({
      name: at === 2 ? `${verb}${thing[0]?.toUpperCase()}${thing.slice(1)}` : `${verb}_${thing}`,
      description: `${verb}s the ${thing} of a user. Look at ${THINGS[(row + at) % THINGS.length]}!`,
    })),
  ),
}));

let opened: Opened;
beforeAll(async () => {
  opened = await openEmpty();
  await importLines(opened, SERVERS);
});
afterAll(() => opened[Symbol.asyncDispose]());

const search = (query: SearchQuery) => opened.catalogue.search(query);
const idOf = ({ server, name }: ToolHit) => `${server}/${name}`;

/** The tools that have all the words somewhere, found without an index. */
function naive({ words = '', class: toolClass, severity, server }: SearchQuery): readonly string[] {
  const { all, isOpen } = readWords(words);
  return SERVERS.flatMap(({ slug, name, tools }) =>
    tools.flatMap((tool) => {
      const has = [...wordsUnderName(tool.name), ...wordsUnderName(name), ...wordsOf(tool.description)];
      const fits = all.every((word, at) =>
        has.some((one) => one === word || (isOpen && at === all.length - 1 && one.startsWith(word))),
      );
      const found = classify(tool, { server: slug, siblings: tools.map((sibling) => sibling.name) });
      const isIn =
        (toolClass ?? found.class) === found.class &&
        (severity ?? found.severity) === found.severity &&
        (server ?? slug) === slug;
      return fits && isIn ? [`${slug}/${tool.name}`] : [];
    }),
  );
}

const text = fc.oneof(
  fc
    .array(fc.constantFrom(...VERBS, ...THINGS, 'alpha', 'user', 'the', 'iss', 'fi', 'x'), { maxLength: 3 })
    .map((words) => words.join(' ')),
  fc.constantFrom(
    '"',
    'get OR list',
    'NOT get',
    'name:get',
    'get*',
    '{name}',
    'NEAR(get file)',
    "' or 1=1 --",
    '^get',
    '(',
    'facets : read',
    '\0',
    '-get +file',
  ),
  fc.string(),
  fc.string({ unit: 'binary' }),
);
const query: fc.Arbitrary<SearchQuery> = fc.record(
  {
    words: text,
    class: fc.constantFrom('Read', 'Write', 'Destructive', 'Financial'),
    severity: fc.constantFrom('Low', 'High', 'Critical'),
    server: fc.constantFrom('alpha', 'gamma', 'nobody', "' or 1=1"),
  },
  { requiredKeys: ['words'] },
);

describe('a search', () => {
  it('finds what a look at every tool finds, whatever is typed', async () => {
    await fc.assert(
      fc.asyncProperty(query, async (asked) => {
        const page = await search({ ...asked, limit: 100 });
        expect(page.tools.map(idOf).toSorted()).toEqual(naive(asked).toSorted());
        expect(page).toMatchObject({ toolCount: page.tools.length, isCapped: false });
      }),
      { numRuns: 300 },
    );
  });

  it('has exact names before other names, and names before descriptions', async () => {
    const { tools } = await search({ words: 'get file', limit: 100 });
    expect(
      tools
        .map(({ name }) => name)
        .slice(0, 2)
        .toSorted(),
    ).toEqual(['getFile', 'get_file']);
    const others = await search({ words: 'issue', limit: 100 });
    const inName = others.tools.map(({ name }) => /issue/i.test(name));
    expect(inName.lastIndexOf(true)).toBeLessThan(inName.indexOf(false));
  });

  it('gives servers before tools, by name before description', async () => {
    const { servers } = await search({ words: 'files' });
    expect(servers.map(({ slug }) => slug)).toEqual(['beta-files']);
    expect((await search({ words: 'rechnung' })).servers).toEqual([]);
    expect((await search({ words: 'everything about' })).servers).toHaveLength(3);
    expect((await search({ words: 'files', server: 'beta-files' })).servers).toEqual([]);
  });

  it('goes from page to page without leaving out or repeating any', async () => {
    const pages: ToolHit[] = [];
    let cursor: string | undefined;
    do {
      const page = await search({ words: 'user', limit: 7, ...(cursor === undefined ? {} : { cursor }) });
      pages.push(...page.tools);
      cursor = page.next;
    } while (cursor !== undefined);
    expect(pages.map(idOf).toSorted()).toEqual(naive({ words: 'user' }).toSorted());
  });

  it.each(['x', '-1', '99999', ''])('refuses %j as a cursor', async (cursor) => {
    await expect(search({ words: 'get', cursor })).rejects.toMatchObject({ code: 'bad_cursor' });
  });
});

it('stops at as many tools as it looks at, and says so from one more', async () => {
  await using many = await openEmpty();
  const record = (slug: string, count: number) => ({
    slug,
    name: slug,
    tools: Array.from({ length: count }, (_, at) => ({ name: `common_${slug}_${at}` })),
  });
  await importLines(many, [record('a', CANDIDATES)]);
  const all = await many.catalogue.search({ words: 'common' });
  expect(all).toMatchObject({ toolCount: CANDIDATES, isCapped: false });
  await importLines(many, [record('b', 1), { slug: 'c', name: 'c', tools: [{ name: 'common' }] }]);
  const capped = await many.catalogue.search({ words: 'common' });
  expect(capped).toMatchObject({ toolCount: CANDIDATES, isCapped: true });
  expect(capped.tools[0]).toMatchObject({ server: 'c', name: 'common' });
});
