import { describe, expect, it } from 'vitest';
import { openDatabase } from './driver.ts';
import { MAX_STATEMENTS, statementOf } from './run.ts';

const textOf = (number: number) => `select ${number} as found`;

describe('statements that are kept ready', () => {
  it('are prepared once, and let go when others were used since', () => {
    const database = openDatabase(':memory:', { readOnly: false, busyTimeoutMs: 0 });
    const first = statementOf(database, textOf(0));
    const second = statementOf(database, textOf(1));
    for (let at = 2; at < MAX_STATEMENTS; at += 1) statementOf(database, textOf(at));
    expect(statementOf(database, textOf(0))).toBe(first);
    statementOf(database, textOf(MAX_STATEMENTS));
    expect(statementOf(database, textOf(0))).toBe(first);
    expect(statementOf(database, textOf(1))).not.toBe(second);
    expect(first.all()).toEqual([{ found: 0 }]);
  });

  it('see the table as it became', () => {
    const database = openDatabase(':memory:', { readOnly: false, busyTimeoutMs: 0 });
    database.exec('create table things (name text)');
    expect(statementOf(database, 'select * from things').all()).toEqual([]);
    database.exec("alter table things add column kind text; insert into things values ('one', 'two')");
    expect(statementOf(database, 'select * from things').all()).toEqual([{ name: 'one', kind: 'two' }]);
  });
});
