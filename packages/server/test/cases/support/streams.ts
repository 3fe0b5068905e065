import type { EventReader } from '../../support/events.ts';
import { isAcknowledged, openListen } from '../../support/listen.ts';
import { openSession } from '../../support/session.ts';
import { openSseStream, sessionOn } from '../../support/sse-session.ts';
import type { Cases } from './boot.ts';
import type { Era } from './fixture.ts';

/** The streams that agents hold open: of a modern one, of a session, of an agent of 2024-11-05. */
export const STREAMS = ['subscriptions/listen', 'GET', 'GET sse'] as const;
type StreamKind = (typeof STREAMS)[number];

type Whose = { readonly server: Era; readonly grant?: string };

type Place = {
  readonly cases: Cases;
  readonly server: string;
  readonly endpoint: string;
  readonly token: string;
};

/** Opens a stream that hears of every list; its status says whether it did. */
export async function openStream(cases: Cases, kind: StreamKind, whose: Whose): Promise<EventReader> {
  const reader = await (await prepareStream(cases, kind, whose))();
  if (reader.status !== 200 || reader.isOver()) return reader;
  if (kind === 'subscriptions/listen') await reader.seen(isAcknowledged);
  if (kind === 'GET sse') await sessionOn(reader, { ...placeOf(cases, whose), protocol: '2024-11-05' });
  return reader;
}

/** Does all that has to be done before; what it gives sends the one request that opens the stream. */
export async function prepareStream(
  cases: Cases,
  kind: StreamKind,
  whose: Whose,
): Promise<() => Promise<EventReader>> {
  const place = placeOf(cases, whose);
  if (kind !== 'GET') return () => BY_ONE_REQUEST[kind](place);
  const session = await openSession(place);
  return () => session.stream();
}

const EVERYTHING = { toolsListChanged: true, promptsListChanged: true, resourcesListChanged: true };

const BY_ONE_REQUEST = {
  'subscriptions/listen': ({ cases, ...place }) => openListen(cases.gateway, EVERYTHING, place),
  'GET sse': openSseStream,
} satisfies Record<Exclude<StreamKind, 'GET'>, (place: Place) => Promise<EventReader>>;

function placeOf(cases: Cases, { grant = 'GA', server: era }: Whose): Place {
  const server = `${grant === 'GB' ? 's2' : 's1'}-${era}`;
  return { cases, server, endpoint: cases.gateway.endpoint(server), token: cases.tokenOf(grant, era) };
}
