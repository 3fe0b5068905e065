type Kind = { readonly status: number; readonly title: string };

/** Every code that an answer may carry, with its HTTP status. Codes are stable; titles are for people and may change. */
export const PROBLEMS = {
  malformed_json: { status: 400, title: 'the body is not the expected JSON' },
  sign_on_stale: {
    status: 400,
    title: 'this sign-in was not started in this browser, took too long or was already used: start again',
  },
  logout_refused: { status: 400, title: 'the logout token is not valid, or was used before' },
  unauthenticated: { status: 401, title: 'sign in, or present a valid API key' },
  wrong_credentials: { status: 401, title: 'e-mail, password or code is wrong' },
  second_factor_needed: { status: 401, title: 'the code of the second factor is needed too' },
  forbidden: { status: 403, title: 'the role does not allow this' },
  person_required: { status: 403, title: 'only a signed-in person may do this, not an API key' },
  second_factor_required: {
    status: 403,
    title: 'the organisation requires a second factor: enrol one first',
  },
  sign_on_refused: { status: 403, title: 'the gateway does not accept this sign-in of the provider' },
  provider_required: {
    status: 403,
    title:
      'the organisation has its members sign in by a provider alone, without a password or passkey of their own here',
  },
  other_network: { status: 403, title: 'the API key is not used from this address' },
  foreign_host: { status: 403, title: 'this host name is not served' },
  foreign_origin: { status: 403, title: 'pages of this origin may not do this' },
  csrf: { status: 403, title: 'the CSRF token of the session is missing or wrong' },
  not_found: { status: 404, title: 'not found: check the address and the id' },
  method_not_allowed: { status: 405, title: 'this address does not take this method' },
  idempotency_conflict: { status: 409, title: 'the Idempotency-Key was already used for another request' },
  idempotency_in_progress: {
    status: 409,
    title: 'the request with this Idempotency-Key is not answered yet',
  },
  last_admin: { status: 409, title: 'the organisation needs an admin: make somebody else one first' },
  already_member: { status: 409, title: 'the person is already a member' },
  already_enrolled: { status: 409, title: 'a second factor is already enrolled' },
  not_enrolled: { status: 409, title: 'no second factor is enrolled' },
  no_password: { status: 409, title: 'the account has no password: it signs in through its provider' },
  no_passkeys_here: {
    status: 409,
    title: 'passkeys need an address with a host name: start the gateway with --public-url',
  },
  own_call: { status: 403, title: 'nobody may approve a call of a grant that they own' },
  not_an_approver: { status: 403, title: 'the policy names other approvers' },
  approval_expired: { status: 409, title: 'the approval has expired: the agent has to call again' },
  approval_used: { status: 409, title: 'the approval was already used: the agent has to call again' },
  approval_ended: { status: 409, title: 'the approval no longer waits for a decision' },
  name_taken: { status: 409, title: 'the name is taken: choose another one' },
  too_many: { status: 409, title: 'the maximum is reached: remove one first' },
  still_due: { status: 409, title: 'it is under way, or will be retried by itself' },
  declared_by_file: { status: 409, title: 'the configuration file declares it: change it there' },
  grant_revoked: { status: 409, title: 'the grant is revoked for good: mint a new one' },
  grant_not_offered: {
    status: 409,
    title: 'this agent may not be given this grant: choose another one',
  },
  server_in_use: { status: 409, title: 'grants still open the server: revoke them first' },
  token_not_kept: {
    status: 409,
    title: 'the token of the grant is not kept: rotate the grant and keep the new one',
  },
  sign_in_not_possible: {
    status: 409,
    title: 'the gateway cannot sign in at this server as it is',
  },
  client_id_needed: {
    status: 409,
    title: 'the authorization server does not know the gateway: register it there, and give its client id',
  },
  drift_changed: { status: 409, title: 'it has changed since it was shown: look again' },
  policy_in_use: { status: 409, title: 'a grant uses the policy: attach another policy to it first' },
  too_many_policies: { status: 409, title: 'the maximum of the organisation is reached: remove some' },
  own_proposal: { status: 403, title: 'nobody may decide their own proposal' },
  not_own_proposal: { status: 403, title: 'only its author may withdraw a proposal: reject it instead' },
  proposal_decided: { status: 409, title: 'the proposal was already decided' },
  proposal_outdated: {
    status: 409,
    title: 'what it changes is no longer as it was: its author has to propose it again',
  },
  access_asked: { status: 409, title: 'you asked for this server already, and it is not decided yet' },
  access_decided: { status: 409, title: 'the request for access was already decided' },
  precondition_failed: { status: 412, title: 'somebody else has changed it: read it again' },
  too_large: { status: 413, title: 'the body is too large' },
  media_type: { status: 415, title: 'expected Content-Type: application/json' },
  invalid_input: { status: 422, title: 'the input is not valid' },
  precondition_required: { status: 428, title: 'send If-Match with the ETag of what you change' },
  too_many_attempts: { status: 429, title: 'too many attempts: wait before the next one' },
  provider_unavailable: {
    status: 502,
    title: 'the answer of the sign-in provider is not valid: try again, or sign in with a password',
  },
  authorization_server_failed: {
    status: 502,
    title: 'the answer of the server or its authorization server is not valid',
  },
  mail_failed: { status: 502, title: 'the mail server did not accept the letter' },
  too_many_streams: { status: 429, title: 'the organisation has too many streams open: close one first' },
  internal: { status: 500, title: 'something went wrong in the gateway' },
  unavailable: { status: 503, title: 'the gateway cannot do this now: try again' },
} as const satisfies Readonly<Record<string, Kind>>;

export type ProblemCode = keyof typeof PROBLEMS;

/** What any request may meet before its endpoint is asked. */
export const COMMON_PROBLEMS = [
  'foreign_host',
  'too_large',
  'internal',
  'unavailable',
] as const satisfies readonly ProblemCode[];
