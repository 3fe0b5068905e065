import { QueryClient } from '@tanstack/react-query';
import { ApiProblem } from './api.ts';

/** Milliseconds that an answer counts as fresh: a person who goes back and forth does not wait again. */
const FRESH_MS = 5_000;
/** Tries besides the first, for what failed on the way. */
const RETRIES = 2;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: FRESH_MS,
      // The gateway has answered: asking again gives the same.
      retry: (count, error) => !(error instanceof ApiProblem) && count < RETRIES,
    },
  },
});
