/** No script, no frame, no form, nothing from elsewhere, and the address is told to nobody. */
const headers = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; form-action 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

/** What a person sees whose agent asked wrongly, where the agent itself cannot be told. */
export const errorPage = {
  headers,
  of: (code: string, why: string | undefined): string =>
    [
      'The agent could not be signed in.',
      `${code}${why === undefined ? '' : `: ${why}`}`,
      'Start again in your agent. If that does not help, show this page to whoever runs the gateway.',
      '',
    ].join('\n\n'),
} as const;
