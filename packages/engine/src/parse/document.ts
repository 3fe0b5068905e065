import type { Entry, Policy } from '../policy.ts';
import { readAccess } from './access.ts';
import { TOOLS } from './bounds.ts';
import { readEntry } from './entry.ts';
import { patternFault, readPatterns } from './pattern.ts';
import { fields, members, oneOf, type Place, prose, report, reportKey, required, text } from './place.ts';
import { readAllTools } from './rules.ts';
import { readTimeZone } from './time-zone.ts';
import { found } from './words.ts';

const KEYS = [
  '$schema',
  'version',
  'description',
  'time_zone',
  'default',
  'hide',
  'all_tools',
  'tools',
  'resources',
  'prompts',
] as const;

/** The whole document (§1). Undefined only when it is no object; other faults are findings of the place's reading. */
export function readDocument(place: Place): Policy | undefined {
  const of = fields(place, KEYS, 'the policy');
  if (of === undefined) return undefined;
  text(of.get('$schema'), '"$schema"');
  checkVersion(required(of, 'version', 'write "version": "1"'));
  const description = prose(of.get('description'), '"description"');
  const otherwise = required(
    of,
    'default',
    'say what happens to tools that are not listed: "deny" or "allow"',
  );
  const resources = readAccess(of.get('resources'), '"resources"');
  const prompts = readAccess(of.get('prompts'), '"prompts"');
  return {
    version: '1',
    ...(description !== undefined && { description }),
    default: oneOf(otherwise, ['deny', 'allow'] as const, '"default"') ?? 'deny',
    timeZone: readTimeZone(of.get('time_zone')),
    hide: readPatterns(of.get('hide'), '"hide"', TOOLS),
    allTools: readAllTools(of.get('all_tools')),
    tools: readTools(of.get('tools')),
    ...(resources !== undefined && { resources }),
    ...(prompts !== undefined && { prompts }),
  };
}

function checkVersion(place: Place | undefined): void {
  if (place === undefined || place.value === '1') return;
  const mend = place.value === 1 ? 'write it in quotes' : 'this is the only version there is';
  report(place, 'bad_version', `expected "1", found ${found(place.value)}; ${mend}`);
}

function readTools(place: Place | undefined): ReadonlyMap<string, Entry> {
  const tools = new Map<string, Entry>();
  const entries = place && members(place, '"tools"', '; write "NAME": {} for each that is allowed');
  if (place === undefined || entries === undefined) return tools;
  if (entries.size > TOOLS) {
    report(
      place,
      'too_many',
      `expected at most ${TOOLS} tools, found ${entries.size}; join some with a pattern`,
    );
    return tools;
  }
  for (const [tool, item] of entries) {
    const fault = patternFault(tool);
    if (fault !== undefined) reportKey(item, 'bad_name', fault);
    const entry = readEntry(item, tool);
    if (entry !== undefined) tools.set(tool, entry);
  }
  return tools;
}
