/** A step back as servers may read it: between slashes of either kind, at an end, with its characters escaped or not. */
const STEP_BACK = /(?:^|[/\\:]|%2f|%5c)(?:\.|%2e){2}(?:$|[/\\?#]|%2f|%5c)/i;

/**
 * Whether a URI has a step `..`, which servers take away together with the step before it: what it leads to is then not what
 * stands at its beginning, and no pattern over its text tells.
 */
export function climbs(uri: string): boolean {
  return STEP_BACK.test(uri);
}
