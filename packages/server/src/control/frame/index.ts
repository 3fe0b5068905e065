/**
 * What every request of the API goes through, and what handlers are made of. Knows no endpoint by name.
 */
export { createApi } from './api.ts';
export { isMatch, tagOf } from './conditional.ts';
export { endSessionCookie, sessionCookie } from './cookies.ts';
export type { ApiRequest, Done, Handler, HandlersOf, Refusal } from './handler.ts';
export { done, refuse, refuseAttempt } from './handler.ts';
export { openPage, pageAnswer } from './page.ts';
