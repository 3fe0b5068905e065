/** How the things of the domain are shown everywhere alike: outcomes, classes, states. Knows no endpoint. */
export { ClassBadge, OUTCOMES, OutcomeBadge, SeverityBadge, StateBadge } from './badges.tsx';
export { spoken } from './spoken.ts';
export { Trace } from './trace.tsx';
export { readRule, sayCondition, sayRule, sayStep, type TraceStep } from './trace-words.ts';
