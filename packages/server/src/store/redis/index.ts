/**
 * Counters of limits on Redis or Valkey, where replicas have one: what they hold is judged and changed there in one step for a group of
 * calls. Knows no SQL; what Redis lost, or never knew, its caller reads from the database.
 */
export type { Act } from './acts.ts';
export { isOf, RedisCounts, type Seed, type Seeding, type Stepped } from './counts.ts';
export { RedisError } from './errors.ts';
export { RedisFeed } from './feed.ts';
export { Line } from './line.ts';
