import { z } from 'zod';
import { resource } from '../endpoint/index.ts';
import {
  credentialValues,
  idText,
  moment,
  pageOf,
  pageQuery,
  serverEntry,
  serverManner,
  serverSlug,
} from '../shapes/index.ts';

/** Characters of a tool's name; MCP allows 128. */
export const TOOL_NAME_MAX = 128;

/** Scopes of one sign-in: far more than consent pages show. */
const SCOPES_MAX = 50;
/** Characters of a client's id or secret; some are signed texts. */
const CLIENT_TEXT_MAX = 2_048;

const clientText = z.string().min(1).max(CLIENT_TEXT_MAX);
/** RFC 6749 §3.3. */
const scope = z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,256}$/, 'expected a scope, without spaces');

const fingerprint = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'expected the fingerprint that was shown: 64 hex digits');

const tool = z.strictObject({
  tool: z.string(),
  class: z.string(),
  severity: z.string(),
  /** Calls of what is held are refused until somebody accepts it. */
  state: z.enum(['accepted', 'held']),
  /** Of its newest definition. */
  fingerprint: z.string(),
  firstSeenAt: moment,
});

/** The gateway's own sign-in at a server, for all who may use it there. */
const signIn = z.strictObject({
  /** Of one that needs it again calls are refused until somebody connects it. */
  state: z.enum(['connected', 'needs_sign_in']),
  issuer: z.string(),
  scopes: z.array(z.string()),
  /**
   * What the server refused requests for (HTTP 403, `insufficient_scope`) and the sign-in does not have: connecting asks for it as well.
   * Empty where the server named nothing of the kind; absent where it refused none.
   */
  missingScopes: z.array(z.string()).optional(),
  grant: z.enum(['authorization_code', 'client_credentials']),
  /** When the token ends that is presented now; absent where the authorization server does not say. */
  until: moment.optional(),
  /** The gateway gets the next token by itself. */
  renews: z.boolean(),
});

const server = z.strictObject({
  slug: z.string(),
  /** For people; absent where nobody gave it one. */
  title: z.string().optional(),
  /** What the configuration file declares is changed there alone. */
  origin: z.enum(['file', 'api']),
  /** Stored as well, and not in force: the file declares the same name. */
  shadowed: z.boolean(),
  state: z.enum(['idle', 'starting', 'ready', 'failing', 'stopped']),
  /** Absent until the gateway has spoken with it. */
  era: z.enum(['modern', 'legacy']).optional(),
  /** Why it is failing or stopped. */
  reason: z.string().optional(),
  drift: z.enum(['hold', 'hold_execute', 'accept']),
  /**
   * Until when no more new definitions are recorded, as it showed too many: of what came since, tools that would wait are held, and can
   * be neither shown nor accepted. Absent as a rule.
   */
  heldBackUntil: moment.optional(),
  /** Absent where nobody connected the gateway with it. */
  signIn: signIn.optional(),
  /** What its newest listing offers; empty until it was listed. */
  tools: z.array(tool),
});

/** Never a value: that there is one, by what it can be told from another, and since when. */
const credential = z.strictObject({
  in: z.enum(['headers', 'env', 'query']),
  name: z.string(),
  /** Equal for equal values; as in the audit log. Absent for what the configuration file declares. */
  fingerprint: z.string().optional(),
  changedAt: moment.optional(),
});

const settings = z
  .strictObject({
    /** Without its query, of which `credentials` has the names. */
    url: z.string(),
    command: z.string(),
    args: z.array(z.string()),
    cwd: z.string(),
    ...serverManner,
  })
  .partial();

const detail = server.extend({
  id: idText,
  settings,
  credentials: z.array(credential),
  createdAt: moment.optional(),
  changedAt: moment.optional(),
});

const params = z.strictObject({ server: idText });

/** What every change of one stored server has in common. */
const change = {
  access: 'manage_servers',
  params,
  // The store writes change and row in one transaction.
  audit: 'by_store',
  conditional: true,
} as const;

export const servers = resource({
  list: {
    method: 'GET',
    path: '/servers',
    summary:
      'The servers of the organisation with their tools, what these can do, and which of them are held',
    access: 'read',
    query: z.strictObject({ ...pageQuery }),
    status: 200,
    answer: pageOf(server),
    problems: [],
  },
  definitions: {
    method: 'GET',
    path: '/servers/{server}/definitions',
    summary:
      'The definitions that a tool had, newest first: what a held one says, and what was accepted before. Without a tool, the newest of each that is offered',
    access: 'read',
    params,
    query: z.strictObject({ tool: z.string().min(1).max(TOOL_NAME_MAX).optional() }),
    status: 200,
    answer: z.strictObject({
      items: z.array(
        tool.extend({
          isOffered: z.boolean(),
          /** JSON, with every invisible character written as an escape. */
          definition: z.string(),
        }),
      ),
    }),
    problems: [],
  },
  accept: {
    method: 'POST',
    path: '/servers/{server}/accept',
    summary:
      'Accept the definition of a held tool that was shown, by its fingerprint; nothing else is accepted',
    access: 'write_policies',
    params,
    body: z.strictObject({ tool: z.string().min(1).max(TOOL_NAME_MAX), fingerprint }),
    status: 200,
    answer: tool,
    audit: 'tool.accepted',
    problems: ['drift_changed'],
  },
  create: {
    method: 'POST',
    path: '/servers',
    summary:
      'Register a server, in the shape of an entry of mcpServers; its credentials are never shown again',
    access: 'manage_servers',
    body: serverEntry.extend({ slug: serverSlug }),
    status: 201,
    answer: detail,
    audit: 'by_store',
    problems: ['name_taken', 'declared_by_file'],
    creates: true,
  },
  show: {
    method: 'GET',
    path: '/servers/{server}',
    summary: 'One server with its settings, and which credentials are set',
    access: 'read',
    params,
    status: 200,
    answer: detail,
    problems: [],
    conditional: true,
  },
  update: {
    ...change,
    method: 'PATCH',
    path: '/servers/{server}',
    summary:
      'Change settings of a server; what is not named stays, null takes it away. Another address or program needs its credentials again',
    body: z.strictObject(
      Object.fromEntries(
        Object.entries(serverEntry.shape).map(([name, schema]) => [name, schema.nullable()]),
        // A cast: the same names, each nullable besides.
      ) as { [N in keyof typeof serverEntry.shape]: z.ZodNullable<(typeof serverEntry.shape)[N]> },
    ),
    status: 200,
    answer: detail,
    problems: ['declared_by_file'],
  },
  credentials: {
    ...change,
    method: 'PUT',
    path: '/servers/{server}/credentials',
    summary: 'Replace the headers, variables or query of a server that are given; the others stay',
    body: z.strictObject({
      headers: credentialValues.optional(),
      env: credentialValues.optional(),
      query: credentialValues.optional(),
    }),
    status: 200,
    answer: detail,
    problems: ['declared_by_file'],
  },
  remove: {
    ...change,
    method: 'DELETE',
    path: '/servers/{server}',
    summary: 'Remove a server that no grant names any more',
    status: 204,
    problems: ['declared_by_file', 'server_in_use'],
  },
  probe: {
    method: 'POST',
    path: '/servers/{server}/probe',
    summary: 'Connect to a server now, and report the result',
    access: 'manage_servers',
    params,
    status: 200,
    answer: z.strictObject({
      state: z.enum(['ready', 'failing']),
      era: z.enum(['modern', 'legacy']).optional(),
      /** MCP revision that is spoken with it. */
      protocol: z.string().optional(),
      /** Tools that it offers; absent when they could not be listed. */
      tools: z.int().optional(),
      /** Why it is failing, without what is secret. */
      problem: z.string().optional(),
      /** It wants a token: connect the gateway with it. */
      wantsSignIn: z.literal(true).optional(),
    }),
    audit: 'nothing',
    problems: [],
  },
  restart: {
    method: 'POST',
    path: '/servers/{server}/restart',
    summary:
      'Close all connections to a server and begin anew: its program ends, and starts with the next request. Calls under way get two seconds to end',
    access: 'manage_servers',
    params,
    status: 204,
    // The store writes count and row in one transaction.
    audit: 'by_store',
    problems: [],
  },
  connect: {
    method: 'POST',
    path: '/servers/{server}/connect',
    summary:
      'Sign the gateway in at a server that wants OAuth: gives the address to send the browser to, or signs in at once with client credentials',
    access: 'manage_servers',
    params,
    body: z.strictObject({
      grant: z.enum(['authorization_code', 'client_credentials']).optional(),
      clientId: clientText.optional(),
      clientSecret: clientText.optional(),
      scopes: z.array(scope).max(SCOPES_MAX).optional(),
    }),
    status: 200,
    answer: z.strictObject({
      state: z.enum(['begun', 'connected']),
      /** Where the browser that asked goes next, within ten minutes. */
      authorizationUrl: z.string().optional(),
    }),
    // The store writes change and row in one transaction.
    audit: 'by_store',
    problems: ['person_required', 'sign_in_not_possible', 'client_id_needed', 'authorization_server_failed'],
  },
  disconnect: {
    method: 'DELETE',
    path: '/servers/{server}/connect',
    summary: 'Forget the tokens of a server, and tell its authorization server so where it wants to know',
    access: 'manage_servers',
    params,
    status: 204,
    audit: 'by_store',
    problems: [],
  },
});
