/**
 * What agents are told unasked: their open streams, what each of them watches, and the filter of the policy in force.
 * Knows no HTTP: a stream is something that takes messages. Decides nothing by itself and asks servers only to watch.
 */
export { Feed } from './feed.ts';
export { SessionFeeds } from './session-feeds.ts';
export { NO_STREAM, type StreamEnd, Streams } from './streams.ts';
