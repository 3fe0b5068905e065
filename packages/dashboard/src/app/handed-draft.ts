import { useRouterState } from '@tanstack/react-router';

/** A document that another page began for a policy: the policy's page shows it as its text, and nobody has saved it yet. */
type HandedDraft = {
  readonly text: string;
  /** The version that it was made from; absent for a new policy. */
  readonly base?: number;
};

declare module '@tanstack/react-router' {
  interface HistoryState {
    readonly draft?: HandedDraft;
  }
}

/** The draft that led to this page; it stays with the entry of the browser's history, and is in no address. */
export function useHandedDraft(): HandedDraft | undefined {
  return useRouterState({ select: ({ location }) => location.state.draft });
}
