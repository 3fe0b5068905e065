/** Why a sign-in by a provider came to nothing. Only these: an address cannot put words on this page. */
const REFUSALS: ReadonlyMap<string, string> = new Map([
  ['sign_on_stale', 'This sign-in took too long, or was started in another browser. Start again.'],
  ['sign_on_refused', 'The gateway does not accept this sign-in of the provider.'],
  ['provider_unavailable', 'The provider does not answer as it should. Try again, or sign in another way.'],
]);

const REASONS: ReadonlyMap<string, string> = new Map([
  ['email_unverified', 'The provider names no e-mail address of yours, or does not say that it is verified.'],
  [
    'account_exists',
    'An account with your e-mail address exists: sign in as you did before, or ask who runs the gateway.',
  ],
  ['stranger', 'Nobody here knows you yet. Ask an admin for an invitation.'],
  [
    'not_in_directory',
    'Your directory has not said yet that you may join. Try again in an hour, or ask who runs it.',
  ],
  ['directory_closed', 'Your directory says that your account here is closed. Ask who runs it.'],
  ['no_admin', 'Nobody has set this gateway up yet. Ask who runs it.'],
  ['no_member', 'You are not a member of any organisation here. Ask an admin for an invitation.'],
]);

export function refusalOf({
  problem = '',
  why = '',
}: {
  readonly problem?: string;
  readonly why?: string;
}): string | undefined {
  return REASONS.get(why) ?? REFUSALS.get(problem);
}
