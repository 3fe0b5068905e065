/** Times leave as RFC 3339 in UTC. */
export function momentOf(atMs: number): string {
  return new Date(atMs).toISOString();
}

type Span = { readonly [N in 'since' | 'until' | 'text']: string | undefined };

/** The part of a log that a query asks for, as the store takes it. */
export function spanOf({ since, text, until }: Span) {
  return {
    ...(since === undefined ? {} : { sinceMs: Date.parse(since) }),
    ...(until === undefined ? {} : { untilMs: Date.parse(until) }),
    ...(text === undefined ? {} : { text }),
  };
}
