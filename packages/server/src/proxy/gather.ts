import { STACK_PATIENCE_MS } from '../limits/index.ts';

/**
 * What several servers answer, in their order: of all of them, or of those that did in time once one of them did well.
 * Undefined for those that are late, so that one that hangs does not take the others with it.
 */
export function gather<Answer>(
  asked: readonly Promise<Answer>[],
  isGood: (answer: Answer) => boolean,
): Promise<readonly (Answer | undefined)[]> {
  const answers: (Answer | undefined)[] = asked.map(() => undefined);
  const { promise, reject, resolve } = Promise.withResolvers<readonly (Answer | undefined)[]>();
  let awaited = asked.length;
  let isLate = false;
  const look = (): void => {
    const isEnough = isLate && answers.some((answer) => answer !== undefined && isGood(answer));
    if (awaited === 0 || isEnough) resolve([...answers]);
  };
  const timer = setTimeout(() => {
    isLate = true;
    look();
  }, STACK_PATIENCE_MS);
  asked.forEach((one, at) => {
    one.then((answer) => {
      answers[at] = answer;
      awaited -= 1;
      look();
    }, reject);
  });
  return promise.finally(() => clearTimeout(timer));
}
