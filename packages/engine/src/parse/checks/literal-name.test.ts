import { describe, expect, it } from 'vitest';
import { problemsOf } from '../../../cases/parsing.ts';

const named = (name: string) =>
  problemsOf({ version: '1', default: 'allow', hide: ['a', name], tools: { [`${name}_`]: {} } });

describe('a name that only looks like one, or like a pattern of another kind', () => {
  it.each(['get_?', 'get_[ab]', '^get_.*$', 'a|b', '{a,b}_*', 'get\\w', 'get\u200b', '\u00a0get'])(
    'is a warning: %s',
    (name) => {
      expect(named(name)).toMatchObject([
        { code: 'bad_name', severity: 'warning', pointer: '/hide/1' },
        { code: 'bad_name', severity: 'warning', pointer: `/tools/${name}_` },
      ]);
    },
  );

  it.each(['get_*', 'admin.tools.list', 'files-read', 'größe', 'a/b', 'a:b', 'a b'])(
    'is none for %s',
    (name) => {
      expect(named(name)).toEqual([]);
    },
  );

  it('is none for an entry where the default denies, which lets nothing through then', () => {
    expect(problemsOf({ version: '1', default: 'deny', tools: { 'get_?': {} } })).toEqual([]);
  });
});
