/** The parts of the page around an element that can have the focus without being a stop for Tab, such as its section; nearest first. */
export function partsAround(element: Element): readonly HTMLElement[] {
  const around: HTMLElement[] = [];
  for (let part = element.parentElement; part !== null; part = part.parentElement)
    if (part.getAttribute('tabindex') === '-1') around.push(part);
  return around;
}

/** Gives the focus to the first of them that is still there. */
export function focusFirst(parts: readonly HTMLElement[]): void {
  parts.find(({ isConnected }) => isConnected)?.focus({ preventScroll: true });
}
