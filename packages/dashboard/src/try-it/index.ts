/**
 * What a policy would decide for a call that nobody makes: a form for the call, the decision, and why. The engine runs in the
 * page; no counter is touched and no API asked. Loaded when it is shown.
 */

export type { TryStart, TryTool } from './call.ts';
export { TryIt } from './try-it.tsx';
