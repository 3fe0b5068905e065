import { LineCounter, parseDocument } from 'yaml';
import { YAML_ALIASES } from './bounds.ts';
import type { Parsed } from './parsed.ts';

/** YAML 1.2 without tags. Messages of the parser may quote the file, so that only its code is told. */
export function parseYamlTree(text: string): Parsed {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    uniqueKeys: true,
    merge: false,
    version: '1.2',
  });
  const fault = document.errors[0] ?? document.warnings[0];
  if (fault !== undefined) {
    const { line, col } = lines.linePos(fault.pos[0]);
    return { ok: false, message: fault.code.replaceAll('_', ' ').toLowerCase(), line, column: col };
  }
  try {
    return { ok: true, tree: document.toJS({ maxAliasCount: YAML_ALIASES }) };
  } catch (error) {
    if (error instanceof ReferenceError)
      return { ok: false, message: 'it repeats parts of itself too often to be read' };
    throw error;
  }
}
