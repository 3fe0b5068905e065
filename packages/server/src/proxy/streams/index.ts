/**
 * What agents are told unasked: their open streams, what each of them watches, and the filter of the policy in force.
 * Knows no HTTP: a stream is something that takes messages. Decides nothing by itself and asks servers only to watch.
 */
export { Feed, type FeedOptions, type Resource } from './feed.ts';
export { SessionFeeds, type SubscribeResult } from './session-feeds.ts';
export { NO_STREAM, type OpenStream, type StreamEnd, Streams } from './streams.ts';
