import { askSignOn, type Config, checkMail, MailError, openSignOn, systemClock } from '@boomgate/server';
import type { Facts } from '../../facts.ts';
import type { DoctorPlan } from '../../plan/index.ts';
import type { Checked } from '../../report/index.ts';

/** What people need besides the gateway: the mail server that takes its letters, and the providers by which they sign in. */
export async function checkForPeople(
  { mail, providers }: Pick<Config, 'mail' | 'providers'>,
  { probes }: Pick<DoctorPlan, 'probes'>,
  { proxy }: Facts,
): Promise<readonly Checked[]> {
  const signOn = openSignOn({ providers: () => providers, ask: askSignOn(proxy), clock: systemClock() });
  const looks = [
    ...(mail === undefined ? [] : [{ check: 'mail', look: () => lookAtMail(mail) }]),
    ...providers.map((provider) => ({
      check: `provider ${provider.id}`,
      look: async (): Promise<Found> => {
        const begun = await signOn.begin(provider, NOWHERE);
        if (begun.ok) return { state: 'ok', found: 'says where people sign in' };
        const mend =
          'nobody signs in by it until then: look at its issuer, and whether the gateway reaches that';
        return { state: 'wrong', found: begun.why, mend };
      },
    })),
  ];
  if (!probes) return looks.map(({ check }) => ({ check, ...NOT_ASKED }));
  return Promise.all(looks.map(async ({ check, look }) => ({ check, ...(await look()) })));
}

/** Nobody is sent there. */
const NOWHERE = 'https://gateway.invalid/';

type Found = Omit<Checked, 'check'>;

const NOT_ASKED: Found = { state: 'skipped', found: 'not asked, because of --no-probe' };

async function lookAtMail(mail: NonNullable<Config['mail']>): Promise<Found> {
  try {
    await checkMail(mail);
    return { state: 'ok', found: `${mail.host} would take letters` };
  } catch (error) {
    if (!(error instanceof MailError)) throw error;
    const mend =
      'nobody gets letters until then: look at "mail" of the configuration, and at the log of the mail server';
    return { state: 'wrong', found: error.message, mend };
  }
}
