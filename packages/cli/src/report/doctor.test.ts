import { describe, expect, it } from 'vitest';
import { kindOf } from '../run/doctor/folder.ts';
import { checkNode } from '../run/doctor/node.ts';
import { palette } from '../terminal/index.ts';
import { type Checked, printDoctor } from './index.ts';

describe('the doctor', () => {
  it.each([
    ['22.18.9', 'wrong'],
    ['21.99.0', 'wrong'],
    ['22.19.0', 'ok'],
    ['24.0.1', 'ok'],
  ])('finds Node %s %s', (version, state) => {
    expect(checkNode(version).state).toBe(state);
  });

  it.each([
    [0x6969, 'wrong', 'NFS under the data folder'],
    [0xff534d42, 'wrong', 'CIFS under the data folder'],
    [0xef53, 'ok', 'local'],
    [undefined, 'skipped', 'this system does not tell'],
  ])('takes the kind %s of a file system for %s', (type, state, found) => {
    expect(kindOf(type)).toMatchObject({ state, found });
  });

  it('tells what is wrong last, below what is only worth knowing', () => {
    const checks = [
      { check: 'first', state: 'wrong', found: 'broken', mend: 'mend it' },
      { check: 'second', state: 'note', found: 'odd', mend: 'look at it' },
    ] as const;
    const text = printDoctor(checks, { paint: palette(false), width: 80, all: false });
    expect(text).toMatch(/second\n {2}odd: look at it\n\nfirst\n {2}broken: mend it$/);
  });

  it('tells five of many that are alike, and each that is wrong, unless all are asked for', () => {
    const named = (kind: string) => Array.from({ length: 400 }, (_, at) => `${kind} ${at}`);
    const checks: Checked[] = [
      ...named('policy').map((check) => ({ check, state: 'note' as const, found: 'odd', mend: 'look' })),
      ...named('server').map((check) => ({ check, state: 'ok' as const, found: 'answers' })),
      ...named('grant').map((check) => ({
        check,
        state: 'wrong' as const,
        found: 'broken',
        mend: 'mend it',
      })),
      ...named('client')
        .slice(0, 6)
        .map((check) => ({ check, state: 'ok' as const, found: 'fine' })),
    ];
    const told = (all: boolean) => printDoctor(checks, { paint: palette(false), width: 80, all });
    const [table = '', ...details] = told(false).split('\n\n');
    const rows = table.split('\n');
    expect(rows.filter((row) => row.startsWith('policy')).slice(4)).toEqual([
      expect.stringMatching(/^policy 4 +note +odd$/),
      expect.stringMatching(/^policy … +note +395 more$/),
    ]);
    expect(rows).toContainEqual(expect.stringMatching(/^server … +ok +395 more$/));
    expect(rows.filter((row) => row.startsWith('client'))).toHaveLength(6);
    expect(details).toHaveLength(6 + 400);
    expect(details[5]).toBe('policy …\n  395 more: boomgate doctor --all tells each of them');
    expect(told(true)).toContain('policy 399\n  odd: look');
  });

  it('never writes what a file holds to the terminal as it is', () => {
    const found = 'x\u001b[2J'.padEnd(200, 'y');
    const text = printDoctor([{ check: 'server \u202e', state: 'wrong', found }], {
      paint: palette(false),
      width: 80,
      all: false,
    });
    for (const harmful of ['\u001b', '\u202e']) expect(text).not.toContain(harmful);
    expect(text.split('\n')[1]?.length).toBeLessThanOrEqual(80);
  });
});
