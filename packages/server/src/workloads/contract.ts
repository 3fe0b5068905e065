/** Who vouches for programs, as the configuration file declares it. */
export type WorkloadIssuer = {
  /** Its key in the file. */
  readonly id: string;
  /** Exactly as its tokens spell it. */
  readonly issuer: string;
  /** For whom its tokens have to be; absent: for the gateway's own address. */
  readonly audience?: string;
  /** May be reached at loopback, private and link-local addresses. */
  readonly allowPrivate: boolean;
};

/** Which programs a grant is for. */
export type WorkloadRule = {
  readonly issuer: WorkloadIssuer;
  /** A whole subject, or a beginning that ends in `/*` or `:*`. */
  readonly subject: string;
  /** Further claims: a text that each has to be, or to have among several. */
  readonly claims: Readonly<Record<string, string>>;
};

/** What is proven of a program. */
export type Workload = {
  readonly issuer: WorkloadIssuer;
  readonly subject: string;
  readonly claims: Readonly<Record<string, unknown>>;
};
