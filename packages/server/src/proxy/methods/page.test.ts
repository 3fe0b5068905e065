import { expect, it } from 'vitest';
import { PAGE_ITEMS } from '../../limits/index.ts';
import { pageOf } from './page.ts';

const items = Array.from({ length: PAGE_ITEMS * 2 + 1 }, (_, index) => ({
  name: `t${String(index).padStart(6, '0')}`,
}));

it('gives every item once, page after page', () => {
  const seen: unknown[] = [];
  let after: string | undefined = '';
  for (let pages = 0; after !== undefined && pages < 10; pages += 1) {
    const page = pageOf(items, 'name', after);
    seen.push(...page.items);
    after = page.last;
  }
  expect(seen).toEqual(items);
});

it('ends exactly at the bound without a further page', () => {
  expect(pageOf(items.slice(0, PAGE_ITEMS), 'name', '')).toEqual({ items: items.slice(0, PAGE_ITEMS) });
});

it('goes on after an item that is gone, and is empty after the last', () => {
  expect(pageOf(items, 'name', 't000000a').items[0]).toBe(items[1]);
  expect(pageOf(items, 'name', 'u')).toEqual({ items: [] });
});
