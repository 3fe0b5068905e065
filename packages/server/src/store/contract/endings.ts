/** Grants and API keys that end soon, of one who uses them. */
export type EndingCredentials = {
  readonly organization: string;
  /** Id of the member whose they are; absent where no member owns them. */
  readonly person?: string;
  readonly count: number;
  /** The first of them to end, at most `ENDINGS_TOLD`. */
  readonly credentials: readonly EndingCredential[];
};

export type EndingCredential = {
  readonly kind: 'grant' | 'api_key';
  readonly id: string;
  readonly name: string;
  readonly endsAtMs: number;
};

/** What is told of ends that come. */
export interface Endings {
  /**
   * Has others told of active grants and of API keys that end within the time that `ENDING` gives, once of each end: also one that is put
   * off later ends anew. How many there were.
   */
  tell(of: { readonly nowMs: number; readonly signal?: AbortSignal }): Promise<number>;
}
