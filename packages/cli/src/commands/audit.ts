import { defaultDataDirectory, type Facts } from '../facts.ts';
import type { KnownHead, Plan } from '../plan.ts';
import { type Command, plans, present, type Registration, withExamples } from './command.ts';
import { dataOption, valued } from './options.ts';
import { readHead } from './values.ts';

type VerifyValues = { readonly data?: string; readonly head?: KnownHead };

export function addAudit(program: Command, registration: Registration): void {
  const audit = program.command('audit').description('check that the decision log is as it was written');
  const verify = audit
    .command('verify')
    .description('name every row that was changed, removed, moved or put in')
    .addOption(
      valued(
        '--head <link:hash>',
        'the end that an earlier run printed; the log must still contain it',
        readHead,
      ),
    )
    .addOption(dataOption());
  withExamples(verify, ['boomgate audit verify', 'boomgate audit verify --json']);
  plans<VerifyValues>(verify, registration, planVerify);
}

export function planVerify(_: readonly string[], { data, head }: VerifyValues, facts: Facts): Plan {
  return { kind: 'audit_verify', data: data ?? defaultDataDirectory(facts), ...present({ head }) };
}
