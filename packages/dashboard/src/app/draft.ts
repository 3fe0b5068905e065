import { useLocation } from '@tanstack/react-router';

/** A document that another page wrote for a policy, and nobody has saved yet. */
export type Draft = {
  readonly text: string;
  /** The version that it was made from; absent for a new policy. */
  readonly base?: number;
};

declare module '@tanstack/react-router' {
  interface HistoryState {
    draft?: Draft;
  }
}

/** The draft that one was led here with; it stays with the place in the browser's history, and is in no address. */
export function useDraft(): Draft | undefined {
  return useLocation({ select: ({ state }) => state.draft });
}
