/** Times leave as RFC 3339 in UTC. */
export function momentOf(atMs: number): string {
  return new Date(atMs).toISOString();
}
