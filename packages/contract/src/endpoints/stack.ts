import { z } from 'zod';
import { resource } from '../endpoint/index.ts';
import {
  credentialValues,
  pageOf,
  pageQuery,
  SERVER_TEXT_MAX,
  serverSlug,
  severityName,
  toolClass,
} from '../shapes/index.ts';

/** Characters of a client's configuration that is pasted; one server has some two hundred. */
const IMPORT_LENGTH_MAX = 64 * 1024;

/** Servers that are registered at once: more than anybody's client has, and few enough for one answer. */
const IMPORT_SERVERS_MAX = 64;

/** What of a policy looks at a call before it is let through. */
const CHECK_NAMES = ['rules', 'arguments', 'limits', 'approval'] as const;

/** How agents reach a server: the grants with the same policy in the same mode. */
const door = z.strictObject({
  /** Absent: every call is refused. */
  policy: z.string().optional(),
  version: z.int().optional(),
  mode: z.enum(['enforce', 'observe']),
  /** Names of the grants that are active. */
  grants: z.array(z.string()),
});

const reach = z.strictObject({
  /** Which of `doors`, from 0. */
  door: z.int(),
  /** What becomes of a call that no check stops; `approve`: it always waits for a person. */
  outcome: z.enum(['hide', 'deny', 'approve', 'allow']),
  checks: z.array(z.enum(CHECK_NAMES)),
});

const server = z.strictObject({
  slug: z.string(),
  title: z.string().optional(),
  doors: z.array(door),
  /** Of everything that it offers; absent while its tools are not known. */
  grade: z
    .strictObject({
      grade: z.enum(['A', 'B', 'C', 'D', 'F']),
      points: z.int(),
      taken: z.array(z.strictObject({ why: z.string(), points: z.int() })),
    })
    .optional(),
  /** How many tools of each class; those that are there. */
  classes: z.partialRecord(toolClass, z.int()),
  tools: z.array(
    z.strictObject({
      tool: z.string(),
      class: toolClass,
      severity: severityName,
      state: z.enum(['accepted', 'held']),
      reach: z.array(reach),
    }),
  ),
  /** High and Critical tools that some grant can call with nothing of a policy in between. */
  uncovered: z.array(z.string()),
});

const importText = z.string().min(1).max(IMPORT_LENGTH_MAX);

const declared = z.strictObject({
  name: z.string(),
  /** As in the address of its endpoint; empty where the name has no letter or digit. */
  slug: z.string(),
  transport: z.enum(['stdio', 'http', 'sse', 'unclear']),
  /** `npx @scope/package`, `https://host/path`, or why it is unclear; never an argument or a value. */
  what: z.string(),
  package: z.string().optional(),
  isDisabled: z.boolean(),
  /** The folder of the project that it is declared for, where a file holds several. */
  project: z.string().optional(),
  /** Names of what it is given; `isReference` where the text only says where the value is. */
  given: z.array(
    z.strictObject({ in: z.enum(['environment', 'header']), name: z.string(), isReference: z.boolean() }),
  ),
  warnings: z.array(z.string()),
});

export const stack = resource({
  read: {
    method: 'GET',
    path: '/stack',
    summary: 'Everything that agents of the organisation can call, by server, and what looks at each call',
    access: 'read',
    query: z.strictObject({ ...pageQuery }),
    status: 200,
    answer: pageOf(server),
    problems: [],
  },
  preview: {
    method: 'POST',
    path: '/stack/import',
    summary: "The servers that a client's configuration declares, without its secrets; stores nothing",
    access: 'read',
    body: z.strictObject({ text: importText }),
    status: 200,
    answer: z.strictObject({ format: z.enum(['json', 'yaml', 'toml']), servers: z.array(declared) }),
    audit: 'nothing',
    problems: [],
  },
  register: {
    method: 'POST',
    path: '/stack/servers',
    summary:
      "Register servers that a client's configuration declares, with the values that it has; nothing is registered where one of them may not be",
    access: 'manage_servers',
    body: z.strictObject({
      text: importText,
      servers: z
        .array(
          z.strictObject({
            /** And `project`, as the preview says them. */
            name: z.string().min(1).max(SERVER_TEXT_MAX),
            project: z.string().min(1).max(SERVER_TEXT_MAX).optional(),
            slug: serverSlug,
            /** In place of what the text has under these names, or only refers to. */
            headers: credentialValues.optional(),
            env: credentialValues.optional(),
          }),
        )
        .min(1)
        .max(IMPORT_SERVERS_MAX),
    }),
    status: 201,
    answer: z.strictObject({ slugs: z.array(z.string()) }),
    // The store writes each change and its row in one transaction.
    audit: 'by_store',
    problems: ['name_taken', 'declared_by_file'],
    creates: true,
  },
});
