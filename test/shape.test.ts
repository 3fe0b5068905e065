import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { LONG, literalsOf, SQUARE } from './expressions.ts';
import { type Source, sources } from './sources.ts';

const MAX_FILE_LINES = 600;
const LONG_FILE_LINES = 350;
const MEDIAN_FILE_LINES = 90;
const MAX_FUNCTION_LINES = 70;
const MAX_PARAMETERS = 3;

const all = sources();

describe('the size of files', () => {
  const sizes = all
    .map((source) => ({ name: source.path, size: source.lines }))
    .sort((a, b) => b.size - a.size);

  it(`none is over ${MAX_FILE_LINES} lines, 95 % are at most ${LONG_FILE_LINES}`, () => {
    console.log(`longest files: ${describeFive(sizes)}`);
    expect(sizes.filter(({ size }) => size > MAX_FILE_LINES)).toEqual([]);
    expect(sizes.filter(({ size }) => size > LONG_FILE_LINES).length).toBeLessThanOrEqual(
      sizes.length * 0.05,
    );
  });

  it(`the median is at most ${MEDIAN_FILE_LINES} lines`, () => {
    expect(sizes[Math.floor(sizes.length / 2)]?.size).toBeLessThanOrEqual(MEDIAN_FILE_LINES);
  });
});

describe('the size of functions', () => {
  const functions = all.flatMap(functionsOf).sort((a, b) => b.size - a.size);

  it(`none is over ${MAX_FUNCTION_LINES} lines`, () => {
    console.log(`longest functions: ${describeFive(functions)}`);
    expect(functions.filter(({ size }) => size > MAX_FUNCTION_LINES)).toEqual([]);
  });

  it(`none takes more than ${MAX_PARAMETERS} positional parameters`, () => {
    expect(functions.filter(({ parameters }) => parameters > MAX_PARAMETERS).map(({ name }) => name)).toEqual(
      [],
    );
  });
});

it('no expression is exempt that the code no longer has', () => {
  const literals = new Set(all.flatMap(literalsOf));
  expect([...Object.keys(SQUARE), ...LONG].filter((literal) => !literals.has(literal))).toEqual([]);
});

type Measured = { readonly name: string; readonly size: number };

function functionsOf(source: Source): readonly (Measured & { readonly parameters: number })[] {
  const found: (Measured & { readonly parameters: number })[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined) {
      const lineOf = (position: number): number => source.tree.getLineAndCharacterOfPosition(position).line;
      const line = lineOf(node.getStart());
      found.push({
        name: `${source.path}:${line + 1}`,
        size: lineOf(node.end) - line + 1,
        parameters: node.parameters.length,
      });
    }
    ts.forEachChild(node, visit);
  };
  visit(source.tree);
  return found;
}

function describeFive(measured: readonly Measured[]): string {
  return measured
    .slice(0, 5)
    .map(({ name, size }) => `${name} (${size})`)
    .join(', ');
}
