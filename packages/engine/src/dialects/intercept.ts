import type { Json, JsonObject } from '../json/json.ts';
import { parsePolicyTree } from '../parse/index.ts';
import * as places from '../parse/place.ts';
import type { Problem } from '../problem.ts';
import { translateTool } from './intercept-tool.ts';
import { collectNotes, type Note, type Notes } from './notes.ts';

export type ImportResult =
  | { readonly ok: true; readonly document: JsonObject; readonly notes: readonly Note[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

type Place = places.Place;

const KEYS = ['version', 'description', 'default', 'hide', 'tools', 'approvals'] as const;

/**
 * Translates an Intercept policy, read from YAML by the caller, into a document of version 1 (policy language §10.3).
 * It never lets through what Intercept refused: where the two differ the stricter reading is taken and noted, and
 * what has no stricter reading is a problem. Regular expressions are checked when the document is parsed. Never throws.
 */
export function importIntercept(tree: Json): ImportResult {
  const findings: places.Finding[] = [];
  const place: Place = {
    value: tree,
    pointer: '',
    reading: { findings, regex: anyRegex, limitPointers: new Map() },
  };
  const notes = collectNotes();
  const document = translate(place, notes);
  const problems: Problem[] = findings.map(({ code, severity, message, pointer }) => ({
    code,
    severity,
    message,
    pointer,
  }));
  if (document === undefined || problems.length > 0) return { ok: false, problems };
  const parsed = parsePolicyTree(document, { regex: anyRegex });
  if (parsed.ok) return { ok: true, document, notes: notes.all() };
  return { ok: false, problems: parsed.problems.map(ofTranslation) };
}

const anyRegex = () => ({ ok: true, test: () => false, steps: 0 }) as const;

/** The pointer is one of the translated document; the source has none that is equal in every case. */
function ofTranslation(problem: Problem): Problem {
  return { ...problem, message: `in the translated document: ${problem.message}` };
}

function translate(place: Place, notes: Notes): JsonObject | undefined {
  const of = places.fields(place, KEYS, 'an Intercept policy');
  if (of === undefined) return undefined;
  const version = places.required(of, 'version', 'Intercept policies have version "1"');
  if (version !== undefined && version.value !== '1' && version.value !== 1) {
    places.report(
      version,
      'bad_version',
      `expected version "1" of Intercept policies, found ${JSON.stringify(version.value)}`,
    );
  }
  const otherwise = places.oneOf(of.get('default'), ['allow', 'deny'] as const, '"default"') ?? 'allow';
  const description = places.text(of.get('description'), '"description"');
  const hide = readHide(of.get('hide'), notes);
  noteSurroundings(of, otherwise, notes);
  return {
    version: '1',
    ...(description ? { description } : {}),
    default: otherwise,
    ...(hide.length > 0 && { hide }),
    ...translateTools(of.get('tools'), notes),
  };
}

function noteSurroundings(of: places.Fields<(typeof KEYS)[number]>, otherwise: string, notes: Notes): void {
  const approvals = of.get('approvals');
  if (approvals !== undefined) {
    notes.add(
      'the settings under "approvals" belong to the gateway\'s configuration and were left out',
      approvals.pointer,
    );
  }
  if (otherwise === 'deny') {
    notes.add(
      'Intercept let all resources and prompts through; here "default": "deny" refuses them until "resources" and "prompts" allow some',
      '',
    );
  }
}

function readHide(place: Place | undefined, notes: Notes): readonly string[] {
  return places.elements(place, '"hide"', Number.MAX_SAFE_INTEGER).flatMap((item) => {
    const name = places.text(item, 'a name in "hide"');
    if (name !== undefined && name !== '*' && name.includes('*')) {
      notes.add(
        '"*" inside a name was an ordinary character; here it stands for any run of characters',
        item.pointer,
      );
    }
    return name ?? [];
  });
}

function translateTools(place: Place | undefined, notes: Notes): JsonObject {
  const tools = place && places.members(place, '"tools"');
  if (tools === undefined) return {};
  const everywhere = tools.get('*');
  if (everywhere !== undefined) {
    notes.add(
      'rules for "*" were judged after the tool\'s own; here they come first, which changes the text of a refusal when both refuse',
      everywhere.pointer,
    );
  }
  const allTools = everywhere && translateTool(everywhere, { tool: undefined, notes });
  const own = [...tools].flatMap(([tool, item]): [string, JsonObject][] => {
    if (tool === '*') return [];
    if (tool.includes('*')) {
      places.reportKey(
        item,
        'bad_name',
        'expected the exact name of a tool, found a name with "*", which would match more tools here; name the tool',
      );
    }
    return [[tool, translateTool(item, { tool, notes })]];
  });
  return {
    ...(allTools !== undefined && Object.keys(allTools).length > 0 && { all_tools: allTools }),
    ...(own.length > 0 && { tools: Object.fromEntries(own) }),
  };
}
