import type { Json } from '@boomgate/engine';
import { type DeclaredServer, isOpenPath, isOpenUrl, shownTarget } from '@boomgate/server';

/** Texts of a value, at any depth. */
export function textsIn(value: Json): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

/** Words that say how a server is reached, and nothing of whom it serves. */
const WORDS = [
  'stdio',
  'http',
  'sse',
  'streamable-http',
  'streamableHttp',
  'local',
  'remote',
  'custom',
  '-y',
];

/** What of an entry may be shown in a difference: its program, its package, its address. */
export function openTextsOf({ target }: DeclaredServer): readonly string[] {
  if (target.kind === 'unclear') return [];
  if (target.kind === 'http') return isOpenUrl(target.url) ? [...WORDS, target.url] : WORDS;
  const { package: name, what } = shownTarget(target);
  const isOpen = isOpenPath(target.command) || what.split(' ')[0] === target.command;
  return [...WORDS, ...(isOpen ? [target.command] : []), ...(name === undefined ? [] : [name])];
}
