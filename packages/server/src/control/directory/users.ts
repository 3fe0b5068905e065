import { uuidv7 } from 'uuidv7';
import {
  applyPatch,
  listOf,
  readFilter,
  readPage,
  readUser,
  type ScimFault,
  type ScimResult,
  shownUser,
} from '../../directory/index.ts';
import { DIRECTORY_ENTRIES_MAX, DIRECTORY_TRIES } from '../../limits/index.ts';
import type { DirectoryAttributes, DirectoryEntry } from '../../store/index.ts';
import type { Asking, Methods } from './asking.ts';
import { readJsonBody } from './body.ts';
import { endAgentsOf, tell } from './consequences.ts';
import { scimFailure, scimNothing, scimResponse } from './respond.ts';

const UNKNOWN: ScimFault = { status: 404, detail: 'there is no such entry' };
const TAKEN: ScimFault = {
  ...{ status: 409, scimType: 'uniqueness' },
  detail: 'another entry has the userName, the externalId or the e-mail',
};
const FULL: ScimFault = { status: 403, detail: `there are ${DIRECTORY_ENTRIES_MAX} entries already` };
const STALE: ScimFault = { status: 503, detail: 'others change this entry now: try again' };
const LAST_ADMIN: ScimFault = {
  status: 409,
  detail:
    'the last admin of the organisation stays a member, and cannot sign in any more: make somebody else admin there, and send this again',
};

export const users: Methods = {
  async GET({ base, call, context, of }) {
    const { count, filter, startIndex } = call.req.query();
    const where = readFilter(filter);
    if (!where.ok) return scimFailure(where.fault);
    const page = readPage({ startIndex, count });
    const { directoryEntries } = context.store.people;
    const { entries, total } = await directoryEntries.list(of, { where: where.value, ...page });
    const shown = entries.map((entry) => shownUser(entry, placeOf(base, entry)));
    return scimResponse(200, listOf(shown, { offset: page.offset, total }));
  },

  async POST(asking) {
    const body = await readJsonBody(asking.call);
    if (!body.ok) return scimFailure(body.fault);
    const read = readUser(body.value);
    if (!read.ok) return scimFailure(read.fault);
    const { context, of } = asking;
    const attributes = { isActive: true, ...read.value };
    const entry = { id: uuidv7(), attributes, most: DIRECTORY_ENTRIES_MAX };
    const made = await context.store.people.directoryEntries.create(of, entry, asking);
    if (typeof made === 'string') return scimFailure(made === 'taken' ? TAKEN : FULL);
    await tell(asking, made);
    const place = placeOf(asking.base, made.entry);
    return scimResponse(201, shownUser(made.entry, place), [['location', place]]);
  },
};

export const oneUser: Methods = {
  async GET({ base, context, id, of }) {
    const entry = await context.store.people.directoryEntries.find(of, id);
    return entry === undefined
      ? scimFailure(UNKNOWN)
      : scimResponse(200, shownUser(entry, placeOf(base, entry)));
  },

  async PUT(asking) {
    const body = await readJsonBody(asking.call);
    if (!body.ok) return scimFailure(body.fault);
    const read = readUser(body.value);
    if (!read.ok) return scimFailure(read.fault);
    // What is not said of it does not open what was closed.
    return changed(asking, ({ isActive }) => ({ ok: true, value: { isActive, ...read.value } }));
  },

  async PATCH(asking) {
    const body = await readJsonBody(asking.call);
    if (!body.ok) return scimFailure(body.fault);
    return changed(asking, (before) => applyPatch(before, body.value));
  },

  async DELETE(asking) {
    const { context, id, of } = asking;
    const signedInAgents = await endAgentsOf(asking);
    const act = { ...asking, signedInAgents };
    const removed = await context.store.people.directoryEntries.remove(of, id, act);
    if (removed === 'unknown') return scimFailure(UNKNOWN);
    await tell(asking, removed);
    return removed.lastAdmin ? scimFailure(LAST_ADMIN) : scimNothing();
  },
};

/** Changes an entry from what it is; once more where another change came before. */
async function changed(
  asking: Asking,
  to: (before: DirectoryAttributes) => ScimResult<DirectoryAttributes>,
): Promise<Response> {
  const { base, context, id, of } = asking;
  const { directoryEntries } = context.store.people;
  for (let tries = 0; tries < DIRECTORY_TRIES; tries += 1) {
    const before = await directoryEntries.find(of, id);
    if (before === undefined) return scimFailure(UNKNOWN);
    const { createdAtMs: _, id: __, modifiedAtMs: ___, version, ...attributes } = before;
    const after = to(attributes);
    if (!after.ok) return scimFailure(after.fault);
    const signedInAgents = after.value.isActive ? new Map() : await endAgentsOf(asking);
    const entry = { id, version, attributes: after.value };
    const written = await directoryEntries.change(of, entry, { ...asking, signedInAgents });
    if (written === 'stale') continue;
    if (typeof written === 'string') return scimFailure(written === 'taken' ? TAKEN : UNKNOWN);
    await tell(asking, written);
    if (written.lastAdmin) return scimFailure(LAST_ADMIN);
    if (written.isTaken) return scimFailure(TAKEN);
    return scimResponse(200, shownUser(written.entry, placeOf(base, written.entry)));
  }
  return scimFailure(STALE, [['retry-after', '1']]);
}

function placeOf(base: string, { id }: Pick<DirectoryEntry, 'id'>): string {
  return `${base}/Users/${encodeURIComponent(id)}`;
}
