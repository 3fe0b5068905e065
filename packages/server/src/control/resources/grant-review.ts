import { CLASSES, type ToolClass } from '@boomgate/catalogue';
import {
  type CsvFormat,
  type CsvValues,
  csvRow,
  csvTitles,
  csvValues,
  type GrantRecord,
  membersOf,
  policyFor,
  type StackMember,
} from '../../store/index.ts';
import { ownTurn } from '../../turns.ts';
import type { ControlContext } from '../context.ts';
import { momentOf } from './moments.ts';
import { offeredTools } from './offered-tools.ts';
import { type CalledTool, isHarmful, isOpen, reachOf } from './reach.ts';

/** Grants in memory at once. */
const PAGE_GRANTS = 200;
/** Tools that one cell names. */
const NAMES_MAX = 50;

/** A grant, with one of the servers that it opens. */
type Opened = {
  readonly grant: GrantRecord;
  readonly opens: StackMember;
  readonly version: number | undefined;
  readonly lastUsedMs: number | undefined;
  readonly signedIn: number;
  readonly workloads: number;
};

/** Who may do what: a line of CSV for each grant that is not over and each server that it opens, by the policies in force. Titles first. */
export async function* reviewLines(context: ControlContext, organization: string): AsyncGenerator<string> {
  yield csvRow([...csvTitles(GRANT_COLUMNS), ...csvTitles(TOOL_COLUMNS)]);
  /** By server, policy with its version, and mode: many grants have the same. */
  const known = new Map<string, Promise<CsvValues>>();
  for (let after: string | undefined = ''; after !== undefined; ) {
    const page = await context.store.grants.page({ organization, limit: PAGE_GRANTS, after });
    const open = page.filter((grant) => !isOver(context, grant));
    const used = await context.store.grants.lastUsed(open.map(({ id }) => id));
    for (const grant of open)
      for (const opens of membersOf(grant)) {
        // A line is of one version, also where another comes into force meanwhile.
        const { compiled, version } = policyFor(context.inForce(organization).policies, opens) ?? {};
        const key = JSON.stringify([opens.server, opens.policy, grant.mode, version]);
        const ofTools = known.get(key) ?? toolValues(context, grant, { server: opens.server, compiled });
        known.set(key, ofTools);
        const one = opened(context, { grant, opens, version, lastUsedMs: used.get(grant.id) });
        yield csvRow([...csvValues(GRANT_COLUMNS, one), ...(await ofTools)]);
      }
    after = page.length < PAGE_GRANTS ? undefined : page.at(-1)?.name;
    await ownTurn();
  }
}

function isOver({ clock }: ControlContext, { expiresAtMs, state }: GrantRecord): boolean {
  return state === 'revoked' || (expiresAtMs !== undefined && expiresAtMs <= clock.wallMs());
}

function opened(
  { declared, store }: ControlContext,
  part: Pick<Opened, 'grant' | 'lastUsedMs' | 'opens' | 'version'>,
): Opened {
  const { id, name, organization, origin } = part.grant;
  const rules = origin === 'file' ? declared(organization).workloadsOf(name) : undefined;
  return {
    ...part,
    signedIn: store.grants.signInsWithAccess(id).size,
    workloads: rules?.length ?? 0,
  };
}

/** What becomes of calls of a server's tools. */
async function toolValues(
  { store }: ControlContext,
  { mode, organization }: GrantRecord,
  { compiled, server }: { readonly server: string; readonly compiled: Parameters<typeof reachOf>[0] },
): Promise<CsvValues> {
  await ownTurn();
  const offered = await offeredTools(store, { organization, server });
  const called = offered.map((tool) => ({ ...tool, mode, ...reachOf(compiled, tool.tool) }));
  return csvValues(TOOL_COLUMNS, called);
}

const GRANT_COLUMNS: CsvFormat<Opened> = [
  ['grant', ({ grant }) => grant.name],
  ['grant_id', ({ grant }) => grant.id],
  ['owner', ({ grant }) => grant.owner],
  ['server', ({ opens }) => opens.server],
  ['policy', ({ opens }) => opens.policy],
  ['policy_version', ({ version }) => version],
  ['mode', ({ grant }) => grant.mode],
  ['state', ({ grant }) => grant.state],
  ['origin', ({ grant }) => grant.origin],
  ['made', ({ grant }) => momentOf(grant.createdAtMs)],
  ['ends', ({ grant }) => textOf(grant.expiresAtMs)],
  ['last_request', ({ lastUsedMs }) => textOf(lastUsedMs)],
  ['networks', ({ grant }) => grant.networks?.join(' ')],
  ['signed_in', ({ signedIn }) => signedIn],
  ['workload_rules', ({ workloads }) => workloads],
];

const textOf = (atMs: number | undefined): string | undefined =>
  atMs === undefined ? undefined : momentOf(atMs);

type Fits = (tool: CalledTool) => boolean;

const TOOL_COLUMNS: CsvFormat<readonly CalledTool[]> = [
  ['tools', (tools) => tools.length],
  counted('held', ({ state }) => state === 'held'),
  counted('refused', (one) => one.state !== 'held' && !isCallable(one)),
  counted('asks_first', (one) => isCallable(one) && asksFirst(one)),
  counted('checked', (one) => isCallable(one) && !asksFirst(one) && !isOpen(one)),
  counted('open', isOpen),
  ...CLASSES.map((of: ToolClass) =>
    counted(`may_${of.toLowerCase()}`, (one) => one.class === of && isCallable(one)),
  ),
  ['open_and_harmful', (tools) => namesOf(tools.filter((one) => isHarmful(one) && isOpen(one)))],
];

function counted(title: string, fits: Fits): CsvFormat<readonly CalledTool[]>[number] {
  return [title, (tools) => tools.filter(fits).length];
}

/** A grant that only observes refuses nothing. */
function isCallable({ mode, outcome, state }: CalledTool): boolean {
  return state !== 'held' && (mode === 'observe' || outcome === 'allow' || outcome === 'approve');
}

function asksFirst({ mode, outcome }: CalledTool): boolean {
  return mode === 'enforce' && outcome === 'approve';
}

function namesOf(tools: readonly { readonly tool: string }[]): string {
  const names = tools.slice(0, NAMES_MAX).map(({ tool }) => tool);
  const more = tools.length - names.length;
  return more === 0 ? names.join(' ') : `${names.join(' ')} and ${more} more`;
}
