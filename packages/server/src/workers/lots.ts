import { GRANTS_IN_A_MESSAGE, type GrantNews } from '../store/index.ts';

/** In messages of a bounded size, in their order. */
export async function inLots(news: GrantNews, tell: (lot: GrantNews) => Promise<void>): Promise<void> {
  const told: Promise<void>[] = [];
  let { kind } = news;
  for (let at = 0; at === 0 || at < news.grants.length; at += GRANTS_IN_A_MESSAGE) {
    told.push(tell({ kind, grants: news.grants.slice(at, at + GRANTS_IN_A_MESSAGE) }));
    if (kind === 'all') kind = 'put';
  }
  await Promise.all(told);
}
