/** How the things of the domain are shown everywhere alike: outcomes, classes, states. Knows no endpoint. */
export { ClassBadge, OUTCOMES, OutcomeBadge, SeverityBadge, StateBadge } from './badges.tsx';
export { fullness, limitInWords } from './limits.ts';
export { spoken } from './spoken.ts';
