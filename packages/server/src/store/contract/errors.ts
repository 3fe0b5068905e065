/**
 * Why the store does not do what it is asked to. `unavailable`: not now; to try again may help · `conflict`: what is there already does
 * not allow it · `newer_schema`: a newer version of the program wrote it · `older_schema`: an earlier one did, and a
 * gateway brings it up to date · `locked`: it is for another process to do, or waits for one ·
 * `unreadable`: what is kept, or a key, cannot be read. `message` is for a person and holds no secret.
 */
export class StoreError extends Error {
  readonly code: 'unavailable' | 'conflict' | 'newer_schema' | 'older_schema' | 'locked' | 'unreadable';
  constructor(code: StoreError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreError';
    this.code = code;
  }
}
