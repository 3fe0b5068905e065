import { ATTACKS, attacksOn } from '../attacks/index.ts';
import { MEANING_OF } from '../classes/index.ts';
import { quotation, wordsOfName } from '../classify/index.ts';
import { recommend, ruleFor } from '../recommend/index.ts';
import { type Block, heading, type Item, list, type Page, policyFile, text, toolPath } from './document.ts';
import { argumentRows, type Elsewhere, type IndexSize, type ServerEntry, type ToolEntry } from './entry.ts';
import { ADVICE, counted, DOES, SIGNAL_WORDS } from './words.ts';

/** Related tools of the same server that are shown at most. */
const RELATED = 8;
/** Characters of a description that are shown at most. */
const SHOWN = 2_000;

/** The index around a page: its size, and tools of the same class on other servers where it was asked for them. */
type Around = IndexSize & { readonly elsewhere?: readonly Elsewhere[] };

/** The page of one tool (catalogue §4). Texts of the server are made harmless and bounded; nothing is interpreted. */
export function toolPage(tool: ToolEntry, server: ServerEntry, index: Around): Page {
  const { class: toolClass, severity } = tool.classification;
  const name = quotation(tool.definition.name, 128);
  return {
    title: name,
    badge: `${severity} risk · ${toolClass}`,
    blocks: [
      text(quotation(tool.definition.description ?? '', SHOWN) || name),
      list([
        { text: `${severity} risk: what the level means`, to: `/catalogue/level/${severity.toLowerCase()}` },
      ]),
      heading(`What ${name} does on ${server.name}`),
      text(DOES[toolClass]({ tool: name, server: server.name })),
      ...reasons(tool, name),
      ...attacks(tool, name),
      ...control(tool, name, server),
      ...argumentsTable(tool),
      ...related(tool, server),
      ...sameElsewhere(tool, index.elsewhere ?? []),
      ...questions(tool, server),
      text(
        `${counted(server.tools.length, `${server.name} tool`)} catalogued and classified, across an index of ${counted(index.servers, 'server')}.`,
      ),
    ],
  };
}

function reasons({ classification, definition }: ToolEntry, name: string): readonly Block[] {
  const { class: toolClass, confidence, evidence, rationale, signals } = classification;
  const quoted = evidence
    .filter(({ class: of }) => of === toolClass)
    .map(
      ({ field, quote }): Block => ({
        kind: 'quote',
        text: quote,
        of: `the tool's own ${FIELD_WORDS[field]}`,
      }),
    );
  const noted = signals.map(({ signal, quote }) => ({ text: `${SIGNAL_WORDS[signal]}: ${quote}` }));
  const silent = (definition.description ?? '') === '' ? ' The server gives no description.' : '';
  return [
    heading(`Why ${name} needs a policy`),
    text(`${rationale} (confidence ${confidence.toFixed(2)})${silent}`),
    ...quoted,
    ...(noted.length === 0 ? [] : [text('Signals'), list(noted)]),
  ];
}

const FIELD_WORDS = {
  name: 'name',
  title: 'title',
  description: 'description',
  inputSchema: 'arguments',
  outputSchema: 'result',
  annotations: 'annotations',
} as const;

function attacks({ classification, definition }: ToolEntry, name: string): readonly Block[] {
  const found = attacksOn({ words: wordsOfName(definition.name), ...classification }, ATTACKS);
  return [
    heading('Attacks that abuse this kind of access'),
    text(`What ${name} gives an agent is what these attacks are after:`),
    list(
      found.map(({ name: title, slug, happens }) => ({
        text: `${title}: ${happens}`,
        to: `/catalogue/attacks/${slug}`,
      })),
    ),
  ];
}

function control(tool: ToolEntry, name: string, server: ServerEntry): readonly Block[] {
  const siblings = server.tools.map(({ definition }) => definition.name);
  const classified = {
    ...{ name: tool.definition.name, class: tool.classification.class, definition: tool.definition },
    around: { server: server.slug, siblings },
  };
  const { policy, leftOut } = recommend([classified]);
  const steps: readonly Item[] = [
    { text: `Register ${server.name} with the gateway.` },
    { text: 'Paste this policy, or build it in the dashboard, and attach it to a grant.' },
    { text: "Point your MCP client at the gateway's address and give it the grant's token." },
  ];
  return [
    heading(`How to control ${name}`),
    text(
      'The gateway stands between the agent and the server, and decides each call before it gets there. This is the rule that we recommend:',
    ),
    policyFile(policy),
    text(
      leftOut.length === 0
        ? `With it ${ruleFor(classified).effect}.`
        : 'No rule can name this tool exactly, so it is left to the default, which refuses it.',
    ),
    list(steps, true),
  ];
}

function argumentsTable({ definition }: ToolEntry): readonly Block[] {
  const rows = argumentRows(definition.inputSchema).map((row) => row.map((cell) => quotation(cell, 300)));
  if (rows.length === 0) return [];
  return [heading('Arguments'), { kind: 'table', head: ['argument', 'type', 'needed', 'description'], rows }];
}

function related(tool: ToolEntry, server: ServerEntry): readonly Block[] {
  const others = server.tools
    .filter((other) => other !== tool)
    .toSorted(
      (a, b) =>
        Number(b.classification.class === tool.classification.class) -
        Number(a.classification.class === tool.classification.class),
    )
    .slice(0, RELATED)
    .map(({ definition, classification }) => ({
      text: `${quotation(definition.name, 128)} (${classification.class}, ${classification.severity})`,
      to: toolPath(server.slug, definition.name),
    }));
  return others.length === 0 ? [] : [heading('Related tools'), list(others)];
}

function sameElsewhere({ classification }: ToolEntry, elsewhere: readonly Elsewhere[]): readonly Block[] {
  if (elsewhere.length === 0) return [];
  const items = elsewhere.map(({ server, serverName, name }) => ({
    text: `${quotation(name, 128)} on ${quotation(serverName, 128)}`,
    to: toolPath(encodeURIComponent(server), name),
  }));
  return [heading(`Also ${classification.class}, on other servers`), list(items)];
}

function questions({ definition, classification }: ToolEntry, server: ServerEntry): readonly Block[] {
  const { class: toolClass, severity } = classification;
  const name = quotation(definition.name, 128);
  const described = quotation(definition.description ?? '', 400);
  const from = server.repository === undefined ? '' : ` (${quotation(server.repository, 200)})`;
  const answers: readonly (readonly [string, string])[] = [
    [
      `What does ${name} do?`,
      described || `Its server does not say. ${DOES[toolClass]({ tool: name, server: server.name })}`,
    ],
    [
      `How do I enforce a policy on ${name}?`,
      `Register ${server.name} with the gateway, attach a policy with a rule for ${name} to a grant, and connect the agent through the gateway. Every call is decided before it reaches the server.`,
    ],
    [
      `What risk level is ${name}?`,
      `${severity}. It is ${toolClass}: it ${MEANING_OF[toolClass]}. ${ADVICE[toolClass]}`,
    ],
    [
      `Can I limit how often ${name} is called?`,
      'Yes: a limit with "window": "minute" and "max": 10 refuses the eleventh call within a minute, for each grant or for each session. The short form "rate_limit": "10/minute" means the same.',
    ],
    [
      `How do I block ${name}?`,
      `Put it under "hide", and to agents it does not exist; or give its entry "action": "deny" with a "reason", and the agent is told that a policy refused the call, and why. Either way the server never sees the call.`,
    ],
    [`Which server provides ${name}?`, `${server.name}${from}.`],
  ];
  return [
    heading(`Questions about ${name}`),
    ...answers.map(([question, answer]): Block => ({ kind: 'question', question, answer })),
  ];
}
