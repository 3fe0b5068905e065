import { CLASSES, SEVERITIES, type Severity, type ToolClass } from '@boomgate/catalogue/classes';
import type { Parsed } from '../endpoint.ts';
import { defaultDataDirectory, type Facts } from '../facts.ts';
import type { Plan } from '../plan/index.ts';
import { type Command, plans, present, type Registration, withExamples } from './command.ts';
import { databaseOption, dataOption, textOption, valued } from './options.ts';
import { type PlaceValues, placeOf } from './place.ts';
import { readOneOf, readWholeNumber } from './values.ts';

/** Tools shown unless told otherwise, and at most: the index's own bound. */
const DEFAULT_TOOLS = 20;
const MAX_TOOLS = 100;

type SearchValues = PlaceValues & {
  readonly class?: ToolClass;
  readonly severity?: Severity;
  readonly server?: string;
  readonly limit?: number;
  readonly cursor?: string;
};
type ImportValues = { readonly allowPrivate?: true; readonly data?: string };

/** What is done with the index: its size, searching it, adding to it. */
export function addIndex(catalogue: Command, registration: Registration): void {
  const size = catalogue
    .command('size', { isDefault: true })
    .description('show how much the index holds')
    .addOption(dataOption())
    .addOption(databaseOption());
  plans<PlaceValues>(size, registration, (_, values, facts) => ({
    kind: 'index_size',
    ...placeOf(values, facts),
  }));
  addSearch(catalogue, registration);
  addImport(catalogue, registration);
}

function addSearch(catalogue: Command, registration: Registration): void {
  const search = catalogue
    .command('search [words...]')
    .description('find servers and tools that have all the words')
    .addOption(valued('--class <class>', `only ${CLASSES.join(', ')}`, readAnyCase(CLASSES)))
    .addOption(valued('--severity <level>', `only ${SEVERITIES.join(', ')}`, readAnyCase(SEVERITIES)))
    .addOption(textOption('--server <server>', 'only tools of this server'))
    .addOption(valued('-n, --limit <n>', `tools (default: ${DEFAULT_TOOLS})`, readWholeNumber(1, MAX_TOOLS)))
    .addOption(textOption('--cursor <cursor>', 'the page after the one that printed this'))
    .addOption(dataOption())
    .addOption(databaseOption());
  withExamples(search, [
    'boomgate catalogue search cancel generation',
    'boomgate catalogue search issue --class Destructive',
    'boomgate catalogue search --server comfyui --severity High --json',
  ]);
  plans<SearchValues>(search, registration, planSearch);
}

function addImport(catalogue: Command, registration: Registration): void {
  const command = catalogue
    .command('import <source>')
    .description('add the servers of a file, or of an MCP registry at an address')
    .option('--allow-private', 'the address may be loopback or private')
    .addOption(dataOption())
    .addHelpText('after', `\n${SOURCES}`);
  withExamples(command, [
    'boomgate catalogue import servers.ndjson.gz',
    'boomgate catalogue import https://registry.modelcontextprotocol.io',
  ]);
  plans<ImportValues>(command, registration, planImport);
}

const SOURCES = `A file has one record a line, or is one JSON document; with gzip or without. A
record is a server.json, an entry of a registry, or a server with its tools as
docs/catalogue.md says. An interrupted import from an address continues there.`;

function planSearch(given: readonly string[], values: SearchValues, facts: Facts): Plan {
  const { class: toolClass, severity, server, limit = DEFAULT_TOOLS, cursor } = values;
  const narrows = present({ class: toolClass, severity, server });
  if (given.length === 0 && Object.keys(narrows).length === 0)
    return {
      kind: 'wrong_use',
      message: 'expected words, --class, --severity or --server to search for, found none',
    };
  return {
    kind: 'index_search',
    words: given.join(' '),
    ...narrows,
    limit,
    ...present({ cursor }),
    ...placeOf(values, facts),
  };
}

function planImport(
  [source = '']: readonly string[],
  { allowPrivate, data }: ImportValues,
  facts: Facts,
): Plan {
  return {
    kind: 'index_import',
    from: /^https?:\/\//i.test(source) ? { url: source } : { file: source },
    allowPrivate: allowPrivate === true,
    data: data ?? defaultDataDirectory(facts),
  };
}

/** One of the words, whatever its capitals. */
function readAnyCase<const T extends string>(choices: readonly T[]): (text: string) => Parsed<T> {
  return (text) => {
    const value = choices.find((choice) => choice.toLowerCase() === text.toLowerCase());
    return value === undefined ? readOneOf(choices)(text) : { ok: true, value };
  };
}
