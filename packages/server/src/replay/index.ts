/**
 * Policies held against what the log keeps of a period: what one would have said, and the smallest that would have allowed it. May
 * read the log and the tools that there are; may not put anything in force, count for anybody, or stop agents for longer than
 * some milliseconds.
 */
export { type Recorded, readRecorded, type Wanted } from './recorded.ts';
export { type ReplayReport, replayLog } from './replay-log.ts';
export { type LogSuggestion, suggestFromLog } from './suggest-from-log.ts';
