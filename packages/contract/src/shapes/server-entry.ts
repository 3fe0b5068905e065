import { z } from 'zod';
import { nameText } from './text.ts';

/** Characters of an address, a command or one of its arguments: as much as systems take without question. */
export const SERVER_TEXT_MAX = 4_096;
/** Arguments, headers or variables of one server: far more than any has, and few enough to show. */
export const SERVER_ENTRIES_MAX = 100;
/** Characters of a credential: a signed token with many claims has some 4,000; servers take headers of 8 to 16 KiB. */
const CREDENTIAL_LENGTH_MAX = 8_192;
/** Characters of the name of a header, a variable or a part of a query. */
const CREDENTIAL_NAME_MAX = 256;
const HOUR_MS = 3_600_000;
/** As for the configuration file: what people wait for at most. */
const HOLD_MS_MAX = 55_000;

/** A server's name as it stands in `/mcp/SLUG`. */
export const serverSlug = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'expected 1 to 64 letters, digits, ".", "_" or "-"');

const text = z.string().min(1).max(SERVER_TEXT_MAX);
const milliseconds = z.int().min(1).max(HOUR_MS);

/** MiB of one TiB: more memory than most machines have, and larger than a file that a server should write. */
const BOUND_MIB_MAX = 1_048_576;
/** MiB that even small programs start with: less is a mistake in the unit. */
const MEMORY_MIB_MIN = 64;
/** Node.js alone has eleven threads. */
const PROCESSES_MIN = 16;
/** Linux has no more process ids. */
const PROCESSES_MAX = 4_194_304;
/** Node.js does not start with twenty. */
const OPEN_FILES_MIN = 32;
/** What Linux allows unless it is told otherwise (fs.nr_open). */
const OPEN_FILES_MAX = 1_048_576;

/** What the system holds each process of a program to (setrlimit(2)). */
export const processBounds = z
  .strictObject({
    memory_mib: z
      .int()
      .min(MEMORY_MIB_MIN)
      .max(BOUND_MIB_MAX)
      .describe('MiB of address space, which is more than what is used: Node.js starts with some 1200.'),
    processes: z
      .int()
      .min(PROCESSES_MIN)
      .max(PROCESSES_MAX)
      .describe('Processes and threads of the user that the gateway runs as, all together; binds no root.'),
    file_mib: z.int().min(1).max(BOUND_MIB_MAX).describe('MiB of one file that is written.'),
    open_files: z
      .int()
      .min(OPEN_FILES_MIN)
      .max(OPEN_FILES_MAX)
      .describe('Files and sockets that are open at once.'),
  })
  .partial();

/** Values by name. They go in and never come out again. */
export const credentialValues = z
  .record(z.string().min(1).max(CREDENTIAL_NAME_MAX), z.string().max(CREDENTIAL_LENGTH_MAX))
  .refine((values) => Object.keys(values).length <= SERVER_ENTRIES_MAX, {
    message: `expected at most ${SERVER_ENTRIES_MAX}`,
  });

export const serverTitle = nameText.describe(
  'What people are shown beside its name, which addresses, grants, policies and logs use.',
);

/** What a server does, in the words of `mcpServers`. */
export const serverManner = {
  title: serverTitle,
  type: z.string().min(1).max(32),
  era: z.enum(['auto', 'modern', 'legacy']),
  isolation: z.enum(['shared', 'grant']),
  parking: z.boolean(),
  drift: z.enum(['hold', 'hold_execute', 'accept']),
  big_numbers: z.enum(['refuse', 'pass']),
  results: z.enum(['off', 'log', 'block']),
  argument_secrets: z.enum(['off', 'log', 'deny']),
  result_secrets: z.enum(['off', 'log', 'redact']),
  allow_private: z.boolean(),
  /** Out of service: as if it were not registered, but nothing of it is lost. */
  disabled: z.boolean(),
  hold_ms: z.int().min(0).max(HOLD_MS_MAX),
  bounds: processBounds,
  timeouts: z.strictObject({
    connect_ms: milliseconds.optional(),
    first_byte_ms: milliseconds.optional(),
    idle_ms: milliseconds.optional(),
  }),
};

/** An entry of `mcpServers`. A reference to the gateway's environment is refused: its values are the operator's. */
export const serverEntry = z
  .strictObject({
    url: text,
    command: text,
    args: z.array(z.string().max(SERVER_TEXT_MAX)).max(SERVER_ENTRIES_MAX),
    cwd: text,
    headers: credentialValues,
    env: credentialValues,
    ...serverManner,
  })
  .partial();
