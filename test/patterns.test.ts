import { check, type VulnerableDiagnostics } from 'recheck';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { type Source, sources } from './sources.ts';

/**
 * Expressions whose work may grow with the square of a text, each with what bounds it: none of them ever sees a long text that an agent,
 * a server or somebody who is not signed in chose (case N-10).
 */
const SQUARE: Readonly<Record<string, string>> = {
  '/([A-Z]+)([A-Z][a-z])/g': 'names of tools, of which 256 characters are looked at',
  '/[\\d.]+\\.\\d+$/': 'addresses that are known to be of IPv6',
  '/%.*$/': 'addresses on one line',
  '/^[-._]+|[-._]+$/g': 'names, cut before',
  '/(?=[\\w-]*\\d)(?=[\\w-]*[A-Za-z])[\\w-]{20,}/': 'words of a command line',
  '/\\s-|\\s.*=/': 'commands of clients on one’s own machine',
  '/\\{(env|file):([^}]*)\\}/g': 'configuration of clients on one’s own machine',
  '/\\$\\{(file:(?!-)[^}]+|(?:env:)?[A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\\}/g':
    'entries of a configuration, by whoever may change it',
  '/\\$\\{[^}]*\\}/': 'entries of a configuration, by whoever may change it',
  "/cast\\((\\(json_of\\([^)]*\\) #>> '[^']*'\\)) as integer\\)/g":
    'our own SQL, in which values are parameters',
  '/\\/+$/': 'an address on one’s own command line',
  '/\\d+$/': 'addresses that a policy compares',
  '/(\\d+)([hms])/g': 'durations that are known to have their form',
  '/^\\{(\\d+)(,?)(\\d*)\\}/': '24 characters of an expression',
  '/(?<=.)@[^/]*$/': 'a package in a line that somebody types',
  '/^https?:\\/\\/(\\[[\\da-f:.]+:[\\da-f:.]*\\]|[\\w.-]+)(?::(\\d{0,5}))?([/?#].*)?$/is':
    'the specification of the engine, which only tests run',
};

/** Without any of these an expression looks at a few characters from each place on. */
const REPEATS = /[*+{]/;

/** Milliseconds for one expression, and for all: without a program of its own for the machine the check is ten times slower. */
const ONE_MS = 30_000;
const ALL_MS = 600_000;

it('no regular expression of the code may take more than linear work on a text that somebody else chose', {
  timeout: ALL_MS,
}, async () => {
  const found: string[] = [];
  for (const literal of new Set(sources().flatMap(literalsOf))) {
    if (!REPEATS.test(literal)) continue;
    const end = literal.lastIndexOf('/');
    const judged = await check(literal.slice(1, end), literal.slice(end + 1), { timeout: ONE_MS });
    if (judged.status === 'safe') continue;
    if (judged.status === 'vulnerable' && judged.checker === 'fuzz' && !isShown(literal, judged)) continue;
    const work = judged.status === 'vulnerable' ? judged.complexity.type : judged.status;
    expect([literal, work]).toEqual([literal, 'polynomial']);
    found.push(literal);
  }
  expect(found.sort()).toEqual(Object.keys(SQUARE).sort());
});

/** Characters of a text on which work that grows with the square takes seconds, and other work some ten milliseconds; and what lies between. */
const SHOWN_CHARACTERS = 100_000;
const SHOWN_MS = 300;

/** Of expressions that are too large to be proven something, the checker only suspects one at random: it has to show it. */
function isShown(literal: string, { attack }: VulnerableDiagnostics): boolean {
  const pumped = attack.pumps.map(({ prefix, pump }) => {
    const times = SHOWN_CHARACTERS / attack.pumps.length / pump.length;
    return prefix + pump.repeat(Math.ceil(times));
  });
  const end = literal.lastIndexOf('/');
  const expression = new RegExp(literal.slice(1, end), literal.slice(end + 1).replace(/[gy]/g, ''));
  const began = performance.now();
  expression.test(pumped.join('') + attack.suffix);
  return performance.now() - began > SHOWN_MS;
}

function literalsOf({ tree }: Source): readonly string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) found.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}
