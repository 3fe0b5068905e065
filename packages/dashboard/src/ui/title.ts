import { useEffect } from 'react';
import { shared } from './shared.ts';

/** Of the name of the page that is shown, by which its main part is named. */
export const TITLE_ID = 'title';

/** What stands before the title of the window, whatever page is there. */
const mark = shared('');

/** Puts something before the title of the window; empty takes it away. */
export const markTitle = mark.put;

/** The title of the window while a page is there. */
export function useTitle(title: string): void {
  const before = mark.use();
  useEffect(() => {
    document.title = `${before}${title} · Boomgate`;
  }, [before, title]);
}
