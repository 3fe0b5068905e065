/**
 * The connections to registered servers: Streamable HTTP, HTTP+SSE and stdio, both eras. Nothing else reaches a
 * server or starts its process; other rooms send what they send by HTTP through this one. It knows no policy, no grant beyond its id, no store and no agent: it may import the
 * engine's JSON only.
 */
export { isAtSpecialAddress, isSpecialByName, plainAddress, SETTING_ALLOWS } from './addresses.ts';
export { knownUiSettings, mayBeAsked, UI_EXTENSION } from './capabilities.ts';
export { type Clock, systemClock, within } from './clock.ts';
export type * from './contract.ts';
export { MESSAGE_LEVELS, SignInWanted, UpstreamError } from './contract.ts';
export { hasAuthorization, signInKey, takesSignIn } from './credential.ts';
export { type Challenge, readChallenge, scopesIn } from './http/challenge.ts';
export { type KindRules, LIST_KINDS } from './listing/kinds.ts';
export { openUpstreams } from './open-upstreams.ts';
export { headerProblem, isSentAnyway } from './own-headers.ts';
export { type ParamHeader, paramHeadersOf } from './param-headers.ts';
export { postJson } from './post.ts';
export { CODES, isLegacyVersion, LEGACY_VERSIONS, META, MODERN_VERSION } from './protocol.ts';
export { resolverAside } from './resolve.ts';
export { runProgram } from './stdio/run-program.ts';
export { exchangeText, type TextAnswer, type TextRequest } from './text-exchange.ts';
export { openTextSource, type TextSource } from './text-source.ts';
export { WATCHED_LISTS } from './watch/watched.ts';
