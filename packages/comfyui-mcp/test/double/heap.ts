/**
 * Python's `heapq`, step for step: ComfyUI shows its pending jobs as the raw list of the heap, so the order in which a
 * client finds them is part of the behaviour.
 */
export type Before<Item> = (left: Item, right: Item) => boolean;

export function heapPush<Item>(heap: Item[], item: Item, before: Before<Item>): void {
  heap.push(item);
  rise(heap, { from: heap.length - 1, top: 0 }, before);
}

export function heapPop<Item>(heap: Item[], before: Before<Item>): Item | undefined {
  const last = heap.pop();
  const first = heap[0];
  if (last === undefined || first === undefined) return last;
  heap[0] = last;
  sink(heap, 0, before);
  return first;
}

export function heapify<Item>(heap: Item[], before: Before<Item>): void {
  for (let index = Math.floor(heap.length / 2) - 1; index >= 0; index -= 1) sink(heap, index, before);
}

/** Moves an item towards the top until its parent goes before it. */
function rise<Item>(heap: Item[], { from, top }: { from: number; top: number }, before: Before<Item>): void {
  const item = at(heap, from);
  let position = from;
  while (position > top) {
    const parent = (position - 1) >> 1;
    if (!before(item, at(heap, parent))) break;
    heap[position] = at(heap, parent);
    position = parent;
  }
  heap[position] = item;
}

/** Moves an item down to a leaf along the smaller children, then lets it rise: what `heapq` does to save comparisons. */
function sink<Item>(heap: Item[], top: number, before: Before<Item>): void {
  const item = at(heap, top);
  let position = top;
  for (let child = 2 * position + 1; child < heap.length; child = 2 * position + 1) {
    const right = child + 1;
    if (right < heap.length && !before(at(heap, child), at(heap, right))) child = right;
    heap[position] = at(heap, child);
    position = child;
  }
  heap[position] = item;
  rise(heap, { from: position, top }, before);
}

function at<Item>(heap: readonly Item[], index: number): Item {
  // The callers stay within the heap.
  return heap[index] as Item;
}
