import type { Endpoints } from '@boomgate/contract';
import { withoutRefusalMark } from '@boomgate/contract/refusal-mark';
import { type Operator, toldAddress } from '../../identity/index.ts';
import { type ExportFormat, exportDecisions, type LogFilter, type Store } from '../../store/index.ts';
import type { ControlContext } from '../context.ts';
import {
  done,
  exported,
  type HandlersOf,
  logPageAnswer,
  openLogPage,
  refuse,
  streamed,
} from '../frame/index.ts';
import { showDecision } from './decision-answer.ts';
import { followDecisions } from './decision-stream.ts';
import { spanOf } from './moments.ts';

export const decisions = {
  async list(context, { operator, query }) {
    const { id } = operator.organization;
    const asked = { list: `decisions ${id}`, query };
    const opened = openLogPage(context, asked);
    if (!opened.ok) return opened;
    const { before } = query;
    const span = before === undefined ? opened.span : { before, ...opened.span };
    const page = await context.store.decisions.page({ ...filterOf(id, query), ...span });
    return done({ ...logPageAnswer(context, asked, { page, show: showDecision }), newest: page.newer });
  },

  async exportLines(context, asked) {
    return exported(context, asked, linesOf(context, asked, 'ndjson'));
  },

  async exportTable(context, asked) {
    return exported(context, asked, linesOf(context, asked, 'csv'));
  },

  async stream(context, request) {
    const { from, operator, query } = request;
    const filter = filterOf(operator.organization.id, query);
    const { lastEventId } = from;
    if (lastEventId !== undefined && !EVENT_ID.test(lastEventId))
      return refuse('invalid_input', { errors: [EVENT_FAULT] });
    const log = context.store.decisions;
    const { newer: newest } = await log.page({ limit: 1 });
    const after = lastEventId === undefined ? newest : Number(lastEventId);
    // Rows that it has not seen would take the numbers up to there. 0: all were deleted for their age.
    if (newest > 0 && after > newest) return refuse('invalid_input', { errors: [LATER_FAULT] });
    return streamed(context, request, followDecisions(log, filter, after));
  },

  async show({ store }, { operator, params }) {
    const entry = await find(store, operator.organization.id, params.decision);
    return entry === undefined ? refuse('not_found') : done(showDecision(entry));
  },
} satisfies HandlersOf<Endpoints['decisions']>;

const EVENT_FAULT = {
  in: 'header' as const,
  pointer: '/last-event-id',
  message: 'expected the id of an event of this stream',
};

const LATER_FAULT = {
  ...EVENT_FAULT,
  message:
    'the log ends before this event, as after a restore: begin without an id, and read what was missed',
};

/** 0 is the place before the first row. */
const EVENT_ID = /^(?:0|[1-9]\d{0,14})$/;
const CURSOR = /^[1-9]\d{0,14}$/;

/** A page at a cursor is one row; an id is looked for in the whole log. */
async function find({ decisions }: Store, organization: string, wanted: string) {
  if (!CURSOR.test(wanted)) return (await decisions.query({ organization, id: wanted, limit: 1 }))[0];
  const cursor = Number(wanted);
  const { entries } = await decisions.page({ organization, after: cursor - 1, limit: 1 });
  return entries.find((entry) => entry.cursor === cursor);
}

const EXACT = [
  'server',
  'grant',
  'session',
  'policy',
  'target',
  'method',
  'rule',
  'address',
  'argKey',
] as const;

type Query = {
  readonly [N in 'since' | 'until' | 'text' | (typeof EXACT)[number]]?: string | undefined;
} & { readonly [N in 'outcome' | 'mode' | 'status' | 'secrets']?: LogFilter[N] | undefined };

type Asked = { readonly operator: Operator; readonly query: Query };

function linesOf({ store }: ControlContext, { operator, query }: Asked, format: ExportFormat) {
  const lines = exportDecisions(store.decisions, filterOf(operator.organization.id, query), format);
  return { of: 'decisions', lines } as const;
}

function filterOf(
  organization: string,
  { mode, outcome, secrets, since, status, text, until, ...query }: Query,
): Omit<LogFilter, 'limit' | 'before' | 'after'> {
  const exact = EXACT.flatMap((name) => (query[name] === undefined ? [] : [[name, query[name]]]));
  return {
    organization,
    ...spanOf({ since, until, text: text === undefined ? undefined : withoutRefusalMark(text) }),
    ...Object.fromEntries(exact),
    ...(query.address === undefined ? {} : { address: toldAddress(query.address) ?? query.address }),
    ...(mode === undefined ? {} : { mode }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(status === undefined ? {} : { status }),
    ...(secrets === undefined ? {} : { secrets }),
  };
}
