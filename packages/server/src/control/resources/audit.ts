import type { AnswerOf, Endpoints } from '@boomgate/contract';
import type { Operator } from '../../identity/index.ts';
import {
  type Acceptance,
  type AuditEntry,
  type AuditFilter,
  type ChainReport,
  type ExportFormat,
  exportActs,
} from '../../store/index.ts';
import type { ControlContext } from '../context.ts';
import {
  changed,
  done,
  exported,
  type HandlersOf,
  logPageAnswer,
  lookAt,
  openLogPage,
} from '../frame/index.ts';
import { momentOf, spanOf } from './moments.ts';

export const audit = {
  async list(context, { operator, query }) {
    const { id } = operator.organization;
    const asked = { list: `audit ${id}`, query };
    const opened = openLogPage(context, asked);
    if (!opened.ok) return opened;
    const { cursor: _, limit: __, ...filter } = query;
    const page = await context.store.audit.page({ ...filterOf(id, filter), ...opened.span });
    return changed(done(logPageAnswer(context, asked, { page, show })), lookAt('audit', filter));
  },

  async verify({ longWork, store }, { operator }) {
    // One after the other: each reads a whole log.
    const report = await longWork.run(
      async () => ({
        decisions: told(await store.decisions.verify()),
        audit: told(await store.audit.verify()),
      }),
      operator.organization.id,
    );
    const findings = report.decisions.findings.length + report.audit.findings.length;
    const target = { kind: 'log', id: 'decisions and audit', name: 'decisions and audit' };
    return changed(done(report), { target, after: { findings } });
  },

  async exportLines(context, asked) {
    return exported(context, asked, linesOf(context, asked, 'ndjson'));
  },

  async exportTable(context, asked) {
    return exported(context, asked, linesOf(context, asked, 'csv'));
  },
} satisfies HandlersOf<Endpoints['audit']>;

function told({
  acceptances,
  findings,
  head,
  rows,
}: ChainReport): AnswerOf<Endpoints['audit']['verify']>['audit'] {
  return {
    rows,
    head: { ...head },
    findings: findings.map(({ accepted, kind, link, text }) => ({
      ...{ kind, link, text },
      ...(accepted === undefined ? {} : { accepted: toldAcceptance(accepted) }),
    })),
    acceptances: acceptances.map(toldAcceptance),
  };
}

function toldAcceptance({ atMs, by, findings, reason }: Acceptance) {
  return { by, at: momentOf(atMs), reason, findings };
}

type Query = {
  readonly [N in 'since' | 'until' | 'text' | 'action' | 'actor' | 'target']?: string | undefined;
};

type Asked = { readonly operator: Operator; readonly query: Query };

function linesOf({ store }: ControlContext, { operator, query }: Asked, format: ExportFormat) {
  const lines = exportActs(store.audit, filterOf(operator.organization.id, query), format);
  return { of: 'audit', lines } as const;
}

function filterOf(
  organization: string,
  { action, actor, since, target, text, until }: Query,
): Omit<AuditFilter, 'limit' | 'before' | 'after'> {
  return {
    organization,
    ...spanOf({ since, text, until }),
    ...(action === undefined ? {} : { action }),
    ...(actor === undefined ? {} : { actor }),
    ...(target === undefined ? {} : { target }),
  };
}

function show(entry: AuditEntry): AnswerOf<Endpoints['audit']['list']>['items'][number] {
  const { action, actor, after, atMs, before, cursor, decisions, id, target } = entry;
  return {
    ...{ id, cursor, at: momentOf(atMs), action },
    actor: { ...actor },
    target: { ...target },
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    decisions: { ...decisions },
  };
}
