/** How the things of the domain are shown everywhere alike: outcomes, classes, states. Knows no endpoint. */
export { ClassBadge, OUTCOMES, OutcomeBadge, SeverityBadge, StateBadge } from './badges.tsx';
export { type Changed, Changes } from './changes.tsx';
export { Document } from './document.tsx';
export { PageBadge } from './page-badge.tsx';
export { spoken } from './spoken.ts';
export { Widens, WidensBadge } from './widens.tsx';
