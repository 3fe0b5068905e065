/** How the things of the domain are shown everywhere alike: outcomes, classes, states. Knows no endpoint. */
export { ClassBadge, OUTCOMES, OutcomeBadge, SeverityBadge, StateBadge } from './badges.tsx';
export { Became } from './became.tsx';
export { Changes } from './changes.tsx';
export { Document } from './document.tsx';
export { fullness, limitInWords } from './limits.ts';
export { PolicyLink, RequestLink, ServerLink, serverWords, VersionLink } from './links.tsx';
export { NETWORKS_HINT, readNetworks, typedNetworks } from './networks.ts';
export { COVERED, PageBadge } from './page-badge.tsx';
export { Trace } from './trace.tsx';
export { sayDecisive, sayRule } from './trace-words.ts';
export { Widens, WidensBadge } from './widens.tsx';
