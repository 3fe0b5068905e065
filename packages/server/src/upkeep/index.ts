/** What goes on beside the calls, without anybody asking. */
export { keepTellingEnds } from './endings.ts';
export { Later } from './later.ts';
export { type Pulse, startPulse } from './pulse.ts';
export { countsWithRows, RefusedRows } from './refused-rows.ts';
export { keepRetention } from './retention.ts';
export { keepTallies } from './tally.ts';
