import { type Stub, startStub } from './stub.ts';

export const AT_ONCE = 500;
export const MAX = 50;
export const ROUNDS = ['first', 'second'] as const;
export const AMOUNT = 3;
export const SPENDS = 7;

/** For several processes: calls of each of `ROUNDS` have a limit of `MAX`, `spend` one of what `SPENDS` calls of `AMOUNT` take; `hang` is limited by `hangs`. */
export function limitedPolicy(hangs: readonly object[]): object {
  return {
    version: '1',
    default: 'allow',
    tools: {
      ...Object.fromEntries(
        ROUNDS.map((tool) => [tool, { limits: [{ counter: tool, max: MAX, window: 'hour' }] }]),
      ),
      spend: {
        limits: [
          { counter: 'spend', max: AMOUNT * SPENDS + 2, window: 'hour', increment_from: 'args.amount' },
        ],
      },
      hang: { limits: hangs },
      refund: { action: 'require_approval' },
    },
  };
}

/** A server of each era with the tools of that policy. */
export type BothEras = AsyncDisposable & {
  readonly modern: Stub;
  readonly legacy: Stub;
  /** Calls of `hang` that wait at them. */
  readonly hanging: (() => void)[];
};

export async function startBothEras(): Promise<BothEras> {
  const hanging: (() => void)[] = [];
  const tools = [...ROUNDS, 'spend', 'hang', 'free', 'refund'].map((name) => ({ name }));
  const onCall: Parameters<typeof startStub>[0]['onCall'] = async ({ message }) => {
    if (message.params?.['name'] === 'hang') await new Promise<void>((resolve) => hanging.push(resolve));
    return false;
  };
  const modern = await startStub({ era: 'modern', tools, onCall });
  const legacy = await startStub({ era: 'legacy', tools, onCall });
  return {
    ...{ modern, legacy, hanging },
    async [Symbol.asyncDispose]() {
      await modern[Symbol.asyncDispose]();
      await legacy[Symbol.asyncDispose]();
    },
  };
}
