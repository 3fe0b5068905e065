import { useRouterState } from '@tanstack/react-router';

declare module '@tanstack/react-router' {
  interface HistoryState {
    /** A policy document that another page began: the policy page shows it as its text, and nothing is saved by itself. */
    readonly draft?: string;
  }
}

/** The draft that led to this page; it stays with the entry of the browser's history, so that going back loses nothing. */
export function useHandedDraft(): string | undefined {
  return useRouterState({ select: ({ location }) => location.state.draft });
}
