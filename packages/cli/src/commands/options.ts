import { type Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { DEFAULT_URL, mayHoldSecret, type Parsed, parseGatewayUrl } from '../endpoint.ts';
import { API_COMMANDS, type Labels, LOG_LEVELS, SYNCHRONOUS, WORKERS_MAX } from '../plan/index.ts';
import { type Reader, readLabel, readOneOf, readSlug, readWholeNumber } from './values.ts';

/** Options that a variable may also set. Flags go before the environment, the environment before the file. */
export const ENVIRONMENT: Readonly<Record<string, string>> = {
  behindProxy: 'BOOMGATE_BEHIND_PROXY',
  config: 'BOOMGATE_CONFIG',
  data: 'BOOMGATE_DATA',
  database: 'BOOMGATE_DATABASE',
  host: 'BOOMGATE_HOST',
  logLevel: 'BOOMGATE_LOG_LEVEL',
  port: 'BOOMGATE_PORT',
  publicUrl: 'BOOMGATE_PUBLIC_URL',
  redis: 'BOOMGATE_REDIS',
  server: 'BOOMGATE_SERVER',
  synchronous: 'BOOMGATE_SYNCHRONOUS',
  url: 'BOOMGATE_URL',
  workers: 'BOOMGATE_WORKERS',
};

/** Commander wants a throw where a value does not fit; this is the one place that obeys. */
export function valued<T>(flags: string, description: string, read: Reader<T>): Option {
  return new Option(flags, description).argParser((text: string) => orThrow(read(text)));
}

/** An address of the gateway. Commander repeats a value that does not fit; one that may hold a password is not repeated. */
function addressed(flags: string, description: string): Option {
  const option = new Option(flags, description);
  return option.argParser((text: string) => {
    const parsed = parseGatewayUrl(text);
    if (parsed.ok || !mayHoldSecret(text)) return orThrow(parsed);
    throw new CommanderError(2, 'boomgate.address', `${option.long}: ${parsed.message}`);
  });
}

const text: Reader<string> = (value) =>
  value === '' ? { ok: false, message: 'expected a value, found nothing' } : { ok: true, value };

/** A blank at the end of a variable would be another folder, with nothing in it. */
const bareText: Reader<string> = (value) =>
  value.trim() === value
    ? text(value)
    : { ok: false, message: `expected no blanks at its ends, found ${JSON.stringify(value)}` };

export const configOption = (): Option =>
  valued('-c, --config <file>', 'configuration file (default: ./boomgate.config.json)', bareText);
export const dataOption = (): Option =>
  valued('-d, --data <dir>', 'data folder (default: ~/.local/share/boomgate on Linux)', bareText);
/** Read where it is used: what is wrong with it must not be shown, as it may hold a password. */
export const databaseOption = (): Option =>
  new Option('--database <url>', 'database on Postgres, in place of the one in the data folder');
/** Read where it is used, likewise. */
export const redisOption = (): Option =>
  new Option('--redis <url>', 'Redis or Valkey that counts for all gateways of the database');
export const migrateOption = (): Option =>
  new Option('--migrate', 'first bring the schema of the database up to date');
export const portOption = (): Option =>
  valued(
    '-p, --port <n>',
    'port to listen on; 0 picks a free one (default: 7411)',
    readWholeNumber(0, 65_535),
  );
export const hostOption = (): Option =>
  valued('--host <host>', 'address to listen on (default: 127.0.0.1)', bareText);
export const publicUrlOption = (): Option =>
  addressed('--public-url <url>', 'how agents reach the gateway, if not where it listens');
export const behindProxyOption = (): Option =>
  new Option('--behind-proxy', 'TLS ends in front of it: listen on any address');
export const logLevelOption = (): Option =>
  valued('--log-level <level>', `${LOG_LEVELS.join(', ')} (default: info)`, readOneOf(LOG_LEVELS));
export const synchronousOption = (): Option =>
  valued('--synchronous <mode>', 'normal survives a crash, full also a power cut', readOneOf(SYNCHRONOUS));
export const workersOption = (): Option =>
  valued(
    '--workers <n>',
    'processes that answer agents on the one port (default: 1)',
    readWholeNumber(1, WORKERS_MAX),
  );
export const apiCommandsOption = (): Option =>
  valued(
    '--api-commands <whose>',
    'organisations that may start programs through the API: first (default), none, all',
    readOneOf(API_COMMANDS),
  );
export const urlOption = (): Option =>
  addressed('-u, --url <url>', `address of the gateway (default: ${DEFAULT_URL})`);
/** Of a command that knows the store, where the gateway leaves its address. */
export const knownUrlOption = (): Option =>
  addressed('-u, --url <url>', 'address of the gateway (default: that of its last start)');
export const serverOption = (description: string): Option =>
  valued('-s, --server <name>', description, readSlug);
/** In place of `--server`; a server that the environment names gives way to it. */
export const stackOption = (): Option =>
  new Option('--stack', 'all servers of a stack grant, at /mcp/').conflicts('server');
export const textOption = (flags: string, description: string): Option => valued(flags, description, text);

export function labelOption(flags: string, description: string): Option {
  return new Option(flags, description)
    .default({}, 'none')
    .argParser((value: string, before: Labels) => orThrow(readLabel(value, before)));
}

/** Values of an option that may be repeated. */
export function listOption<T>(flags: string, description: string, read: Reader<T>): Option {
  return new Option(flags, description).argParser((text: string, before: readonly T[] = []) => [
    ...before,
    orThrow(read(text)),
  ]);
}

/**
 * Fills in from the environment what no flag has set, read by the option's own reader.
 * The message of the first value that does not fit, else undefined.
 */
export function applyEnvironment(
  command: Command,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  for (const option of command.options) {
    const name = option.attributeName();
    const variable = ENVIRONMENT[name];
    const value = variable === undefined ? undefined : env[variable];
    if (value === undefined || value === '' || command.getOptionValueSource(name) === 'cli') continue;
    // A list picks out of what there is; a variable that names one server would narrow it unseen.
    if (option.variadic) continue;
    try {
      const read = option.isBoolean() ? orThrow(readSwitch(value)) : option.parseArg?.(value, undefined);
      command.setOptionValueWithSource(name, read ?? value, 'env');
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return `${variable}: ${message.replace(`${option.long}: `, '')}`;
    }
  }
  return undefined;
}

const readSwitch: Reader<boolean> = (value) => {
  const known = readOneOf(['1', 'true', '0', 'false'])(value);
  return known.ok ? { ok: true, value: known.value === '1' || known.value === 'true' } : known;
};

/** An option that may be given several times; its values are kept in their order. */
export function repeatedOption<T>(flags: string, description: string, read: Reader<T>): Option {
  return new Option(flags, description)
    .default([], 'none')
    .argParser((value: string, before: readonly T[]) => [...before, orThrow(read(value))]);
}

function orThrow<T>(parsed: Parsed<T>): T {
  if (parsed.ok) return parsed.value;
  throw new InvalidArgumentError(parsed.message);
}
