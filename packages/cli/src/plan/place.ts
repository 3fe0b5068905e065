/** Where the store is: in the data folder, or in the database, where one is named. Shown by `shownPlan` alone. */
export type Place = {
  readonly data: string;
  /** `postgres://…`, with the password. */
  readonly database?: string;
  /** Beside a database: `redis://…` or `rediss://…`, with the password. Of commands that admit calls, or look whether they could be. */
  readonly redis?: string;
};
