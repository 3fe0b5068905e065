import { useEffect, useId, useRef } from 'react';
import { Button } from './button.tsx';

/**
 * Where the focus goes when a thing of a list is taken away, and its button with it: to the button of the one that stands there
 * then, or of the last one, or to the button that adds one.
 */
export function useRemoval(): {
  /** Of each button that takes a thing away. */
  readonly removes: object;
  /** Of the button that adds one. */
  readonly adds: object;
  /** The thing at this place is being taken away. */
  readonly noteRemoved: (at: number) => void;
  /** Of a `RemoveButton`: which thing it takes away, and how. */
  readonly removing: (at: number, take: () => void) => object;
} {
  const id = useId();
  const removed = useRef<number>(undefined);
  useEffect(() => {
    const at = removed.current;
    if (at === undefined) return;
    removed.current = undefined;
    const named = (what: string) =>
      document.querySelectorAll<HTMLElement>(`[data-${what}="${CSS.escape(id)}"]`);
    const left = [...named('removes')];
    (left[Math.min(at, left.length - 1)] ?? named('adds')[0])?.focus();
  });
  const removes = { 'data-removes': id };
  const noteRemoved = (at: number) => {
    removed.current = at;
  };
  return {
    removes,
    adds: { 'data-adds': id },
    noteRemoved,
    removing: (at, take) => ({
      ...removes,
      onClick() {
        noteRemoved(at);
        take();
      },
    }),
  };
}

/** A cross beside a thing of a list; `label` says of which. */
export function RemoveButton({ label, ...removing }: { readonly label: string }) {
  return (
    <Button kind="quiet" aria-label={label} {...removing}>
      ✕
    </Button>
  );
}
