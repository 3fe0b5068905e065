/** What is read of a person; absent of whom the directory does not say it. */
export type Attributes = {
  userName?: string;
  externalId?: string;
  /** A mailbox, in lower case. */
  email?: string;
  displayName?: string;
  givenName?: string;
  familyName?: string;
  isActive?: boolean;
};

/** RFC 7644, 3.12; of its kinds those that are told. */
export type ScimFault = {
  readonly status: number;
  readonly scimType?:
    | 'invalidFilter'
    | 'invalidSyntax'
    | 'invalidPath'
    | 'invalidValue'
    | 'noTarget'
    | 'uniqueness'
    | 'tooMany';
  readonly detail: string;
};

export type ScimResult<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly fault: ScimFault };

export function fault(
  scimType: NonNullable<ScimFault['scimType']>,
  detail: string,
): { readonly ok: false; readonly fault: ScimFault } {
  return { ok: false, fault: { status: 400, scimType, detail } };
}
