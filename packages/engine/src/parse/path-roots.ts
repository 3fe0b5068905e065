import type { Root, Segment } from '../policy.ts';
import { similarWord } from './similar.ts';
import { quoted } from './words.ts';

/** What may follow a root's name: nothing, or at least one name of somebody's choice. */
type Shape = 'leaf' | 'open';

/** Roots whose members are fixed. `args` is the one whose members are not. */
const MEMBERS = {
  args: undefined,
  tool: { name: 'leaf', class: 'leaf', severity: 'leaf', annotations: 'open' },
  grant: { name: 'leaf', labels: 'open' },
  server: { name: 'leaf' },
  client: { name: 'leaf', version: 'leaf' },
  time: { hour: 'leaf', weekday: 'leaf', date: 'leaf' },
} as const satisfies Record<Root, Readonly<Record<string, Shape>> | undefined>;

/** Why a path cannot lead anywhere from its root (policy language §4), or undefined. */
export function checkRoot(root: Root, segments: readonly Segment[], text: string): string | undefined {
  const [first, second] = segments;
  const members: ReadonlyMap<string, Shape> | undefined =
    MEMBERS[root] && new Map<string, Shape>(Object.entries(MEMBERS[root]));
  if (first?.kind !== 'name') {
    const names = members === undefined ? 'the name of an argument' : [...members.keys()].join(', ');
    return `expected ${root} to be followed by a name in the path ${quoted(text)}: ${names}`;
  }
  if (members === undefined) return undefined;
  const shape = members.get(first.name);
  if (shape === undefined) return unknownMember(root, first.name, [...members.keys()]);
  if (shape === 'open') {
    if (second?.kind === 'name') return undefined;
    return `expected ${root}.${first.name} to be followed by a name in the path ${quoted(text)}`;
  }
  if (second === undefined) return undefined;
  return `expected nothing after ${root}.${first.name} in the path ${quoted(text)}, which is a single value; remove the rest`;
}

function unknownMember(root: Root, name: string, members: readonly string[]): string {
  const meant = similarWord(name, members);
  const hint = meant === undefined ? '' : `; did you mean ${root}.${meant}?`;
  return `expected ${members.map((member) => `${root}.${member}`).join(', ')}, found ${quoted(`${root}.${name}`)}${hint}`;
}
