/** What has been over for so long is deleted. `nowMs` is a moment that has passed by every clock. */
export type Over = {
  readonly nowMs: number;
  readonly keptMs: number;
  /** Ends after the step that is under way. */
  readonly signal?: AbortSignal;
};
