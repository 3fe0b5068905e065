/** What one statement is about, at most. */
const MOST_AT_ONCE = 64;

/** In lots of a power of two, so that there are few texts of a statement, which stay prepared. */
export function* lotsOf<One>(all: readonly One[]): Generator<readonly One[]> {
  for (let at = 0; at < all.length; ) {
    const length = Math.min(MOST_AT_ONCE, 2 ** Math.floor(Math.log2(all.length - at)));
    yield all.slice(at, at + length);
    at += length;
  }
}
