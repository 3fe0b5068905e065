import { useEffect, useSyncExternalStore } from 'react';

/** Of the name of the page that is shown, by which its main part is named. */
export const TITLE_ID = 'title';

let mark = '';
const listeners = new Set<() => void>();

/** Puts something before the title of the window, whatever page is there; empty takes it away. */
export function markTitle(next: string): void {
  mark = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** The title of the window while a page is there. */
export function useTitle(title: string): void {
  const before = useSyncExternalStore(subscribe, () => mark);
  useEffect(() => {
    document.title = `${before}${title} · Boomgate`;
  }, [before, title]);
}
