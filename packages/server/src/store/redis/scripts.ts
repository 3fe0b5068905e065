import { createHash } from 'node:crypto';
import { CLOCK_MS, STEP } from './step-script.ts';

/** A text that Redis runs in one go, between two commands of others, and the name by which it keeps it. */
export type Script = { readonly text: string; readonly sha: string };

export const STEP_SCRIPT = script(STEP);

/**
 * Puts in what the database has of a counter, unless somebody else did. KEYS: the marker, the clock. ARGV: the marker that is expected, where
 * its cells were put (a list that is not there when it has none), the keys of its cells and its windows, milliseconds for which cells are
 * kept, milliseconds until it is forgotten, the time, and for each window its field and what it sees at that time: nobody looks earlier.
 */
export const SEED_CELLS = script(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 'stale' end
if redis.call('EXISTS', ARGV[4]) == 1 then return 'there' end
redis.call('DEL', ARGV[3])
if redis.call('EXISTS', ARGV[2]) == 1 then redis.call('RENAME', ARGV[2], ARGV[3]) end
redis.call('HSET', ARGV[4], 'b', '0', 'k', ARGV[5], unpack(ARGV, 8))
redis.call('PEXPIRE', ARGV[3], ARGV[6])
redis.call('PEXPIRE', ARGV[4], ARGV[6])
if tonumber(ARGV[7]) > tonumber(redis.call('GET', KEYS[2]) or '0') then redis.call('SET', KEYS[2], ARGV[7], 'PX', ${CLOCK_MS}) end
return 'put'
`);

/** As before, of calls in flight. ARGV: the marker that is expected, its key, how many there are, milliseconds until it is forgotten. */
export const SEED_CALLS = script(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 'stale' end
return redis.call('SET', ARGV[2], ARGV[3], 'PX', ARGV[4], 'NX') and 'put' or 'there'
`);

/** Begins an epoch, unless a later one has begun. KEYS: the marker. ARGV: the new marker, which begins with its number. Answers the marker that is there. */
export const BEGIN = script(`
local held = redis.call('GET', KEYS[1])
local function number(marker) return tonumber(string.match(marker, '^(%d+):')) or 0 end
if held and number(held) > number(ARGV[1]) then return held end
redis.call('SET', KEYS[1], ARGV[1])
return ARGV[1]
`);

function script(text: string): Script {
  return { text, sha: createHash('sha1').update(text).digest('hex') };
}
