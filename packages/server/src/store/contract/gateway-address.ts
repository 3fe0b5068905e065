/** Where the gateway is reached, for commands that tell people so beside it, or while none runs. */
export interface GatewayAddress {
  /** The base of its URL as of the last start, without a final slash; undefined before the first. */
  last(): Promise<string | undefined>;
  /** Where replicas that are there say they are reached, each address once; none where there are no replicas. */
  ofReplicas(): Promise<readonly string[]>;
  /** Writes where it is another one. */
  started(url: string): Promise<void>;
}
