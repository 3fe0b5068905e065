import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PATH_SEGMENTS } from './bounds.ts';
import { parsePath, printPath } from './path.ts';

function text(path: string): string {
  const result = parsePath(path);
  return result.ok ? result.path.text : result.message;
}

describe('a path', () => {
  it.each([
    ['args.amount', 'args.amount'],
    ['args["amount"]', 'args.amount'],
    ['args["a b"]', 'args["a b"]'],
    ['args["a.b"][0][*].price', 'args["a.b"][0][*].price'],
    ['args["\\u0061"]', 'args.a'],
    ['args["\\""]', 'args["\\""]'],
    ['args[""]', 'args[""]'],
    ['args.übergröße', 'args.übergröße'],
    ['args.user-id', 'args.user-id'],
    ['args.items.0', 'args.items.0'],
    ['args.__proto__', 'args.__proto__'],
    ['tool.annotations.readOnlyHint', 'tool.annotations.readOnlyHint'],
    ['grant.labels["team"]', 'grant.labels.team'],
    ['time.weekday', 'time.weekday'],
    ['client.version', 'client.version'],
  ])('%s has the canonical text %s', (written, canonical) => {
    expect(text(written)).toBe(canonical);
  });

  it('has the segments that it spells', () => {
    const result = parsePath('args.a["b c"][3][*]');
    expect(result.ok && result.path).toEqual({
      text: 'args.a["b c"][3][*]',
      root: 'args',
      segments: [
        { kind: 'name', name: 'a' },
        { kind: 'name', name: 'b c' },
        { kind: 'index', index: 3 },
        { kind: 'each' },
      ],
    });
  });

  it.each([
    ['', /starts with args/],
    ['amount', /an argument is written args\.NAME/],
    ['arg.amount', /did you mean "args"/],
    ['Args.amount', /did you mean "args"/],
    ['constructor.x', /starts with args/],
    ['args', /followed by a name/],
    ['args[0]', /followed by a name/],
    ['args[*]', /followed by a name/],
    ['args.', /expected a name after "\."/],
    ['args..a', /expected a name after "\."/],
    ['args.a b', /expected \.name/],
    ['args.items.*', /every element of a list is \[\*\]/],
    ['args.a[01]', /expected \.name/],
    ['args.a[-1]', /expected \.name/],
    ['args.a[x]', /expected \.name/],
    ["args['a']", /expected \.name/],
    ['args["a"', /expected \.name/],
    ['args["\\x"]', /expected \.name/],
    ['args["\\ud800"]', /expected \.name/],
    ['tool.nme', /did you mean tool\.name/],
    ['tool.constructor', /expected tool\.name/],
    ['tool.name.first', /nothing after tool\.name/],
    ['tool.annotations', /followed by a name/],
    ['grant.labels[0]', /followed by a name/],
    ['time.minute', /expected time\.hour/],
    ['server.id', /expected server\.name/],
  ])('%j is refused', (written, message) => {
    expect(text(written)).toMatch(message);
  });

  it('has at most as many segments as its bound', () => {
    expect(parsePath(`args${'.a'.repeat(PATH_SEGMENTS)}`).ok).toBe(true);
    expect(text(`args${'.a'.repeat(PATH_SEGMENTS + 1)}`)).toMatch(/at most 32 segments/);
  });

  it('reads its own printing', () => {
    const segment = fc.oneof(
      fc
        .string({ unit: 'grapheme' })
        .filter((name) => name.isWellFormed())
        .map((name) => ({ kind: 'name' as const, name })),
      fc.nat().map((index) => ({ kind: 'index' as const, index })),
      fc.constant({ kind: 'each' as const }),
    );
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 5 }), (rest) => {
        const segments = [{ kind: 'name' as const, name: 'x' }, ...rest];
        const result = parsePath(printPath('args', segments));
        expect(result.ok && result.path.segments).toEqual(segments);
      }),
    );
  });

  it('never throws, and reads its canonical text as itself', () => {
    const piece = fc.constantFrom(
      'args',
      'tool',
      '.',
      '[',
      ']',
      '"',
      'a',
      '0',
      '*',
      '\\',
      ' ',
      'name',
      '\ud800',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const result = parsePath(pieces.join(''));
        if (result.ok) expect(parsePath(result.path.text)).toEqual(result);
      }),
    );
  });
});
