import type { JsonObject } from '@boomgate/engine';
import { ACCESS_REQUEST_BOUNDS } from '../../limits/index.ts';
import type { AccessFault, AccessRequest, AccessRequests, Actor } from '../contract.ts';
import { tellOthers } from './events.ts';
import type { SqlExecutor } from './executor.ts';
import { forgetDecided } from './forget-decided.ts';
import type { SqlGrants } from './grants/index.ts';
import { authorOf } from './policies/index.ts';
import { type AccessRequestRecord, build } from './tables.ts';
import { all, change, first, type Work } from './work.ts';

export function openAccessRequests(executor: SqlExecutor, grants: SqlGrants): AccessRequests {
  return {
    async ask(asked, by) {
      return executor.write(function* () {
        const waiting = yield* all(listed({ ...asked, person: undefined, state: 'waiting' }));
        const own = waiting.map(decode).filter(({ person }) => person === asked.person);
        if (own.some(({ server }) => server === asked.server)) return 'asked';
        const { ofPerson, waiting: most } = ACCESS_REQUEST_BOUNDS;
        if (waiting.length >= most || own.length >= ofPerson) return 'too_many';
        const request = { ...asked, state: 'waiting', askedAtMs: executor.clock.wallMs() } as const;
        yield* change(build.insertInto('access_requests').values(encode(request)));
        yield* note(executor, request, { actor: by, action: 'access.asked' });
        yield* tellOthers({ kind: 'access_asked', atMs: request.askedAtMs, about: request });
        return request;
      });
    },
    async list({ after, limit, ...of }) {
      const page = listed(of).limit(limit);
      const query = after === undefined ? page : page.where('id', '<', after);
      return (await executor.read(() => all(query))).map(decode);
    },
    find: (organization, id) => executor.read(() => find({ organization, id })),
    grant(verdict, minted, by) {
      return grants.createWithin({ ...minted, by }, function* (make) {
        const found = yield* waiting(verdict);
        if (typeof found === 'string') return found;
        const grant = yield* make({ accessRequest: found.id });
        const { id, name } = grant;
        const decision = { by, answer: verdict.answer, grant: { id, name } };
        return { grant, request: yield* decide(executor, found, { ...decision, state: 'granted' }) };
      });
    },
    decline: ({ answer, ...of }, by) =>
      executor.write(function* () {
        const found = yield* waiting(of);
        if (typeof found === 'string') return found;
        return yield* decide(executor, found, { by, answer, state: 'declined' });
      }),
    withdraw: ({ answer, person, ...of }, by) =>
      executor.write(function* () {
        const found = yield* waiting(of);
        if (typeof found === 'string') return found;
        if (found.person !== person) return 'not_found';
        return yield* decide(executor, found, { by, answer, state: 'withdrawn' });
      }),
  };
}

/** Within a transaction of the caller: what waits of somebody who leaves. */
export function* forgetAccessRequests(organization: string, person: string): Work<void> {
  const waiting = build.deleteFrom('access_requests').where('state', '=', 'waiting');
  yield* change(waiting.where('organization', '=', organization).where('person', '=', person));
}

type Listed = Pick<Parameters<AccessRequests['list']>[0], 'organization' | 'person' | 'state'>;

function listed({ organization, person, state }: Listed) {
  let query = build.selectFrom('access_requests').selectAll().where('organization', '=', organization);
  if (person !== undefined) query = query.where('person', '=', person);
  if (state !== undefined) query = query.where('state', '=', state);
  return query.orderBy('id', 'desc');
}

function* find({ id, organization }: Pick<AccessRequest, 'id' | 'organization'>) {
  const one = build.selectFrom('access_requests').selectAll().where('id', '=', id);
  const row = yield* first(one.where('organization', '=', organization));
  return row && decode(row);
}

function* waiting(of: Pick<AccessRequest, 'id' | 'organization'>): Work<AccessRequest | AccessFault> {
  const found = yield* find(of);
  if (found === undefined) return 'not_found';
  return found.state === 'waiting' ? found : 'decided';
}

type Decision = Pick<AccessRequest, 'grant'> & {
  readonly state: Exclude<AccessRequest['state'], 'waiting'>;
  readonly answer: string;
  readonly by: Actor;
};

function* decide(
  executor: SqlExecutor,
  request: AccessRequest,
  { by, ...decision }: Decision,
): Work<AccessRequest> {
  const atMs = executor.clock.wallMs();
  const decided = { ...request, ...decision, decidedAtMs: atMs, decidedBy: authorOf(by) };
  const { id, ...row } = encode(decided);
  yield* change(build.updateTable('access_requests').set(row).where('id', '=', id));
  yield* forgetDecided('access_requests', request.organization, ACCESS_REQUEST_BOUNDS);
  // Of a grant that is minted, its own row says for what.
  if (decided.state !== 'granted')
    yield* note(executor, decided, { actor: by, action: `access.${decided.state}` });
  if (decided.state !== 'withdrawn') yield* tellOthers({ kind: 'access_decided', atMs, about: decided });
  return decided;
}

function note(
  executor: SqlExecutor,
  { answer, email, id, note: why, organization, server }: AccessRequest,
  act: { readonly actor: Actor; readonly action: string },
): Work<unknown> {
  const after: JsonObject = {
    ...{ server, email, note: why },
    ...(answer === undefined ? {} : { answer }),
  };
  return executor.note({ organization, target: { kind: 'access_request', id, name: server }, after, ...act });
}

function encode({ id, organization, person, state, ...rest }: AccessRequest): AccessRequestRecord {
  return { id, organization, person, state, record: JSON.stringify(rest) };
}

function decode({ id, organization, person, record, state }: AccessRequestRecord): AccessRequest {
  // Casts: only `encode` writes these columns.
  const rest = JSON.parse(record) as Omit<AccessRequest, 'id' | 'organization' | 'person' | 'state'>;
  return { ...rest, id, organization, person, state: state as AccessRequest['state'] };
}
