/** Where the text stands next, or the end of all when it does not. */
export function nextOf(text: string, wanted: string, from: number): number {
  const found = text.indexOf(wanted, from);
  return found < 0 ? text.length : found;
}
