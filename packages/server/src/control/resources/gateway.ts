import type { Endpoints } from '@boomgate/contract';
import { MailError } from '../../mail/index.ts';
import { FIRST_ORGANIZATION } from '../../store/index.ts';
import type { ControlContext } from '../context.ts';
import { changed, done, type HandlersOf, refuse, refuseAttempt } from '../frame/index.ts';
import { testLetter } from './letters.ts';
import { directoryAddress, signOnAddress } from './sign-on-address.ts';

const DAY_MS = 86_400_000;

export const gateway = {
  async read(context, { operator }) {
    const { from, retention } = context.operated();
    const isFirst = operator.organization.id === FIRST_ORGANIZATION;
    const address = context.url();
    const addresses = await context.store.gatewayAddress.ofReplicas();
    return done({
      version: context.version,
      address,
      otherAddresses: addresses.filter((one) => one !== address),
      mail: { isConfigured: context.mailer.isConfigured(), ...(from === undefined ? {} : { from }) },
      retention: {
        ...daysOf('decisions', retention.decisions),
        ...daysOf('audit', retention.audit),
        ...daysOf('grants', retention.grants),
      },
      providers: context.signOn
        .list()
        .map(({ allowedDomains, directoryTokenHash, id, issuer, name, role }) => ({
          ...{ id, name, issuer, role },
          allowedDomains: isFirst ? [...allowedDomains] : [],
          logoutAddress: signOnAddress(context, id, 'backchannel-logout'),
          ...(directoryTokenHash === undefined ? {} : { directoryAddress: directoryAddress(context, id) }),
        })),
      requiresProvider: context.people.ways.requiresProvider(FIRST_ORGANIZATION),
    });
  },

  async testLetter(context, { from, operator }) {
    const { email, id } = operator.person;
    // None of them counts as succeeded: the bound is on letters.
    const attempt = { account: `test letter ${id}`, address: from.address };
    const taken = context.people.attempts.take(attempt, context.clock.wallMs());
    if ('waitMs' in taken) return refuseAttempt({ fault: 'too_many_attempts', waitMs: taken.waitMs });
    const fault = await faultOf(context, email);
    if (fault !== undefined) return refuse('mail_failed', { detail: fault });
    return changed(done({ to: email }), { target: { kind: 'person', id, name: email } });
  },
} satisfies HandlersOf<Endpoints['gateway']>;

async function faultOf({ mailer, url }: ControlContext, to: string): Promise<string | undefined> {
  try {
    await mailer.send(testLetter(to, url()));
    return undefined;
  } catch (error) {
    if (error instanceof MailError) return error.message;
    throw error;
  }
}

function daysOf<Name extends string>(name: Name, kept: number | 'forever'): Partial<Record<Name, number>> {
  // A cast: the one member that the type has.
  return (kept === 'forever' ? {} : { [name]: kept / DAY_MS }) as Partial<Record<Name, number>>;
}
