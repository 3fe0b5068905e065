import { declaredName, NAME_LENGTH_MAX, processBounds, serverTitle } from '@boomgate/contract';
import { z } from 'zod';
import { HOLD_MS_MAX, WEBHOOKS_MAX, WORKLOAD_ISSUERS_MAX } from '../limits/index.ts';
import { EVENT_KINDS, WEBHOOK_KINDS } from '../store/index.ts';
import { grantEntry, workloadIssuer } from './grant-schema.ts';
import { providerEntry } from './provider-schema.ts';

/** Names that stand in URLs. */
const slug = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'expected 1 to 64 letters, digits, ".", "_" or "-"');
const texts = z.record(z.string(), z.string());
const pem = z.string().min(1).optional();
const milliseconds = z.number().int().min(1).max(3_600_000);
const holdMs = z
  .number()
  .int()
  .min(0)
  .max(HOLD_MS_MAX)
  .describe(
    'Milliseconds that a call is held open for a person before the agent is told to call again (default 50000).',
  );

/**
 * One server, in the shape that MCP clients already use. Keys that only a client understands are left alone, so that a
 * client's own file works as it is.
 */
const serverEntry = z
  .looseObject({
    title: serverTitle.optional(),
    command: z
      .string()
      .min(1)
      .optional()
      .describe('The program that speaks MCP on its standard input and output.'),
    args: z.array(z.string()).optional(),
    env: texts.optional().describe('Environment of the program, beside PATH, HOME and LANG.'),
    cwd: z.string().optional(),
    url: z.string().optional().describe('Address of a server that speaks Streamable HTTP.'),
    serverUrl: z.string().optional(),
    httpUrl: z.string().optional(),
    type: z
      .string()
      .optional()
      .describe(
        '"http" for Streamable HTTP, "sse" for the HTTP+SSE transport of 2024-11-05; else found out.',
      ),
    headers: texts.optional().describe("The server's own credentials; agents never see them."),
    disabled: z.boolean().optional(),
    era: z
      .enum(['auto', 'modern', 'legacy'])
      .optional()
      .describe('Skips the question which MCP revision the server speaks.'),
    isolation: z
      .enum(['shared', 'grant'])
      .optional()
      .describe('One process or session for all grants, or one for each.'),
    parking: z
      .boolean()
      .optional()
      .describe(
        'Lets a server of an old revision ask agents of the newest one: its call waits for their answer.',
      ),
    drift: z
      .enum(['hold', 'hold_execute', 'accept'])
      .optional()
      .describe(
        'Tools that are new or changed since the server was first listed wait until a person accepts them: all, those of class Execute and above (default), or none.',
      ),
    big_numbers: z
      .enum(['refuse', 'pass'])
      .optional()
      .describe(
        'Integers beyond ±(2^53−1), which many programs round: refused, or passed on as they were written.',
      ),
    results: z
      .enum(['off', 'log', 'block'])
      .optional()
      .describe(
        'Structured results that do not fit the output schema of their tool: passed on unseen (default), passed on and noted in the log, or kept from the agent.',
      ),
    argument_secrets: z
      .enum(['off', 'log', 'deny'])
      .optional()
      .describe(
        'Requests that hold what looks like a token, key or password: passed on unseen (default), passed on and noted in the log, or refused.',
      ),
    result_secrets: z
      .enum(['off', 'log', 'redact'])
      .optional()
      .describe(
        'Answers that hold what looks like one: passed on unseen (default), passed on and noted in the log, or passed on with a mark in its place.',
      ),
    allow_private: z
      .boolean()
      .optional()
      .describe('May connect to loopback, private and link-local addresses.'),
    tls: z
      .strictObject({
        ca: pem.describe(
          "Certificates that take the place of the system's authorities for this server alone.",
        ),
        cert: pem.describe(
          'The certificate that the gateway shows the server, with those that it needs up to its authority.',
        ),
        key: pem.describe('The private key of "cert", without a passphrase.'),
      })
      .optional()
      .describe(
        'For an https address: PEM files, by their paths from the folder of this file, or a reference such as ${env:CLIENT_KEY} to a path or a text. Certificates are always checked.',
      ),
    hold_ms: holdMs.optional(),
    bounds: processBounds
      .optional()
      .describe(
        'What each process of a "command" may take of the machine; without prlimit it does not start.',
      ),
    timeouts: z
      .strictObject({
        connect_ms: milliseconds.optional(),
        first_byte_ms: milliseconds.optional(),
        idle_ms: milliseconds.optional(),
      })
      .optional(),
  })
  .describe('A server that agents reach through the gateway.');

/** One day to ten years: shorter, a mistake would empty the log; longer is `forever`. */
const keptFor = z
  .string()
  .regex(
    /^(?:[1-9]\d{0,2}d|[12]\d{3}d|3[0-5]\d{2}d|36[0-4]\dd|3650d|forever)$/,
    'expected 1d to 3650d, or "forever"',
  );
const webhookEntry = z
  .strictObject({
    url: z.string().describe('http or https address that is told by POST.'),
    secret: z
      .string()
      .describe('Signs what is sent (Standard Webhooks); better a reference such as ${env:WEBHOOK_SECRET}.'),
    kind: z
      .enum(WEBHOOK_KINDS)
      .optional()
      .describe('What the receiver understands: "json" (default), or a message for Slack or Teams.'),
    events: z.array(z.enum(EVENT_KINDS)).min(1).optional().describe('Default: all of them.'),
    allow_private: z
      .boolean()
      .optional()
      .describe('May connect to loopback, private and link-local addresses.'),
  })
  .describe('What is told of calls, tools and policies that wait for a person.');

const mailEntry = z
  .strictObject({
    url: z
      .string()
      .optional()
      .describe(
        'The mail server: smtps://user:password@host, or smtp://host with STARTTLS; better with a reference such as ${env:MAIL_PASSWORD}.',
      ),
    from: z.string().optional().describe('Sender of letters: name@host, or Name <name@host>.'),
  })
  .describe(
    'Sends people what they want to know by e-mail. BOOMGATE_MAIL_URL and BOOMGATE_MAIL_FROM go before it.',
  );

/** More than anybody offers on one page. */
const PROVIDERS_MAX = 20;

/** The configuration file (architecture §4). Top-level keys of a client's own file are passed over with a warning. */
export const fileSchema = z.looseObject({
  $schema: z.string().optional(),
  mcpServers: z.record(z.string(), serverEntry).optional(),
  servers: z.record(z.string(), serverEntry).optional().describe('The same, as VS Code spells it.'),
  policies: z
    .record(slug, z.union([z.string(), z.record(z.string(), z.unknown())]))
    .optional()
    .describe('A file, or the document itself.'),
  grants: z.record(declaredName(NAME_LENGTH_MAX), grantEntry).optional(),
  workloads: z
    .record(slug, workloadIssuer)
    .refine(
      (all) => Object.keys(all).length <= WORKLOAD_ISSUERS_MAX,
      `expected at most ${WORKLOAD_ISSUERS_MAX} issuers`,
    )
    .optional()
    .describe('Who vouches for programs, so that grants can be for these without a token of their own.'),
  retention: z
    .strictObject({
      decisions: keptFor.optional().describe('How long the decision log keeps a row: "90d" unless given.'),
      audit: keptFor.optional().describe('How long the audit log keeps a row: "forever" unless given.'),
      grants: keptFor
        .optional()
        .describe(
          'How long a grant is kept that was revoked or has expired: as long as the decision log keeps a row, and "90d" at the least, unless given.',
        ),
    })
    .optional()
    .describe('How long rows are kept before the gateway deletes them.'),
  approvals: z.strictObject({ hold_ms: holdMs.optional() }).optional(),
  webhooks: z.array(webhookEntry).max(WEBHOOKS_MAX).optional(),
  mail: mailEntry.optional(),
  metrics: z
    .strictObject({
      token: z
        .string()
        .describe('32 to 256 visible ASCII characters; better a reference such as ${env:METRICS_TOKEN}.'),
    })
    .optional()
    .describe('Lets others than programs of this machine read /metrics, by a token.'),
  agents: z
    .strictObject({
      access_tokens: z
        .literal('bound')
        .optional()
        .describe(
          'Agents that sign in, and workloads, get access tokens only that are bound to a key of theirs (DPoP): who copies one cannot use it.',
        ),
    })
    .optional()
    .describe('How agents come in that sign in by themselves or show a token of where they run.'),
  signIn: z
    .strictObject({
      only: z
        .literal('providers')
        .optional()
        .describe(
          'Members of the first organisation sign in by one of the providers, and no other way: neither by a password nor by a passkey.',
        ),
      providers: z
        .record(slug, providerEntry)
        .refine(
          (all) => Object.keys(all).length <= PROVIDERS_MAX,
          `expected at most ${PROVIDERS_MAX} providers`,
        )
        .optional(),
    })
    .optional()
    .describe('How people sign in, beside passwords.'),
});

export type FileDocument = z.infer<typeof fileSchema>;
export type ServerEntry = z.infer<typeof serverEntry>;
export type GrantEntry = z.infer<typeof grantEntry>;
export type WebhookEntry = z.infer<typeof webhookEntry>;
export type WorkloadIssuerEntry = z.infer<typeof workloadIssuer>;
export type ProviderEntry = z.infer<typeof providerEntry>;
export type MailEntry = z.infer<typeof mailEntry>;

/** Keys of a server entry that mean something here; others belong to a client. */
export const SERVER_KEYS: ReadonlySet<string> = new Set(Object.keys(serverEntry.shape));
export const TOP_KEYS: ReadonlySet<string> = new Set(Object.keys(fileSchema.shape));

/** The schema that editors use, published in the package as schema/boomgate-config.schema.json. */
export function configJsonSchema(): object {
  return z.toJSONSchema(fileSchema, { io: 'input' });
}
