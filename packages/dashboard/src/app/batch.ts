/** Milliseconds after which what gathered is given on also where nothing is drawn, as in a tab that nobody sees. */
const UNSEEN_MS = 1_000;

/** Gathers items, and gives all of them on at the next frame: however many come in between, the page draws once. */
export function batched<Item>(give: (items: readonly Item[]) => void): {
  readonly add: (item: Item) => void;
  readonly stop: () => void;
} {
  let items: Item[] = [];
  let frame = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
  const flush = () => {
    stop();
    const all = items;
    items = [];
    give(all);
  };
  return {
    add: (item) => {
      items.push(item);
      if (items.length > 1) return;
      frame = requestAnimationFrame(flush);
      timer = setTimeout(flush, UNSEEN_MS);
    },
    stop,
  };
}
