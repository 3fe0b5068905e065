import { describe, expect, it } from 'vitest';
import { MEASURED_SERVERS_MAX } from '../limits/index.ts';
import { Buckets } from './buckets.ts';
import { Exposition } from './exposition.ts';
import { Meter } from './meter.ts';
import { Watch } from './watch.ts';

const decided = { method: 'tools/call', outcome: 'allow', mode: 'enforce' } as const;

describe('what is counted', () => {
  it('has series of its own for so many servers, and one for all beyond', () => {
    const meter = new Meter(new Set(['tools/call']));
    for (let server = 0; server <= MEASURED_SERVERS_MAX; server += 1)
      meter.decided({ ...decided, server: `s${server}` });
    meter.settled({ server: 'new', status: 'result', ms: 1 });
    expect(meter.servers.size).toBe(MEASURED_SERVERS_MAX + 1);
    expect(meter.servers.has(`s${MEASURED_SERVERS_MAX - 1}`)).toBe(true);
    expect(meter.servers.has(`s${MEASURED_SERVERS_MAX}`)).toBe(false);
    const other = meter.servers.get('other');
    expect(other?.decided.get('tools/call')?.get('allow')).toEqual({ enforce: 1, observe: 0 });
    expect(other?.answers.get('result')).toBe(1);
  });

  it('has no method by name that is not in the list', () => {
    const meter = new Meter(new Set(['tools/call']));
    for (const method of ['tools/call', 'a', 'b', '']) meter.decided({ ...decided, method, server: 's' });
    meter.decided({ ...decided, mode: 'observe', server: 's' });
    expect(
      [...(meter.servers.get('s')?.decided ?? [])].map(([name, counts]) => [name, counts.get('allow')]),
    ).toEqual([
      ['tools/call', { enforce: 1, observe: 1 }],
      ['other', { enforce: 3, observe: 0 }],
    ]);
  });
});

describe('a histogram', () => {
  it('counts what is exactly at a bound below it, and what is beyond the last one in the sum of all', () => {
    const buckets = new Buckets([0.1, 1]);
    for (const seconds of [0.1, 0.100001, 1, 1.5]) buckets.observe(seconds);
    expect(buckets.cumulative()).toEqual([1, 3, 4]);
    expect(buckets.sum).toBeCloseTo(2.700001);
  });

  it('is written as Prometheus reads it, beside names that try to write more', async () => {
    const buckets = new Buckets([0.1]);
    buckets.observe(0.05);
    const text = await new Exposition([
      { name: 'h', help: 'seconds', type: 'histogram', read: () => [{ labels: { server: 's' }, buckets }] },
      {
        name: 'c',
        help: 'calls',
        type: 'counter',
        read: () => [{ labels: { server: 'a"\n\\b' }, value: 2 }],
      },
      { name: 'g', help: 'away', type: 'gauge', read: () => Promise.reject(new Error('the store is away')) },
    ]).text();
    expect(text.split('\n')).toEqual([
      '# HELP h seconds',
      '# TYPE h histogram',
      'h_bucket{le="0.1",server="s"} 1',
      'h_bucket{le="+Inf",server="s"} 1',
      'h_sum{server="s"} 0.05',
      'h_count{server="s"} 1',
      '',
      '# HELP c calls',
      '# TYPE c counter',
      'c{server="a\\"\\n\\\\b"} 2',
      '',
      '# HELP g away',
      '# TYPE g gauge',
      '',
    ]);
  });
});

describe("the gateway's own work", () => {
  it('is what is left of a request without its waits, which may overlap', () => {
    const meter = new Meter(new Set());
    const watch = new Watch();
    watch.beginWait(10);
    watch.forwards(20);
    watch.endWait(50);
    watch.endWait(70);
    watch.beginWait(80);
    watch.endWait(90);
    watch.end(100, { meter });
    expect(meter.ownSeconds.forwarded.sum).toBeCloseTo(0.03);
    expect(meter.ownSeconds.answered.sum).toBe(0);
  });
});
