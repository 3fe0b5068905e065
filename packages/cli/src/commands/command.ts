import { Command } from 'commander';
import type { Facts } from '../facts.ts';
import type { Plan } from '../plan/index.ts';
import { applyEnvironment } from './options.ts';

/** Takes the one plan that the arguments amount to. */
type Settle = (plan: Plan) => void;
export type Registration = {
  readonly facts: Facts;
  readonly settle: Settle;
  /** How many arguments stand behind `--`; they are the last positional ones. */
  readonly afterDashes: number;
};

/** From positional arguments and option values, as their readers made them, to a plan. */
type MakePlan<Values> = (given: readonly string[], values: Values, facts: Facts) => Plan;

/** Ends a command's definition: what its arguments amount to once the environment has filled the gaps. */
export function plans<Values>(
  command: Command,
  { facts, settle }: Registration,
  make: MakePlan<Values>,
): void {
  command.action(() => {
    const fault = facts.envFault ?? applyEnvironment(command, facts.env);
    if (fault !== undefined) return settle({ kind: 'wrong_use', message: fault });
    const given = command.processedArgs.flat().filter((value): value is string => typeof value === 'string');
    // Commander keeps option values untyped; each command's option readers make exactly these types.
    settle(make(given, command.opts() as Values, facts));
  });
}

/** Examples stand before the options. */
export function withExamples(command: Command, examples: readonly string[]): Command {
  return command.addHelpText('before', `Examples:\n${examples.map((line) => `  ${line}`).join('\n')}\n`);
}

/** The properties of an object that are not undefined, as `exactOptionalPropertyTypes` wants them. */
export function present<T extends object>(object: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(object).filter(([, value]) => value !== undefined);
  // The entries that are left are the object's own without the undefined ones.
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}

export { Command };
