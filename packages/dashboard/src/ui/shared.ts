import { useSyncExternalStore } from 'react';

/** A value outside of components that any of them shows, and anything changes. */
type Shared<Value> = {
  readonly now: () => Value;
  readonly put: (next: Value) => void;
  /** Calls `listener` after each change, until what it returns is called. */
  readonly subscribe: (listener: () => void) => () => void;
  /** For a component that shows it. */
  readonly use: () => Value;
};

export function shared<Value>(first: Value): Shared<Value> {
  let value = first;
  const listeners = new Set<() => void>();
  const now = () => value;
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
  return {
    now,
    subscribe,
    put(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of listeners) listener();
    },
    use: () => useSyncExternalStore(subscribe, now),
  };
}
