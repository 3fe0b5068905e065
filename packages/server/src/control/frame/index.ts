/**
 * What every request of the API goes through, and what handlers are made of. Knows no endpoint by name.
 */
export { createApi } from './api.ts';
export { actorOf, noting } from './audited.ts';
export { readBody, readJsonBytes } from './body.ts';
export type { ApiCall } from './call.ts';
export { isMatch, tagOf } from './conditional.ts';
export { endedCookie, givenCookie } from './cookies.ts';
export { exported, lookAt } from './exported.ts';
export type { ApiRequest, Change, Done, HandlersOf, Refusal } from './handler.ts';
export { changed, done, noted, refuse, refuseAttempt } from './handler.ts';
export { logPageAnswer, openLogPage } from './log-page.ts';
export { openPage, pageAnswer } from './page.ts';
export { type Peer, peerOf } from './peer.ts';
export { HEADERS } from './respond.ts';
export { type StreamedEvent, streamed } from './streamed.ts';
