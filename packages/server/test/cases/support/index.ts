/**
 * The harness of the case suites: a gateway between scripted servers and raw agents of both eras, and three ledgers of
 * what happened. Knows the fixture (policy P0, grants GA, GB, GX, GE, GM); holds no case.
 */

export { Agent, type Answer, type CallOptions } from './agent.ts';
export { ADA, BOB, decide, decideBeside, pendingId, waitingFor } from './approvals.ts';
export { bootCases, type Cases, type CasesOptions } from './boot.ts';
export { editConfig } from './files.ts';
export { ERAS, type Era, P0, PAIRINGS, type Pairing, TOOLS } from './fixture.ts';
export { ACCEPTED, ASKABLE, type OpenCall, openCall, QUESTION } from './open-call.ts';
export { openSseAgent } from './sse-agent.ts';
export { openStream, prepareStream, STREAMS } from './streams.ts';
export { type Behaviour, behave, type Received, type ScriptedStub } from './stub.ts';
export { type MovedClock, movedClock } from './time.ts';
export { useCases } from './use.ts';
export { expectAllowed, expectDeny, expectReject, expectSame, expectUnauthorized } from './verdicts.ts';
export { exchangeBytes } from './wire.ts';
