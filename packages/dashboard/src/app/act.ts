import type { InputFault } from '@boomgate/contract';
import { useEffect, useState } from 'react';
import { capital } from '../ui/index.ts';
import { ApiProblem, sayFaults } from './api.ts';
import { resume } from './session.ts';

export type Acting = {
  readonly isBusy: boolean;
  /** What is wrong as a whole, or with what no field asks about; undefined when every fault belongs to a field. */
  readonly problem: string | undefined;
  /** What is wrong with the member of the body that this name has. */
  readonly faultOf: (name: string) => string | undefined;
  /** Runs one change after the other; undefined when it failed, and then says why. */
  readonly run: <Result>(change: () => Promise<Result>) => Promise<Result | undefined>;
  /** The same for a change that is answered by nothing: whether it was made. */
  readonly done: (change: () => Promise<unknown>) => Promise<boolean>;
};

/** One change of what the gateway keeps, from a form or a button. */
export function useAct(): Acting {
  const [isBusy, setBusy] = useState(false);
  const [failed, setFailed] = useState<unknown>();
  /** Names that fields asked about. */
  const [asked] = useState(() => new Set<string>());
  const faults = failed instanceof ApiProblem ? (failed.problem.errors ?? []) : [];
  useEffect(() => {
    if (failed !== undefined) goToFault();
  }, [failed]);
  const others = faults.filter((fault) => ![...asked].some((name) => isOf(fault, name)));
  const run = async <Result>(change: () => Promise<Result>): Promise<Result | undefined> => {
    setBusy(true);
    setFailed(undefined);
    try {
      return await change().catch((error: unknown) => afterResuming(error, change));
    } catch (error) {
      setFailed(error);
      return undefined;
    } finally {
      setBusy(false);
    }
  };
  return {
    isBusy,
    problem: faults.length > 0 ? sayOthers(others) : failed === undefined ? undefined : sayProblem(failed),
    faultOf(name) {
      asked.add(name);
      const fault = faults.find((one) => isOf(one, name));
      return fault && capital(fault.message);
    },
    run,
    async done(change) {
      const made = await run(async () => {
        await change();
        return true;
      });
      return made === true;
    },
  };
}

/** Who sent a form that was refused is at the first field to mend, and is told what is wrong with it. */
function goToFault(): void {
  const form = document.activeElement?.closest('form');
  form?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
}

/** A session that began in another tab has a token of its own; with it the change is tried once more. */
async function afterResuming<Result>(error: unknown, change: () => Promise<Result>): Promise<Result> {
  if (!(error instanceof ApiProblem) || error.problem.code !== 'csrf') throw error;
  await resume();
  return change();
}

function isOf({ pointer }: InputFault, name: string): boolean {
  return pointer === `/${name}` || pointer.startsWith(`/${name}/`);
}

function sayOthers(faults: readonly InputFault[]): string | undefined {
  return faults.length === 0 ? undefined : capital(sayFaults(faults));
}

function sayProblem(error: unknown): string {
  if (error instanceof TypeError) return 'The gateway does not answer. Is it running?';
  return capital(error instanceof Error ? error.message : String(error));
}
