/** Windows of a counter that are kept at most. */
export const VIEWS_MAX = 8;
/** Milliseconds after which the time that somebody came with is forgotten. */
export const CLOCK_MS = 86_400_000;

/**
 * One group of calls, judged and counted in one step: either all that a call demands is taken, or nothing of it. It is the arithmetic of
 * the engine (`limits/ledger.ts`) over what Redis keeps of a counter:
 *
 * - `c:<counter>`, a list: time and amount of each cell, oldest first.
 * - `v:<counter>`, a hash: `b` the number of the first cell, `k` the milliseconds for which cells are kept, and for each window that looks
 *   at the counter the number of the first cell that it sees, the sum of those, and the milliseconds for which it sees one.
 * - `r:<counter>`, a number: calls in flight.
 *
 * A counter that is not there, or has a sum without cells, as where they were evicted, is not empty: it has to be read from the database first. KEYS: the marker, the clock. ARGV: the marker
 * that is expected, the time, the prefix of all keys, and what is asked, as JSON. Answers `stale` when the marker is another, `unknown`
 * with the places of counters that are not there, `late` with the time when a calendar unit has passed, or `taken` with the time, what
 * became of each act, and of each counter how long its cells are kept now and were before. Numbers are written out in full: Lua would
 * round them to fourteen digits.
 */
export const STEP = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return {'stale'} end
local prefix, asked = ARGV[3], cjson.decode(ARGV[4])
local now = math.max(tonumber(ARGV[2]), tonumber(redis.call('GET', KEYS[2]) or '0'))
local VIEWS_MAX, DROP_AT_LEAST, IDLE_MS, LOT = ${VIEWS_MAX}, 256, 600000, 512

local function whole(value)
  local number = tonumber(value)
  if not number or number ~= math.floor(number) or math.abs(number) > 9007199254740991 then
    error('expected a whole number')
  end
  return number
end
local function text(number) return string.format('%.0f', number) end

local function load(name)
  local fields = redis.call('HGETALL', prefix .. 'v:' .. name)
  if #fields == 0 then return nil end
  local counter = { cells = prefix .. 'c:' .. name, hash = prefix .. 'v:' .. name, views = {}, count = 0 }
  for i = 1, #fields, 2 do
    local field, value = fields[i], fields[i + 1]
    if field == 'b' then counter.base = whole(value)
    elseif field == 'k' then counter.keep = whole(value)
    else
      local head, sum, keep = string.match(value, '^(%d+) (%d+) (%d+)$')
      counter.views[field] = { head = whole(head), sum = whole(sum), keep = whole(keep) }
      counter.count = counter.count + 1
    end
  end
  counter.kept = counter.keep
  local cells = redis.call('LLEN', counter.cells) / 2
  counter.stop = counter.base + cells
  for _, view in pairs(counter.views) do
    if cells == 0 and view.sum > 0 then
      redis.call('DEL', counter.hash)
      return nil
    end
  end
  return counter
end

local function cell(counter, number)
  local at = (number - counter.base) * 2
  local found = redis.call('LRANGE', counter.cells, at, at + 1)
  return whole(found[1]), whole(found[2])
end

local function advance(counter, view, since)
  while view.head < counter.stop do
    local at, amount = cell(counter, view.head)
    if at >= since then break end
    view.sum = view.sum - amount
    view.head = view.head + 1
  end
end

local function viewOf(counter, shape, keep)
  local view = counter.views[shape]
  counter.keep = math.max(counter.keep, keep)
  if view then return view end
  view = { head = counter.base, sum = 0, keep = keep }
  for first = 0, (counter.stop - counter.base) * 2 - 1, LOT do
    local lot = redis.call('LRANGE', counter.cells, first, first + LOT - 1)
    for i = 2, #lot, 2 do view.sum = view.sum + whole(lot[i]) end
  end
  if counter.count == VIEWS_MAX then
    local shortest
    for other, one in pairs(counter.views) do
      if not shortest or one.keep < counter.views[shortest].keep then shortest = other end
    end
    counter.views[shortest] = nil
    redis.call('HDEL', counter.hash, shortest)
  else
    counter.count = counter.count + 1
  end
  counter.views[shape] = view
  return view
end

local function freedAt(counter, view, room)
  local left, number, freed = view.sum, view.head, now
  while left > room and number < counter.stop do
    local at, amount = cell(counter, number)
    left, freed, number = left - amount, at, number + 1
  end
  return freed
end

local function drop(counter)
  if counter.stop - counter.base < DROP_AT_LEAST then return end
  local first = counter.stop
  for _, view in pairs(counter.views) do
    advance(counter, view, now - view.keep)
    first = math.min(first, view.head)
  end
  local unseen = first - counter.base
  if unseen < DROP_AT_LEAST or unseen * 2 < counter.stop - counter.base then return end
  redis.call('LTRIM', counter.cells, unseen * 2, -1)
  counter.base = first
end

local function put(counter, at, amount)
  if counter.stop > counter.base then
    local last, held = cell(counter, counter.stop - 1)
    at = math.max(at, last)
    if amount == 0 then return at end
    if at == last then
      redis.call('LSET', counter.cells, -1, text(held + amount))
    else
      redis.call('RPUSH', counter.cells, text(at), text(amount))
      counter.stop = counter.stop + 1
    end
  else
    if amount == 0 then return at end
    redis.call('RPUSH', counter.cells, text(at), text(amount))
    counter.stop = counter.stop + 1
  end
  for _, view in pairs(counter.views) do view.sum = view.sum + amount end
  return at
end

local function giveBack(counter, at, amount)
  local low, high = counter.base, counter.stop
  while low < high do
    local middle = math.floor((low + high) / 2)
    if cell(counter, middle) < at then low = middle + 1 else high = middle end
  end
  if low == counter.stop then return end
  local found, held = cell(counter, low)
  if found ~= at then return end
  local returned = math.min(held, amount)
  redis.call('LSET', counter.cells, (low - counter.base) * 2 + 1, text(held - returned))
  for _, view in pairs(counter.views) do
    if view.head <= low then view.sum = view.sum - returned end
  end
end

local counters, unknown = {}, {}
for i, key in ipairs(asked.counters) do
  if key[1] == 'w' then
    counters[i] = load(key[2])
  else
    local calls = redis.call('GET', prefix .. 'r:' .. key[2])
    if calls then counters[i] = { calls = whole(calls), key = prefix .. 'r:' .. key[2] } end
  end
  if not counters[i] then unknown[#unknown + 1] = i - 1 end
end
if #unknown > 0 then return {'unknown', unknown} end
if asked.until_ms and now >= asked.until_ms then return {'late', now} end

local function take(demands)
  local fits, answer = true, {}
  for _, one in ipairs(demands) do
    local counter, room = counters[one.at + 1], one.room
    if counter.calls then
      fits = fits and counter.calls <= room
      answer[#answer + 1] = counter.calls
      answer[#answer + 1] = 0
    else
      local view = viewOf(counter, one.shape, one.keep)
      advance(counter, view, one.since or now - one.window)
      fits = fits and view.sum <= room
      answer[#answer + 1] = view.sum
      answer[#answer + 1] = (room < 0 or view.sum <= room) and now or freedAt(counter, view, room)
    end
  end
  if fits then
    for i, one in ipairs(demands) do
      local counter = counters[one.at + 1]
      if counter.calls then counter.calls = counter.calls + 1
      else
        drop(counter)
        answer[i * 2] = put(counter, one.cell or now, one.amount)
      end
    end
  end
  return { fits and 1 or 0, answer }
end

local results = {}
for i, act in ipairs(asked.acts) do
  results[i] = 0
  if act.take then results[i] = take(act.take)
  else
    local counter = counters[act.at + 1]
    if counter.calls then counter.calls = math.max(0, counter.calls - 1)
    else giveBack(counter, act.cell, act.amount) end
  end
end

local keeps = {}
for i, counter in ipairs(counters) do
  if counter.calls then
    redis.call('SET', counter.key, text(counter.calls), 'PX', asked.calls_ms)
    keeps[i] = {0, 0}
  else
    local fields = { 'b', text(counter.base), 'k', text(counter.keep) }
    for shape, view in pairs(counter.views) do
      fields[#fields + 1] = shape
      fields[#fields + 1] = text(view.head) .. ' ' .. text(view.sum) .. ' ' .. text(view.keep)
    end
    redis.call('HSET', counter.hash, unpack(fields))
    local left = text(counter.keep + IDLE_MS)
    redis.call('PEXPIRE', counter.hash, left)
    redis.call('PEXPIRE', counter.cells, left)
    keeps[i] = { counter.keep, counter.kept }
  end
end
redis.call('SET', KEYS[2], text(now), 'PX', ${CLOCK_MS})
return {'taken', now, results, keeps}
`;
