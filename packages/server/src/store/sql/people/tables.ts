/** The tables of people as migrations leave them. Times in milliseconds, truths as 0 and 1, hashes in hex. */
export type PeopleTables = {
  people: {
    id: string;
    email: string;
    name: string;
    password_hash: string | null;
    totp_secret: string | null;
    totp_confirmed: number;
    /** The newest step of TOTP that was used; 0 before the first. */
    totp_step: number;
    created_at: number;
  };
  recovery_codes: { person: string; hash: string };
  organizations: {
    id: string;
    name: string;
    require_second_factor: number;
    require_second_person: string;
    /** 1 or 0. */
    agents_stopped: number;
    version: number;
    created_at: number;
    /** Nothing but this row is left of it then. */
    removed_at: number | null;
  };
  members: {
    id: string;
    organization: string;
    person: string;
    role: string;
    created_at: number;
    /** 1 or 0. */
    /** Whether letters are wanted, of whatever waits; the name is from when only approvals did. */
    mail_approvals: number;
  };
  invitations: {
    id: string;
    organization: string;
    email: string;
    role: string;
    token_hash: string;
    created_by: string;
    created_at: number;
    expires_at: number;
    accepted_at: number | null;
    revoked_at: number | null;
  };
  api_keys: {
    id: string;
    organization: string;
    name: string;
    role: string;
    prefix: string;
    key_hash: string;
    created_by: string;
    created_at: number;
    expires_at: number;
    revoked_at: number | null;
    /** JSON of where it is used from; null: anywhere. */
    networks: string | null;
    used_at: number | null;
  };
  person_sessions: {
    hash: string;
    person: string;
    organization: string;
    created_at: number;
    seen_at: number;
    provider: string | null;
    provider_factor: number;
    device: string | null;
    issuer: string | null;
    issuer_session: string | null;
  };
  external_identities: {
    issuer: string;
    subject: string;
    person: string;
    email: string;
    linked_at: number;
  };
  directory_entries: {
    id: string;
    organization: string;
    provider: string;
    user_name: string;
    /** As names are compared. */
    user_name_key: string;
    external_id: string | null;
    email: string | null;
    display_name: string | null;
    given_name: string | null;
    family_name: string | null;
    state: string;
    /** Whose it is, once an account is known to be theirs. */
    person: string | null;
    /** 1 or 0: it was by this entry that its person stopped being a member. */
    took_out: number;
    version: number;
    created_at: number;
    modified_at: number;
  };
  passkeys: {
    id: string;
    person: string;
    name: string;
    credential: string;
    public_key: Uint8Array;
    counter: number;
    created_at: number;
    used_at: number | null;
  };
  password_resets: { person: string; token_hash: string; expires_at: number };
  setup_code: { id: number; hash: string; expires_at: number };
  kept_answers: { caller: string; key: string; fingerprint: string; sealed: string; forget_at: number };
};
