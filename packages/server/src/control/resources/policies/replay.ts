import type { Endpoints } from '@boomgate/contract';
import { type Recorded, readRecorded, replayLog, suggestFromLog } from '../../../replay/index.ts';
import type { ControlContext } from '../../context.ts';
import { done, type HandlersOf } from '../../frame/index.ts';
import { momentOf, spanOf } from '../moments.ts';
import { documentOf } from './answer.ts';
import { chosenPolicy } from './chosen.ts';

type Handlers = HandlersOf<Endpoints['policies']>;

/** With the gateway's own decision function; nothing is counted, and nobody asked. */
export const replay: Handlers['replay'] = async (context, { body, operator }) => {
  const organization = operator.organization.id;
  const { server } = body;
  const read = await chosenPolicy(context, organization, body);
  if (!read.ok) return read;
  const tools = (await context.offered({ organization, server })) ?? [];
  const grants = await context.store.grants.list();
  const labels = new Map(
    grants.flatMap((grant) =>
      grant.organization === organization ? [[grant.id, grant.labels] as const] : [],
    ),
  );
  const by = { policy: read.policy, tools, labels, functions: context.functions };
  const report = await context.longWork.run(
    async () => replayLog(await recordedIn(context, organization, body), by),
    organization,
  );
  const { fromMs, lines, leftOut, toMs, ...rest } = report;
  return done({ ...rest, ...lookedAt({ fromMs, toMs }), lines: [...lines], leftOut: [...leftOut] });
};

export const suggest: Handlers['suggest'] = async (context, { body, operator }) => {
  const organization = operator.organization.id;
  const suggestion = suggestFromLog(
    await context.longWork.run(() => recordedIn(context, organization, body), organization),
  );
  const { fromMs, leftOut, policy, toMs, tools, ...rest } = suggestion;
  return done({
    document: documentOf(JSON.stringify(policy)),
    ...rest,
    ...lookedAt({ fromMs, toMs }),
    tools: [...tools],
    leftOut: [...leftOut],
  });
};

type Period = {
  readonly server: string;
  readonly grant?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
};

function recordedIn(
  { clock, store }: ControlContext,
  organization: string,
  { grant, server, since, until }: Period,
): Promise<Recorded> {
  const span = spanOf({ since, until, text: undefined });
  return readRecorded(store.decisions, clock, { organization, server, grant, ...span });
}

function lookedAt({ fromMs, toMs }: { readonly [N in 'fromMs' | 'toMs']: number | undefined }) {
  return {
    ...(fromMs === undefined ? {} : { from: momentOf(fromMs) }),
    ...(toMs === undefined ? {} : { to: momentOf(toMs) }),
  };
}
