import type { Problem } from '@boomgate/engine';
import { type Palette, visible } from '../terminal/index.ts';

/** `file:line:column: error unknown_key: message (at /tools/x)`, as editors and terminals make links of. */
export function problemLine(file: string, problem: Problem, paint: Palette): string {
  const { line, column, severity, code, message, pointer } = problem;
  const place = [visible(file), line, column].filter((part) => part !== undefined).join(':');
  const level = severity === 'error' ? paint.bad(severity) : paint.held(severity);
  const at = pointer === '' ? '' : paint.faint(` (at ${visible(pointer)})`);
  return `${paint.strong(place)}: ${level} ${code}: ${visible(message)}${at}`;
}
