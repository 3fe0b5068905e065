/** Whether what a text leads to is at home in this process. */
export type IsOwn = (text: string) => boolean;

/** One that is, of texts that are never the same twice: each process has its share of them, so that a few tries are enough. */
export function ownText(isOwn: IsOwn, make: () => string): string {
  for (;;) {
    const text = make();
    if (isOwn(text)) return text;
  }
}
