import type { Letter } from '../../mail/index.ts';

/** To who forgot their password, or to whom somebody else wants to think so. */
export function passwordLetter(to: string, link: string): Letter {
  const text = `Somebody asked for a new password for ${to} at Boomgate.

Set it here, within half an hour:
${link}

If it was not you, do nothing: the password stays as it is.
`;
  return { to, subject: 'New password for Boomgate', text };
}

type Invited = { readonly organization: string; readonly by: string; readonly link: string };

/** Names are somebody's own text, so they stand alone, between quotation marks. */
export function invitationLetter(to: string, { by, link, organization }: Invited): Letter {
  const text = `${by} invites you to the organisation ${JSON.stringify(organization)} at Boomgate.

Accept it here, within a week:
${link}
`;
  return { to, subject: 'An invitation to Boomgate', text };
}

/** To an admin who wants to know whether letters arrive. */
export function testLetter(to: string, address: string): Letter {
  const text = `Letters from the gateway at ${address} arrive here.

You asked for this one in the settings of the dashboard. There is nothing to do.
`;
  return { to, subject: 'A test of Boomgate', text };
}
