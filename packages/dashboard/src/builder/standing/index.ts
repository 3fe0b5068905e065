/** What the document says of one tool in a word, what speaks for it, and the edits that a word stands for. */
export { choose, chooseAll, leaveToOthers } from './choose.ts';
export { freeCounter } from './counters.ts';
export { writeOut } from './expand.ts';
export { MODES, type Mode, modeOf } from './mode.ts';
export { offeredAt, offeredBy } from './offered.ts';
export { groupsOf, isAbout, type Offered, type Place, placeKey, readPlace } from './places.ts';
export { recommendedFor, takeRecommended } from './recommended.ts';
export { entryAt, type RuleAt, ruleAt } from './rule-at.ts';
export { type Standing, standingOf, standings } from './standing.ts';
