/** Ids of legacy sessions that the agent ended; forgotten after their sealed lifetime. */
export interface EndedSessions {
  end(sessionId: string, forgetAtMs: number): Promise<void>;
  isEnded(sessionId: string): boolean;
}
