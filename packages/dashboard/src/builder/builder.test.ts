import {
  isJsonObject,
  type Json,
  type JsonObject,
  parsePolicy,
  parsePolicyTree,
  printPolicy,
} from '@boomgate/engine';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryDocument } from '../../../engine/cases/arbitrary-document.ts';
import { testFunctions } from '../../../engine/cases/functions.ts';
import { seeded } from '../../../engine/test/runs.ts';
import {
  choose,
  freeCounter,
  isAbout,
  leaveToOthers,
  MODES,
  modeOf,
  offeredAt,
  offeredBy,
  placeKey,
  put,
  readDocumentText,
  readEntry,
  readPlace,
  readPolicy,
  rewrite,
  standingOf,
  writeEntry,
  writeOut,
} from './index.ts';

/** How people lay out a text: the way of writing does not count, so it must not be lost either. */
const arbitraryLayout = fc.constantFrom<(document: Json) => string>(
  (document) => JSON.stringify(document),
  (document) => JSON.stringify(document, null, 2),
  (document) => `${JSON.stringify(document, null, '\t')}\n`,
  (document) => JSON.stringify(document, null, 4).replaceAll('":', '" :').replaceAll(',\n', ' ,\n\n'),
);

/** Documents that no policy is: any part of one replaced by something else. */
const arbitraryOddity = fc
  .tuple(arbitraryDocument, fc.jsonValue({ maxDepth: 2 }).filter(isPlain), fc.nat())
  .map(([document, odd, seed]) => {
    const places = placesOf(document);
    return replaced(document, places[seed % places.length] ?? [], odd as Json) as JsonObject;
  })
  .filter(isJsonObject);

function isPlain(value: unknown): boolean {
  return !JSON.stringify(value).includes('__proto__');
}

function placesOf(json: Json, at: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof json !== 'object' || json === null) return [at];
  return [
    at,
    ...Object.entries(json).flatMap(([key, value]) => placesOf(value as Json, [...at, key])),
  ].filter((place) => place.length > 0);
}

function replaced(json: Json, [key, ...rest]: readonly string[], value: Json): Json {
  if (key === undefined) return value;
  if (Array.isArray(json))
    return json.map((item: Json, index) => (String(index) === key ? replaced(item, rest, value) : item));
  if (!isJsonObject(json)) return json;
  return Object.fromEntries(
    Object.entries(json).map(([name, member]) => [
      name,
      name === key ? replaced(member, rest, value) : member,
    ]),
  );
}

function canonical(document: Json): string {
  const result = parsePolicyTree(document, testFunctions);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return printPolicy(result.policy);
}

const toolsOf = ({ tools }: JsonObject) => Object.entries(isJsonObject(tools) ? tools : {});

/** Shown as they stand, by forms that read no model. */
const PLAIN = ['hide', 'resources', 'prompts'];

/** A document out of its model: what is said once, each entry, and all that has no form. */
function writtenBack(document: JsonObject): JsonObject {
  const { default: otherwise, description, rest, timeZone } = readPolicy(document);
  const unshown = new Set(rest.map(([key]) => key));
  const shown = Object.entries(document).filter(([key]) => !unshown.has(key));
  const said = new Map(Object.entries({ description, time_zone: timeZone, default: otherwise }));
  const again = (key: string, value: Json): Json | undefined => {
    if (key === 'all_tools') return entryAgain(value);
    if (key === 'tools')
      return Object.fromEntries(toolsOf({ tools: value }).map(([name, one]) => [name, entryAgain(one)]));
    return PLAIN.includes(key) ? value : said.get(key);
  };
  // A cast: what is undefined by mistake differs from the document.
  return Object.fromEntries([
    ...shown.map(([key, value]) => [key, again(key, value)]),
    ...rest,
  ]) as JsonObject;
}

function entryAgain(value: Json): Json {
  const entry = readEntry(value);
  if (entry === undefined) throw new Error('expected an entry to be shown only where it is an object');
  return writeEntry(entry);
}

describe('the model of a document', () => {
  it('writes back what it read, whatever that was', () => {
    fc.assert(
      fc.property(fc.oneof(arbitraryDocument, arbitraryOddity), (document) => {
        expect(writtenBack(document)).toEqual(document);
      }),
      seeded(120),
    );
  });

  it('means the same to the engine', () => {
    fc.assert(
      fc.property(arbitraryDocument, (document) => {
        expect(canonical(writtenBack(document))).toBe(canonical(document));
      }),
      seeded(40),
    );
  });

  it('shows every policy that the engine writes in parts, none of it as JSON', () => {
    fc.assert(
      fc.property(arbitraryDocument, (document) => {
        const printed = JSON.parse(canonical(document)) as JsonObject;
        expect(readPolicy(printed).rest.map(([key]) => key)).toEqual(['version']);
        const shown = [printed['all_tools'] ?? {}, ...toolsOf(printed).map(([, entry]) => entry)].map(
          readEntry,
        );
        expect(shown).not.toContain(undefined);
        expect(JSON.stringify(shown)).not.toContain('"kind":"json"');
      }),
      seeded(40),
    );
  });
});

describe('a form', () => {
  const kindOf = (entry: Json) => {
    const { approval, rules } = readEntry(entry) ?? { rules: {} };
    const [rule] = rules.deny_if ?? [];
    return approval?.kind ?? (rule?.kind === 'rule' ? rule.conditions[0]?.kind : undefined);
  };

  it('shows what it can show, and leaves the rest to JSON', () => {
    const exists = (value: Json) => ({
      deny_if: [{ conditions: [{ path: 'args.a', op: 'exists', value }] }],
    });
    expect(kindOf(exists(true))).toBe('compare');
    expect(kindOf(exists('false'))).toBe('json');
    for (const timeout of ['10m', '90s', 60]) expect(kindOf({ approval: { timeout } })).toBe('approval');
    for (const approval of [{ timeout: 'hour' }, { remember: '1w' }])
      expect(kindOf({ approval })).toBe('json');
    for (const remember of ['none', 'session', '1h'])
      expect(kindOf({ approval: { remember } })).toBe('approval');
  });
});

describe('a text that is written again', () => {
  it('reads as the tree that was asked for', () => {
    fc.assert(
      fc.property(
        arbitraryDocument,
        fc.oneof(arbitraryDocument, arbitraryOddity),
        arbitraryLayout,
        (before, after, layOut) => {
          // JSON writes no zero with a sign.
          expect(JSON.parse(rewrite(layOut(before), after))).toEqual(JSON.parse(JSON.stringify(after)));
        },
      ),
      seeded(80),
    );
  });

  it('is the same text when nothing changed', () => {
    fc.assert(
      fc.property(arbitraryDocument, arbitraryLayout, (document, layOut) => {
        const text = layOut(document);
        const read = readDocumentText(text);
        expect(rewrite(text, read.ok ? read.document : null)).toBe(text);
      }),
      seeded(40),
    );
  });

  it('keeps the spelling, the blanks and the order of everything else', () => {
    const text = `{
  "version" : "1" ,  "default":"deny",

  "tools": {
      "z": { "rate_limit":"10/minute" },
      "a": {"limits": [{ "counter": "\\u0061", "window": 60, "max": 1.50e2 }]}
  },
  "hide": [ "x" ]
}
`;
    const read = readDocumentText(text);
    if (!read.ok) throw new Error(read.message);
    expect(rewrite(text, put(read.document, ['tools', 'b'], { action: 'deny' }))).toBe(
      text.replace('1.50e2 }]}\n', '1.50e2 }]},\n      "b": { "action": "deny" }\n'),
    );
    expect(rewrite(text, put(read.document, ['tools', 'z'], undefined))).toBe(
      text.replace('\n      "z": { "rate_limit":"10/minute" },', ''),
    );
    expect(rewrite(text, put(read.document, ['default'], 'allow'))).toBe(text.replace('"deny"', '"allow"'));
    expect(rewrite(text, put(read.document, ['description'], 'new'))).toBe(
      text.replace('"1" ,', '"1" ,\n  "description": "new",'),
    );
  });

  it('is refused where two readers could read it differently', () => {
    expect(readDocumentText('{"version":"1","version":"1"}')).toMatchObject({ ok: false });
    expect(readDocumentText('{"tools":[]}')).toEqual({
      ok: false,
      message: 'expected an object { … } for "tools"',
    });
    expect(readDocumentText('{"hide":"x"}')).toMatchObject({ ok: false });
  });
});

describe('a place', () => {
  it('is named in an address and read back', () => {
    for (const place of [
      { kind: 'tool', name: 'a/b' },
      { kind: 'all_tools' },
      { kind: 'access' },
      { kind: 'policy' },
    ] as const)
      expect(readPlace(placeKey(place))).toEqual(place);
    expect(readPlace('nonsense')).toEqual({ kind: 'policy' });
  });

  it('is what a problem is about, and no other is', () => {
    const about = (pointer: string) =>
      [
        { kind: 'tool', name: 'a/b' } as const,
        ...(['all_tools', 'access', 'policy'] as const).map((kind) => ({ kind })),
      ]
        .filter((place) => isAbout(place, pointer))
        .map(({ kind }) => kind);
    expect(about('/tools/a~1b/limits/0')).toEqual(['tool']);
    expect(about('/tools/a~1bc')).toEqual([]);
    expect(about('/all_tools')).toEqual(['all_tools']);
    expect(about('/prompts/allow/0')).toEqual(['access']);
    expect(about('/default')).toEqual(['policy']);
  });
});

describe('one choice for one tool', () => {
  const choice = fc.record({
    name: fc.constantFrom('send', 'get_*', 'new', 'delete_*'),
    mode: fc.constantFrom(...MODES),
  });

  it('makes it so, and changes nothing but its own entry and its own name under hide', () => {
    fc.assert(
      fc.property(arbitraryDocument, choice, (document, { mode, name }) => {
        const after = choose(document, { mode, name });
        const { by, mode: found } = standingOf(after, name);
        // A pattern under `hide` beats every entry, and is not this tool's to change.
        const isHidden = by.kind === 'pattern' && by.of === 'hide';
        if (mode !== 'custom') expect(found).toBe(isHidden ? 'hide' : mode);
        const others = (one: JsonObject) => ({
          ...one,
          tools: Object.fromEntries(toolsOf(one).filter(([tool]) => tool !== name)),
          hide: ((one['hide'] ?? []) as string[]).filter((tool) => tool !== name),
        });
        expect(others(after)).toEqual(others(document));
      }),
      seeded(80),
    );
  });

  it('is a policy that reads, and is taken back entirely by leaving the tool to others', () => {
    fc.assert(
      fc.property(arbitraryDocument, fc.constantFrom(...MODES), (document, mode) => {
        const after = choose(document, { mode, name: 'brand_new' });
        expect(() => canonical(after)).not.toThrow();
        expect(canonical(leaveToOthers(after, 'brand_new'))).toBe(canonical(document));
      }),
      seeded(40),
    );
  });

  it('writes short forms and lists of rules out without changing what they mean', () => {
    fc.assert(
      fc.property(arbitraryDocument, (document) => {
        for (const [tool] of toolsOf(document)) {
          const after = writeOut(document, tool);
          expect(after && canonical(after)).toBe(canonical(document));
        }
      }),
      seeded(40),
    );
  });

  it.each<Json>([
    { rate_limit: 'often' },
    { action: 'deny', reason: 5 },
    { action: 'require_approval', approval: 'soon' },
    { action: 'block' },
  ])('is custom where something has no form, and another word takes its place: %j', (entry) => {
    expect(modeOf(entry)).toBe('custom');
    for (const mode of ['allow', 'limit', 'ask', 'deny'] as const) {
      const after = choose({ version: '1', default: 'deny', tools: { t: entry } }, { name: 't', mode });
      expect(standingOf(after, 't').mode).toBe(mode);
    }
  });

  it('counts under a name that no other limit has', () => {
    const limits = [{ counter: 'calls', window: 'day', max: 1 }];
    const document = { all_tools: { limits }, tools: { t: { rate_limit: '1/day' }, u: { limits } } };
    expect(freeCounter(document, 'new')).toBe('new');
    expect(freeCounter(document, 'calls')).toBe('calls 2');
    expect(freeCounter(document, 't_rate')).toBe('t_rate 2');
  });

  it('of a pattern is written where its name can be none of a counter', () => {
    const read = parsePolicy(
      JSON.stringify(choose({ version: '1', default: 'deny' }, { name: 'get_*', mode: 'limit' })),
      testFunctions,
    );
    expect(read).toMatchObject({ ok: true });
  });
});

describe('what several servers offer', () => {
  const tool = (name: string, severity: string) => ({ tool: name, class: `of ${severity}`, severity });
  const offered = offeredBy([
    { slug: 'a', tools: [tool('read', 'Low'), tool('run', 'Medium')] },
    { slug: 'b', tools: [tool('run', 'Critical'), tool('read', 'Low')] },
    { slug: 'c', tools: [tool('run', 'Unheard of')] },
  ]);

  it('is one tool a name, as the gravest of them', () => {
    expect(offered).toEqual([
      { name: 'read', class: 'of Low', severity: 'Low', servers: ['a', 'b'] },
      { name: 'run', class: 'of Unheard of', severity: 'Unheard of', servers: ['c', 'b', 'a'] },
    ]);
  });

  it('belongs to the parts of a policy that are about it', () => {
    const namesAt = (key: string) => offeredAt(readPlace(key), offered).map(({ name }) => name);
    expect(namesAt('all_tools')).toEqual(['read', 'run']);
    expect(namesAt('tool:r*n')).toEqual(['run']);
    expect(namesAt('tool:read')).toEqual(['read']);
    expect(namesAt('tool:gone')).toEqual([]);
    expect(namesAt('policy')).toEqual([]);
  });
});
