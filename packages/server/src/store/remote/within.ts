import { StoreError } from '../contract.ts';

/** Rejects with `StoreError` `unavailable` when the other process has not answered by then: it may stand still for ever. */
export async function within<Answer>(answer: Promise<Answer>, patienceMs: number): Promise<Answer> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () =>
      late.reject(
        new StoreError('unavailable', 'the part of the gateway that writes does not answer: try again'),
      ),
    patienceMs,
  );
  try {
    return await Promise.race([answer, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
