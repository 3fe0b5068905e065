/** The parts of the page around an element that can have the focus, such as its row, its section and the page itself; nearest first. */
export function partsAround(element: Element): readonly HTMLElement[] {
  const around: HTMLElement[] = [];
  for (let part = element.parentElement; part !== null; part = part.parentElement)
    if (part.hasAttribute('tabindex')) around.push(part);
  return around;
}

/** Gives the focus to the first of them that is still there. */
export function focusFirst(parts: readonly HTMLElement[]): void {
  parts.find(({ isConnected }) => isConnected)?.focus({ preventScroll: true });
}

/** What had the focus last, also once it is gone. */
let focused: Element | undefined;

export function isFocusGone(): boolean {
  return focused?.isConnected === false;
}

/**
 * Until it is stopped: what goes with what it did, such as a button or a form, leaves the focus to the part of the page that it stood
 * in. Not to the page as a whole, from which the way back would be longer than from where it was.
 */
export function keepFocus(): () => void {
  let around: readonly HTMLElement[] = [];
  const note = ({ target }: FocusEvent) => {
    if (!(target instanceof Element)) return;
    focused = target;
    around = partsAround(target).filter(({ tagName }) => tagName !== 'MAIN');
  };
  const gone = new MutationObserver(() => {
    if (!isFocusGone()) return;
    if (document.activeElement === document.body) focusFirst(around);
    around = [];
  });
  document.addEventListener('focusin', note);
  gone.observe(document.body, { childList: true, subtree: true });
  return () => {
    document.removeEventListener('focusin', note);
    gone.disconnect();
  };
}
