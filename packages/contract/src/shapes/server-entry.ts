import { z } from 'zod';

/** Characters of an address, a command or one of its arguments: as much as systems take without question. */
export const SERVER_TEXT_MAX = 4_096;
/** Arguments, headers or variables of one server: far more than any has, and few enough to show. */
export const SERVER_ENTRIES_MAX = 100;
/** Characters of a credential: a signed token with many claims has some 4,000; servers take headers of 8 to 16 KiB. */
export const CREDENTIAL_LENGTH_MAX = 8_192;
/** Characters of the name of a header, a variable or a part of a query. */
export const CREDENTIAL_NAME_MAX = 256;
const HOUR_MS = 3_600_000;
/** As for the configuration file: what people wait for at most. */
const HOLD_MS_MAX = 55_000;

/** A server's name as it stands in `/mcp/SLUG`. */
export const serverSlug = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'expected 1 to 64 letters, digits, ".", "_" or "-"');

const text = z.string().min(1).max(SERVER_TEXT_MAX);
const milliseconds = z.int().min(1).max(HOUR_MS);

/** Values by name. They go in and never come out again. */
export const credentialValues = z
  .record(z.string().min(1).max(CREDENTIAL_NAME_MAX), z.string().max(CREDENTIAL_LENGTH_MAX))
  .refine((values) => Object.keys(values).length <= SERVER_ENTRIES_MAX, {
    message: `expected at most ${SERVER_ENTRIES_MAX}`,
  });

/** What a server does, in the words of `mcpServers`. */
export const serverManner = {
  type: z.string().min(1).max(32),
  era: z.enum(['auto', 'modern', 'legacy']),
  isolation: z.enum(['shared', 'grant']),
  parking: z.boolean(),
  drift: z.enum(['hold', 'hold_execute', 'accept']),
  big_numbers: z.enum(['refuse', 'pass']),
  results: z.enum(['off', 'log', 'block']),
  allow_private: z.boolean(),
  hold_ms: z.int().min(0).max(HOLD_MS_MAX),
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
