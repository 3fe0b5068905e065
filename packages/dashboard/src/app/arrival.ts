import { useRouterState } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { isFocusGone, keepFocus } from '../ui/index.ts';

type Place = { readonly path: string; readonly entry: number };

/**
 * Where the focus is once another page is there: on the page, whose name is then told, as the link that led there went with the page
 * before. Who comes back is on the link by which they left.
 */
export function useArrival(): void {
  // Of the page that is shown, not of the one that is still loaded.
  const path = useRouterState({ select: ({ resolvedLocation }) => resolvedLocation?.pathname });
  const entry = useRouterState({ select: ({ resolvedLocation }) => resolvedLocation?.state.__TSR_index });
  const last = useRef<Place>(undefined);
  useEffect(keepFocus, []);
  useEffect(() => {
    if (path === undefined || entry === undefined) return;
    const left = last.current;
    last.current = { path, entry };
    if (left === undefined || left.path === path) return;
    return arrive(entry < left.entry ? left.path : undefined);
  }, [path, entry]);
}

/** What has the focus already keeps it, unless it stands in the menu. `left` is where somebody comes back from. */
function arrive(left: string | undefined): (() => void) | undefined {
  const page = document.querySelector('main');
  const at = document.activeElement;
  if (page === null || !(at === null || at === document.body || at === page || at.closest('#menu') !== null))
    return;
  // Where it is there already, nobody would hear of the other page.
  page.blur();
  page.focus({ preventScroll: true });
  if (left === undefined) return;
  const linkBack = () =>
    [...page.querySelectorAll('a')].find((link) => link.getAttribute('href')?.split('?')[0] === left);
  const goBack = () => linkBack()?.focus({ preventScroll: true });
  goBack();
  // A list may be read first; nobody is led away from where they went meanwhile.
  const grown = new MutationObserver(() => {
    if (document.activeElement === page) goBack();
    if (document.activeElement !== page) grown.disconnect();
  });
  grown.observe(page, { childList: true, subtree: true });
  return () => grown.disconnect();
}

/**
 * The same for parts of one page that take each other's place: what had the focus may go with the part before. Who only looks on
 * stays where they are.
 */
export function useNextPart(part: string): void {
  const last = useRef(part);
  useEffect(() => {
    if (last.current === part) return;
    last.current = part;
    if (isFocusGone()) arrive(undefined);
  }, [part]);
}
