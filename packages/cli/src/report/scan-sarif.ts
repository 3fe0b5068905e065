import {
  CLASSES,
  MEANING_OF,
  type Severity,
  type SignalName,
  severityOf,
  type ToolClass,
} from '@boomgate/catalogue';
import type { ListedServer, ScannedServer, ScannedTool, ScanReport } from '@boomgate/server';
import { visible } from '../terminal/index.ts';

type SarifOptions = {
  readonly version: string;
  /** Where a server was named, by its name. */
  readonly files: ReadonlyMap<string, string>;
};

const LEVELS = { Low: 'none', Medium: 'note', High: 'warning', Critical: 'error' } as const satisfies Record<
  Severity,
  string
>;

/** Signals that are findings by themselves. */
const SIGNALS = {
  poisoning: { level: 'error', text: 'A definition speaks to the model instead of describing the tool.' },
  hidden_characters: { level: 'error', text: 'A definition has characters that a person does not see.' },
  lookalike_name: { level: 'warning', text: 'A tool has a name close to that of a well-known one.' },
} as const satisfies Partial<Record<SignalName, object>>;
const SIGNAL_NAMES = Object.keys(SIGNALS) as (keyof typeof SIGNALS)[]; // Its own keys.

const RULES = [
  ...CLASSES.map((name) => ({
    id: `class/${name.toLowerCase()}`,
    name: `${name}Tool`,
    shortDescription: { text: `A tool that ${MEANING_OF[name]}.` },
    defaultConfiguration: { level: LEVELS[severityOf(name)] },
  })),
  ...SIGNAL_NAMES.map((name) => ({
    id: `signal/${name}`,
    name: name.replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase()),
    shortDescription: { text: SIGNALS[name].text },
    defaultConfiguration: { level: SIGNALS[name].level },
  })),
];

/** The report as a SARIF 2.1.0 log with one run: a result for each tool's class, and for each loud signal. */
export function sarifOf({ scanned, durationMs, servers }: ScanReport, options: SarifOptions): object {
  const ended = new Date(Date.parse(scanned) + durationMs).toISOString();
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'boomgate', version: options.version, rules: RULES } },
        invocations: [
          {
            executionSuccessful: servers.every(({ outcome }) => outcome === 'listed'),
            startTimeUtc: scanned,
            endTimeUtc: ended,
            toolExecutionNotifications: servers.flatMap(notifications),
          },
        ],
        results: servers.flatMap((server) =>
          server.outcome === 'listed' ? server.tools.flatMap((tool) => results(tool, server, options)) : [],
        ),
      },
    ],
  };
}

function results(tool: ScannedTool, server: ListedServer, { files }: SarifOptions): readonly object[] {
  const { class: toolClass, severity, confidence, rationale, signals } = tool.classification;
  const name = String(tool.definition['name']);
  const file = files.get(server.name);
  const location = {
    ...(file === undefined
      ? {}
      : { physicalLocation: { artifactLocation: { uri: encodeURI(file.replaceAll('\\', '/')) } } }),
    logicalLocations: [
      { name: visible(name), fullyQualifiedName: visible(`${server.name}/${name}`), kind: 'function' },
    ],
  };
  const result = (ruleId: string, level: string, text: string) => ({
    ruleId,
    ruleIndex: RULES.findIndex(({ id }) => id === ruleId),
    ...(level === 'none' ? { kind: 'informational' } : {}),
    level,
    message: { text: plain(text) },
    locations: [location],
    partialFingerprints: { 'boomgateTool/v1': visible(`${server.name}/${name}/${ruleId}`) },
  });
  const loud = SIGNAL_NAMES.flatMap((one) => {
    const signal = signals.find((found) => found.signal === one);
    const text = `${SIGNALS[one].text} In the ${signal?.field} of ${name}: “${signal?.quote}”`;
    return signal === undefined ? [] : [result(`signal/${one}`, SIGNALS[one].level, text)];
  });
  const classed = result(ruleOf(toolClass), LEVELS[severity], `${name} is ${toolClass}. ${rationale}`);
  return [{ ...classed, properties: { severity, confidence } }, ...loud];
}

const ruleOf = (toolClass: ToolClass): string => `class/${toolClass.toLowerCase()}`;

function notifications(server: ScannedServer): readonly object[] {
  const told = (code: string, level: 'error' | 'warning', message: string) => ({
    descriptor: { id: code },
    level,
    message: { text: plain(`${server.name}: ${message}`) },
  });
  if (server.outcome === 'failed') return [told(server.failure.code, 'error', server.failure.message)];
  return server.remarks.map(({ code, message }) => told(code, 'warning', message));
}

/** Texts of servers as messages of SARIF: no links, no placeholders, nothing that a terminal would obey. */
function plain(text: string): string {
  return visible(text)
    .replace(/[\\[\]]/g, '\\$&')
    .replaceAll('{', '{{')
    .replaceAll('}', '}}');
}
