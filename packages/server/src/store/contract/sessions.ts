export type EndedSession = { readonly id: string; readonly forgetAtMs: number };

/** Ids of legacy sessions that the agent ended; forgotten after their sealed lifetime. */
export interface EndedSessions {
  end(sessionId: string, forgetAtMs: number): Promise<void>;
  isEnded(sessionId: string): boolean;
  /** Learns of those that other replicas ended; which they are. */
  refresh(): Promise<readonly EndedSession[]>;
  /** Those that are not forgotten, with the time at which they may be. */
  all(): readonly EndedSession[];
}
