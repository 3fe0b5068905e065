import { describe, expect, it } from 'vitest';
import { kindOf } from '../run/doctor/folder.ts';
import { checkNode } from '../run/doctor/node.ts';
import { palette } from '../terminal/index.ts';
import { printDoctor } from './index.ts';

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
    const text = printDoctor(checks, { paint: palette(false), width: 80 });
    expect(text).toMatch(/second\n {2}odd: look at it\n\nfirst\n {2}broken: mend it$/);
  });

  it('never writes what a file holds to the terminal as it is', () => {
    const found = 'x\u001b[2J'.padEnd(200, 'y');
    const text = printDoctor([{ check: 'server \u202e', state: 'wrong', found }], {
      paint: palette(false),
      width: 80,
    });
    for (const harmful of ['\u001b', '\u202e']) expect(text).not.toContain(harmful);
    expect(text.split('\n')[1]?.length).toBeLessThanOrEqual(80);
  });
});
