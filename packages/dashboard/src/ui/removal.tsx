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
  const removed = useRef<{ readonly at: number; readonly of: number }>(undefined);
  const named = (what: string) => [
    ...document.querySelectorAll<HTMLElement>(`[data-${what}="${CSS.escape(id)}"]`),
  ];
  useEffect(() => {
    const left = named('removes');
    // Something else may be shown anew before the thing is gone.
    if (removed.current === undefined || left.length >= removed.current.of) return;
    const { at } = removed.current;
    removed.current = undefined;
    (left[Math.min(at, left.length - 1)] ?? named('adds')[0])?.focus();
  });
  const removes = { 'data-removes': id };
  const noteRemoved = (at: number) => {
    removed.current = { at, of: named('removes').length };
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
