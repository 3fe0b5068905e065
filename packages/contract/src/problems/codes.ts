type Kind = { readonly status: number; readonly title: string };

/** Every code that an answer may carry, with its HTTP status. Codes are stable; titles are for people and may change. */
export const PROBLEMS = {
  malformed_json: { status: 400, title: 'the body is not the JSON that is expected' },
  sign_on_stale: {
    status: 400,
    title: 'this sign-in was not begun in this browser, took too long or is used: begin again',
  },
  unauthenticated: { status: 401, title: 'sign in, or present an API key that is valid' },
  wrong_credentials: { status: 401, title: 'e-mail, password or code are wrong' },
  second_factor_needed: { status: 401, title: 'the code of the second factor is needed as well' },
  forbidden: { status: 403, title: 'the role does not allow this' },
  person_required: { status: 403, title: 'only a person who is signed in may do this, no API key' },
  second_factor_required: {
    status: 403,
    title: 'the organisation asks for a second factor: enrol one first',
  },
  sign_on_refused: { status: 403, title: 'the gateway does not accept this sign-in of the provider' },
  foreign_host: { status: 403, title: 'this host name is not served' },
  foreign_origin: { status: 403, title: 'pages of this origin may not do this' },
  csrf: { status: 403, title: 'the CSRF token of the session is missing or wrong' },
  not_found: { status: 404, title: 'there is no such thing' },
  method_not_allowed: { status: 405, title: 'this cannot be done here' },
  idempotency_conflict: { status: 409, title: 'the Idempotency-Key was used for another request' },
  idempotency_in_progress: {
    status: 409,
    title: 'the request with this Idempotency-Key is not answered yet',
  },
  last_admin: { status: 409, title: 'the organisation needs an admin: make somebody else one first' },
  already_member: { status: 409, title: 'the person is a member already' },
  already_enrolled: { status: 409, title: 'a second factor is enrolled already' },
  not_enrolled: { status: 409, title: 'no second factor is enrolled' },
  no_password: { status: 409, title: 'the account has no password: it signs in through its provider' },
  no_passkeys_here: {
    status: 409,
    title: 'passkeys need an address with a name: start the gateway with --public-url',
  },
  own_call: { status: 403, title: 'nobody approves a call of a grant that they own' },
  not_an_approver: { status: 403, title: 'the policy names other approvers' },
  approval_expired: { status: 409, title: 'the approval has expired: the agent has to call again' },
  approval_used: { status: 409, title: 'the approval was used: the agent has to call again' },
  approval_ended: { status: 409, title: 'the approval does not wait for a decision' },
  name_taken: { status: 409, title: 'the name is taken: choose another one' },
  too_many: { status: 409, title: 'there are as many as there may be: remove one first' },
  still_due: { status: 409, title: 'it is under way or will be tried again by itself' },
  declared_by_file: { status: 409, title: 'the configuration file declares it: change it there' },
  grant_revoked: { status: 409, title: 'the grant is revoked for good: mint another one' },
  grant_not_offered: {
    status: 409,
    title: 'the grant is not one that this agent may be given: choose another one',
  },
  server_in_use: { status: 409, title: 'grants name the server: revoke them first' },
  token_not_kept: {
    status: 409,
    title: 'the token of the grant is not kept: rotate the grant for one that is',
  },
  sign_in_not_possible: {
    status: 409,
    title: 'the gateway cannot sign in at this server as it is',
  },
  client_id_needed: {
    status: 409,
    title: 'the authorization server of this server knows no client for the gateway: give the id of one',
  },
  drift_changed: { status: 409, title: 'it is not what was shown any more: look again' },
  policy_in_use: { status: 409, title: 'a grant uses the policy: attach another one to it first' },
  too_many_policies: { status: 409, title: 'there are as many as an organisation may have: remove some' },
  own_proposal: { status: 403, title: 'nobody decides about their own proposal' },
  not_own_proposal: { status: 403, title: 'only who made a proposal takes it back: reject it instead' },
  proposal_decided: { status: 409, title: 'the proposal was decided already' },
  proposal_outdated: {
    status: 409,
    title: 'another version is in force than it was made from: save it again',
  },
  precondition_failed: { status: 412, title: 'somebody else changed it meanwhile: read it again' },
  too_large: { status: 413, title: 'the body is too large' },
  media_type: { status: 415, title: 'expected Content-Type: application/json' },
  invalid_input: { status: 422, title: 'the input is not what is expected' },
  precondition_required: { status: 428, title: 'send If-Match with the ETag of what is changed' },
  too_many_attempts: { status: 429, title: 'too many attempts: wait before the next one' },
  provider_unavailable: {
    status: 502,
    title: 'the sign-in provider does not answer as it should: try again, or sign in with a password',
  },
  authorization_server_failed: {
    status: 502,
    title: 'the server, or its authorization server, does not answer as it should',
  },
  mail_failed: { status: 502, title: 'the mail server did not take the letter' },
  too_many_streams: { status: 429, title: 'the organisation has as many streams open as it may' },
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
