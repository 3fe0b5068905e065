import { recommend, type ToolClass } from '@boomgate/catalogue';
import { sha256 } from './digest.ts';
import { momentOf, PERSON, type World, type WorldPolicy, type WorldServer } from './world.ts';

const AUTHOR = { kind: 'person', id: PERSON.id, name: PERSON.name } as const;
const DAY_MS = 86_400_000;

/** One policy for each server, as it is recommended; and one that somebody wrote, which says more. */
export async function makePolicies(
  servers: readonly WorldServer[],
  nowMs: number,
): Promise<Map<string, WorldPolicy>> {
  const policies = new Map<string, WorldPolicy>();
  for (const { slug, tools } of servers) {
    // The classes are those that the catalogue gave.
    const known = tools.map(({ class: of, tool }) => ({ name: tool, class: of as ToolClass }));
    const text = `${JSON.stringify(recommend(known).policy, undefined, 2)}\n`;
    const server = { name: `${slug}-recommended`, server: slug, text, note: 'as recommended' };
    await savePolicy(policies, server, nowMs - 8 * DAY_MS);
  }
  const written = {
    name: 'pictures-by-day',
    server: servers[0]?.slug ?? '',
    text: WRITTEN,
    note: 'for the studio',
  };
  await savePolicy(policies, written, nowMs - 6 * DAY_MS);
  return policies;
}

const WRITTEN = `{
  "version": "1",
  "description": "Pictures by day, few at a time, and only for the studio.",
  "time_zone": "Europe/Berlin",
  "default": "deny",
  "hide": ["comfy_clear_*"],
  "all_tools": {
    "require": [
      {
        "name": "team",
        "conditions": [{ "path": "grant.labels.team", "op": "eq", "value": "studio" }],
        "on_deny": "Only the studio makes pictures"
      }
    ]
  },
  "tools": {
    "comfy_generate_simple": {
      "validate": { "schema": true },
      "deny_if": [
        {
          "name": "width",
          "conditions": [{ "path": "args.width", "op": "gt", "value": 1536 }],
          "on_deny": "Pictures are at most 1536 pixels wide"
        }
      ],
      "require_approval_if": [
        { "name": "many", "conditions": [{ "path": "args.batch_size", "op": "gt", "value": 2 }] }
      ],
      "limits": [{ "counter": "pictures", "window": "hour", "max": 6, "scope": "grant" }],
      "approval": { "timeout": "1d" }
    },
    "comfy_get_*": {},
    "comfy_list_*": {},
    "comfy_load_workflow": {},
    "comfy_save_workflow": { "limits": [{ "counter": "saves", "window": "hour", "max": 2, "scope": "grant" }] },
    "comfy_cancel_generation": { "action": "require_approval", "approval": { "timeout": "1d" } }
  }
}
`;

type Saving = {
  readonly name: string;
  readonly server?: string | undefined;
  readonly text: string;
  readonly note: string;
};

/** Puts a text in force as the next version of a policy. It has to read as a policy. */
export async function savePolicy(
  policies: World['policies'],
  { name, note, server, text }: Saving,
  nowMs: number,
): Promise<WorldPolicy> {
  const before = policies.get(name);
  const version = {
    name,
    version: (before?.versions[0]?.version ?? 0) + 1,
    origin: 'stored',
    sha256: await sha256(text),
    author: AUTHOR,
    note,
    savedAt: momentOf(nowMs),
    text,
  } as const;
  const whose = server ?? before?.server;
  const saved = {
    ...(whose === undefined ? {} : { server: whose }),
    versions: [version, ...(before?.versions ?? [])],
  };
  policies.set(name, saved);
  return saved;
}
