import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EXIT_DRAIN_MS, EXIT_RESTED_MS } from '../../src/upstreams/bounds.ts';
import { startChild } from '../../src/upstreams/stdio/child.ts';
import { call, environment, type Opened, opened, scriptServer, until } from './fixtures.ts';
import { manualClock } from './manual-clock.ts';

let room: Opened;
let folder: string;

beforeEach(async () => {
  room = opened();
  folder = await mkdtemp(join(tmpdir(), 'boomgate-stdio-'));
});

afterEach(async () => {
  await room[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

function script(program: string, more: Parameters<typeof scriptServer>[1] = {}) {
  return room.upstreams.for(scriptServer(program, more), 'g');
}

/** Answers calls to `pid` with the id of the process. */
const tellsPid = `onMessage = (m) => m.params?.name === 'pid' && say({ id: m.id, result: { pid: process.pid } });`;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function pidOf(upstream: ReturnType<typeof script>): Promise<number> {
  const answer = await call(upstream, 'pid');
  return answer.kind === 'result' ? Number(answer.result['pid']) : 0;
}

describe('what a process writes', () => {
  /** One that writes more than one read takes and is gone, while its reader rests at each line; and the time after that is over. */
  async function goneUnread() {
    const lines: string[] = [];
    const clock = manualClock();
    const program = `console.log('first'); process.stdin.once('data', () => { console.log('x\\n'.repeat(50_000) + 'last'); process.exit(); });`;
    const known = { file: process.execPath, args: ['-e', program], env: {}, cwd: folder };
    const launch = { kind: 'launch', ...known } as const;
    const reader = { isResting: true };
    const child = startChild(launch, clock, {
      onLine(line) {
        lines.push(line);
        if (reader.isResting) child.pause();
      },
      onStderr: () => {},
    });
    await until(() => lines.length === 1);
    child.write('go');
    await until(() => lines.length > 1 && clock.timers() === 1);
    clock.advance(EXIT_DRAIN_MS);
    await until(() => clock.timers() === 1);
    return { child, clock, lines, reader };
  }

  it('is read also where it ended while its reader rested, behind the long text of another', async () => {
    const { child, lines, reader } = await goneUnread();
    reader.isResting = false;
    child.resume();
    expect(await child.exited).toBe('exited with code 0');
    expect(lines.at(-1)).toBe('last');
  });

  it('is waited for no longer than that once it ended', async () => {
    const { child, clock, lines } = await goneUnread();
    clock.advance(EXIT_RESTED_MS);
    expect(await child.exited).toBe('exited with code 0');
    expect(lines).not.toContain('last');
  });

  it('may be noise between the messages', async () => {
    const upstream = script(`
      console.log('Server ready!\\n\\u001b[32mok\\u001b[0m\\n\\n{"half":');
      onMessage = (m) => { if (m.method === 'tools/call') { console.log('working'); say({ id: m.id, result: { ok: 1 } }); } };
    `);
    expect(await call(upstream, 'a')).toMatchObject({ kind: 'result', result: { ok: 1 } });
  });

  it('is answered locally when it is a request', async () => {
    const upstream = script(`
      let call;
      onMessage = (m) => {
        if (m.method === 'tools/call') { call = m.id; say({ id: 7, method: 'sampling/createMessage', params: {} }); }
        if (m.id === 7) say({ id: call, result: { refused: m.error.code } });
      };
    `);
    expect(await call(upstream, 'a')).toMatchObject({ result: { refused: -32601 } });
  });

  it('goes to the log when it is stderr, without the values of its variables', async () => {
    const target = {
      ...scriptServer(`console.error('key is ' + process.env.KEY); ${tellsPid}`).target,
      env: { KEY: 'very-secret' },
    };
    await pidOf(script('', { target }));
    await until(() => room.logged.some((line) => line.includes('key is ***')));
    expect(room.logged.join()).not.toContain('very-secret');
  });

  it('ends the process when a line is above the cap, and the call may have acted', async () => {
    const upstream = script(`
      onMessage = (m) => m.method === 'tools/call' && setInterval(() => process.stdout.write('x'.repeat(1 << 20)), 1);
    `);
    expect(await call(upstream, 'a')).toMatchObject({ kind: 'failure', code: 'broken', acted: 'maybe' });
    expect(room.upstreams.states()).toMatchObject([
      { state: 'failing', reason: expect.stringContaining('line of more than') },
    ]);
  });

  it.each([
    ['before it', 'JSON.stringify({ jsonrpc: "2.0", id: m.id, result })'],
    ['after it', 'JSON.stringify({ result, jsonrpc: "2.0", id: m.id })'],
  ])('fails one call alone by an answer above the cap that has its id %s, and goes on', async (_, text) => {
    const upstream = script(`
      const result = { content: [{ type: 'text', text: '"id":1}'.repeat(2_000_000) }] };
      let waiting;
      onMessage = (m) => {
        if (m.params?.name === 'waits') waiting = m.id;
        if (m.params?.name === 'large') console.log(${text});
        if (m.params?.name === 'large') say({ id: waiting, result: { pid: process.pid } });
        if (m.params?.name === 'pid') say({ id: m.id, result: { pid: process.pid } });
      };
    `);
    const pid = await pidOf(upstream);
    const waits = call(upstream, 'waits');
    const large = { kind: 'failure', code: 'too_large', acted: 'maybe' };
    expect(await call(upstream, 'large')).toMatchObject(large);
    expect(await waits).toMatchObject({ kind: 'result', result: { pid } });
    expect(await pidOf(upstream)).toBe(pid);
    expect(room.logged.join()).toContain('was not passed on');
  });

  it('may be a line of ten million characters', async () => {
    const upstream = script(
      `onMessage = (m) => m.method === 'tools/call' && say({ id: m.id, result: { big: 'x'.repeat(10_000_000) } });`,
    );
    const answer = await call(upstream, 'a');
    expect(answer.kind === 'result' && answer.bytes).toBeGreaterThan(10_000_000);
  });
});

describe('a process that ends', () => {
  const dies = `
    onMessage = (m) => {
      if (m.params?.name === 'die') process.exit(3);
      if (m.params?.name === 'echo') say({ id: m.id, result: { pid: process.pid } });
    };
  `;

  it('fails its open calls within a second, does not send them again, and starts again for the next call', async () => {
    const upstream = script(dies);
    const other = room.upstreams.for(scriptServer(`${tellsPid}`), 'g');
    expect(await call(upstream, 'echo')).toMatchObject({ kind: 'result' });
    const before = Date.now();
    expect(await call(upstream, 'die')).toMatchObject({ kind: 'failure', code: 'broken', acted: 'maybe' });
    expect(Date.now() - before).toBeLessThan(1_000);
    expect(await pidOf(other)).toBeGreaterThan(0);
    expect(room.upstreams.states()[0]).toMatchObject({
      state: 'failing',
      reason: expect.stringContaining('exited with code 3'),
    });
    expect(await call(upstream, 'echo')).toMatchObject({ kind: 'result' });
    expect(Date.now() - before).toBeGreaterThanOrEqual(1_000);
    expect(room.upstreams.states()[0]).toMatchObject({ state: 'ready' });
  });

  it('is not started again while its backoff runs, and stops for good after five fast failures', async () => {
    const clock = manualClock();
    const own = opened(clock);
    const settings = scriptServer(
      `require('node:fs').appendFileSync(${JSON.stringify(join(folder, 'starts'))}, 'x'); process.exit(1);`,
    );
    const upstream = own.upstreams.for(settings, 'g');
    const codes: string[] = [];
    for (let attempt = 0; attempt < 8; attempt += 1) {
      const answer = await call(upstream, 'a');
      codes.push(answer.kind === 'failure' ? `${answer.code} ${answer.acted}` : answer.kind);
      clock.advance(60_000);
    }
    expect(codes).toEqual([...Array(5).fill('not_started no'), ...Array(3).fill('stopped no')]);
    expect(await readFile(join(folder, 'starts'), 'utf8')).toBe('xxxxx');
    expect(own.upstreams.states()).toMatchObject([
      { state: 'stopped', reason: expect.stringContaining('fast failures') },
    ]);
    await own[Symbol.asyncDispose]();
  });

  it('starts anew, without its past, when its settings say one restart more', async () => {
    const clock = manualClock();
    await using own = opened(clock);
    const mark = join(folder, 'mended');
    const settings = scriptServer(`
      if (!require('node:fs').existsSync(${JSON.stringify(mark)})) process.exit(1);
      onMessage = (m) => m.method === 'tools/call' && say({ id: m.id, result: { content: [] } });
    `);
    for (let attempt = 0; attempt < 6; attempt += 1) {
      await call(own.upstreams.for(settings, 'g'), 'a');
      clock.advance(60_000);
    }
    expect(own.upstreams.states()).toMatchObject([{ state: 'stopped' }]);
    await writeFile(mark, '');
    expect(await call(own.upstreams.for(settings, 'g'), 'a')).toMatchObject({ code: 'stopped' });
    const again = { ...settings, restarts: 1 };
    await own.upstreams.replace([again]);
    expect(await call(own.upstreams.for(again, 'g'), 'a')).toMatchObject({ kind: 'result' });
    expect(own.upstreams.states()).toMatchObject([{ state: 'ready' }]);
  });

  it('fails a call at once while a long backoff runs', async () => {
    const clock = manualClock();
    const own = opened(clock);
    const upstream = own.upstreams.for(scriptServer('process.exit(1);'), 'g');
    await call(upstream, 'a');
    clock.advance(1_000);
    await call(upstream, 'a');
    clock.advance(2_000);
    await call(upstream, 'a');
    expect(await call(upstream, 'a')).toMatchObject({ code: 'not_started', acted: 'no' });
    expect(own.upstreams.states()[0]?.reason).toContain('exited with code 1');
    await own[Symbol.asyncDispose]();
  });
});

describe('a process that does not answer', () => {
  it('is told of a cancellation', async () => {
    const seen = join(folder, 'seen');
    const upstream = script(
      `onMessage = (m) => require('node:fs').appendFileSync(${JSON.stringify(seen)}, m.method + ' ' + (m.params?.requestId ?? '') + '\\n');`,
    );
    const abort = new AbortController();
    const answer = call(upstream, 'a', {}, abort.signal);
    await pause(
      () => readFile(seen, 'utf8').catch(() => ''),
      (text) => text.includes('tools/call'),
    );
    abort.abort();
    expect(await answer).toMatchObject({ code: 'cancelled' });
    await pause(
      () => readFile(seen, 'utf8'),
      (text) => text.includes('notifications/cancelled 2'),
    );
  });

  it('times out', async () => {
    const upstream = script('', { timeouts: { connectMs: 500, firstByteMs: 5_000, idleMs: 200 } });
    expect(await call(upstream, 'a')).toMatchObject({ code: 'timed_out', acted: 'maybe' });
    expect(room.upstreams.states()).toMatchObject([
      { state: 'failing', reason: 'tools/call: no answer in 200 ms' },
    ]);
  });

  it('and never reads its stdin, is not sent more than the queue holds, and is ended', async () => {
    const clock = manualClock();
    const own = opened(clock);
    const stuck = `
      onMessage = (m) => m.method === 'notifications/initialized' && process.stdin.pause();
      setInterval(() => {}, 1000);
    `;
    const upstream = own.upstreams.for(scriptServer(stuck), 'g');
    await upstream.describe();
    const big = 'x'.repeat(4 << 20);
    const answers = Array.from({ length: 8 }, () => call(upstream, 'a', { big }));
    const refused = await Promise.race(answers);
    expect(refused).toMatchObject({ code: 'broken', acted: 'no' });
    clock.advance(10_000);
    const acted = (await Promise.all(answers)).map((answer) =>
      answer.kind === 'failure' ? answer.acted : answer.kind,
    );
    expect(new Set(acted)).toEqual(new Set(['maybe', 'no']));
    await own[Symbol.asyncDispose]();
  });
});

describe('P §7.14 the probe over stdio', () => {
  it.each([
    ['silence', ''],
    ['exit', `onMessage = (m) => m.method === 'server/discover' && process.exit(0);`],
    [
      'an error that is not modern',
      `onMessage = (m) => m.method === 'server/discover' && say({ id: m.id, error: { code: -32601, message: 'x' } });`,
    ],
  ])('takes %s as legacy, asking a process of its own', async (_, program) => {
    const upstream = script(
      `${program}; const asked = onMessage; onMessage = (m) => { asked(m); if (m.method === 'tools/call') say({ id: m.id, result: { ok: 1 } }); };`,
      {
        era: 'auto',
      },
    );
    expect(await call(upstream, 'a')).toMatchObject({ result: { ok: 1 } });
    expect(await upstream.describe()).toMatchObject({ era: 'legacy' });
  });
});

describe('isolation', () => {
  it('runs one process for all grants, or one for each where the server wants that', async () => {
    const settings = scriptServer(tellsPid);
    expect(await pidOf(room.upstreams.for(settings, 'g1'))).toBe(
      await pidOf(room.upstreams.for(settings, 'g2')),
    );
    const own = scriptServer(tellsPid, { id: 'own', isolation: 'grant' });
    const [first, second] = [
      await pidOf(room.upstreams.for(own, 'g1')),
      await pidOf(room.upstreams.for(own, 'g2')),
    ];
    expect(first).not.toBe(second);
    expect(await pidOf(room.upstreams.for(own, 'g1'))).toBe(first);
  });

  it('ends the process of a grant that was not used for ten minutes', async () => {
    const clock = manualClock();
    const own = opened(clock);
    const settings = scriptServer(tellsPid, { isolation: 'grant' });
    const pid = await pidOf(own.upstreams.for(settings, 'g1'));
    clock.advance(599_999);
    expect(isAlive(pid)).toBe(true);
    clock.advance(60_000);
    await until(() => !isAlive(pid));
    const next = await pidOf(own.upstreams.for(settings, 'g1'));
    expect(next).not.toBe(pid);
    await own[Symbol.asyncDispose]();
  });
});

describe('the end', () => {
  it('closes what is no longer registered or has changed, and keeps the rest', async () => {
    const [kept, changed, gone] = ['kept', 'changed', 'gone'].map((id) =>
      scriptServer(tellsPid, { id, slug: id }),
    );
    if (kept === undefined || changed === undefined || gone === undefined)
      throw new Error('three servers were made');
    const pids = await Promise.all([kept, changed, gone].map((each) => pidOf(room.upstreams.for(each, 'g'))));
    await room.upstreams.replace([structuredClone(kept), { ...changed, era: 'auto' }]);
    expect(pids.map(isAlive)).toEqual([true, false, false]);
    expect(room.upstreams.states().map(({ server, state }) => [server, state])).toEqual([
      ['kept', 'ready'],
      ['changed', 'idle'],
    ]);
    expect(await pidOf(room.upstreams.for(structuredClone(kept), 'g'))).toBe(pids[0]);
  });

  it('lets an open call finish', async () => {
    const upstream = script(
      `process.stdin.on('end', () => process.exit()); onMessage = (m) => m.method === 'tools/call' && setTimeout(() => say({ id: m.id, result: { ok: 1 } }), 300);`,
    );
    await upstream.describe();
    const answer = call(upstream, 'a');
    await room[Symbol.asyncDispose]();
    expect(await answer).toMatchObject({ kind: 'result' });
    expect(await call(upstream, 'a')).toMatchObject({ code: 'stopped', acted: 'no' });
  });

  it('takes a process that ignores stdin and SIGTERM with all that it started', async () => {
    const upstream = script(`
      process.on('SIGTERM', () => {});
      setInterval(() => {}, 1000);
      const sleeper = require('node:child_process').spawn('sleep', ['1000'], { stdio: 'inherit' });
      onMessage = (m) => m.method === 'tools/call' && say({ id: m.id, result: { pid: process.pid, sleeper: sleeper.pid } });
    `);
    const answer = await call(upstream, 'pid');
    const pids =
      answer.kind === 'result' ? [Number(answer.result['pid']), Number(answer.result['sleeper'])] : [];
    expect(pids.map(isAlive)).toEqual([true, true]);
    const before = Date.now();
    await room[Symbol.asyncDispose]();
    expect(Date.now() - before).toBeGreaterThanOrEqual(4_900);
    await until(() => !pids.some(isAlive));
  });

  it('leaves no process when the gateway is killed', async () => {
    const program = `
      process.on('SIGTERM', () => {}); setInterval(() => {}, 1000);
      require('node:fs').appendFileSync(${JSON.stringify(join(folder, 'pids'))}, process.pid + '\\n');
      onMessage = (m) => m.method === 'tools/call' && say({ id: m.id, result: {} });
    `;
    const settings = scriptServer(program);
    const args = settings.target.kind === 'stdio' ? settings.target.args : [];
    const gateway = spawn(
      process.execPath,
      [join(import.meta.dirname, 'gateway-process.ts'), process.execPath, ...args],
      {
        env: environment,
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    await once(gateway.stdout, 'data');
    const pids = (await readFile(join(folder, 'pids'), 'utf8')).trim().split('\n').map(Number);
    expect(pids).toHaveLength(2);
    expect(pids.map(isAlive)).toEqual([true, true]);
    gateway.kill('SIGKILL');
    await until(() => !pids.some(isAlive));
  });

  it('leaves no timer and no process after many beginnings', async () => {
    const clock = manualClock();
    const pids: number[] = [];
    for (let round = 0; round < 10; round += 1) {
      const own = opened(clock);
      pids.push(await pidOf(own.upstreams.for(scriptServer(tellsPid), 'g')));
      await own[Symbol.asyncDispose]();
    }
    expect(pids.some(isAlive)).toBe(false);
    expect(clock.timers()).toBe(0);
  });
});

/** Reads until what is read is right, for at most five seconds. */
async function pause(read: () => Promise<string>, isRight: (text: string) => boolean): Promise<void> {
  let text = '';
  const poll = setInterval(async () => {
    text = await read().catch(() => '');
  }, 20);
  await until(() => isRight(text)).finally(() => clearInterval(poll));
}
