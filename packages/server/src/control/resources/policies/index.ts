/**
 * The handlers of policies: read, save, compare, check, simulate, replay, suggest, attach. May not say what a document means, which the engine
 * does, nor put anything in force but by `reapply`.
 */
import type { Endpoints } from '@boomgate/contract';
import type { PolicyVersion } from '../../../store/index.ts';
import { done, type HandlersOf, openPage, pageAnswer, refuse, tagOf } from '../../frame/index.ts';
import { documentOf, inForceOf, type PolicyAnswer, showPolicy, showProblem, showVersion } from './answer.ts';
import { attach } from './attach.ts';
import { changeOf } from './change.ts';
import { begunIn, checkDocument, unknown, unknownServer } from './document.ts';
import { replay, suggest } from './replay.ts';
import { writing } from './save.ts';
import { simulate } from './simulate.ts';

export const policies = {
  async list(context, { operator, query }) {
    const { id } = operator.organization;
    const asked = { list: `policies ${id}`, query };
    const page = openPage(context, asked);
    if (!page.ok) return page;
    const declared = new Set(context.declared(id).policies);
    const stored = await context.store.policies.stored(id);
    const names = [...new Set([...declared, ...stored.map(({ name }) => name)])].sort();
    const places = names
      .flatMap((name) => (declared.has(name) ? [`${name} file`] : []).concat(`${name} stored`))
      .filter((place) => place > (page.after ?? ''));
    const items: PolicyAnswer[] = [];
    for (const place of places) {
      if (items.length === page.limit) break;
      const name = place.slice(0, place.lastIndexOf(' '));
      const one = place.endsWith(' file')
        ? await inForceOf(context, id, name)
        : stored.find((two) => two.name === name);
      if (one !== undefined) items.push(showPolicy(one, one.origin === 'stored' && declared.has(name)));
    }
    const positionOf = ({ name, origin }: PolicyAnswer) => `${name} ${origin}`;
    return done(pageAnswer(context, asked, { items, positionOf, show: (one) => one }));
  },

  async show(context, { operator, params }) {
    const found = await inForceOf(context, operator.organization.id, params.policy);
    if (found === undefined) return refuse('not_found');
    const { text } = found;
    const body = { ...showPolicy(found), text, document: documentOf(text) };
    return done(body, [['etag', tagOf(found.version)]]);
  },

  async versions(context, { operator, params, query }) {
    const owner = { organization: operator.organization.id, name: params.policy };
    const asked = { list: `versions ${owner.organization} ${owner.name}`, query };
    const page = openPage(context, asked);
    if (!page.ok) return page;
    const before = page.after === undefined ? {} : { before: Number(page.after) };
    const items = await context.store.policies.versions(owner, { limit: page.limit, ...before });
    if (items.length === 0 && page.after === undefined) return refuse('not_found');
    const positionOf = ({ version }: PolicyVersion) => String(version);
    return done(pageAnswer(context, asked, { items, positionOf, show: showVersion }));
  },

  async version({ store }, { operator, params }) {
    const owner = { organization: operator.organization.id, name: params.policy };
    const found = await store.policies.version(owner, params.version);
    if (found === undefined) return refuse('not_found');
    return done({ ...showVersion(found), text: found.text, document: documentOf(found.text) });
  },

  async difference(context, { body, operator, params }) {
    const owner = { organization: operator.organization.id, name: params.policy };
    const before = await context.store.policies.version(owner, body.before);
    const after = await context.store.policies.version(owner, body.after);
    if (before === undefined || after === undefined) return refuse('not_found');
    return done(await changeOf(context, { before: before.text, after: after.text }));
  },

  async check(context, { body, operator }) {
    const organization = operator.organization.id;
    const fault = unknownServer(context, organization, body.server);
    if (fault !== undefined) return fault;
    const replaced =
      body.policy === undefined ? undefined : await inForceOf(context, organization, body.policy);
    if (body.policy !== undefined && replaced === undefined)
      return unknown('/policy', 'the name of a policy of the organisation');
    const checked = await checkDocument(context, { organization, ...body });
    const { tools } = checked;
    const problems = [...checked.problems, ...begunIn(context, replaced?.text, checked.policy)];
    return done({
      isSound: problems.every(({ severity }) => severity === 'warning'),
      ...(tools === undefined ? {} : { tools: tools.length }),
      problems: problems.map(showProblem),
    });
  },

  ...writing,
  simulate,
  replay,
  suggest,
  attach,
} satisfies HandlersOf<Endpoints['policies']>;
