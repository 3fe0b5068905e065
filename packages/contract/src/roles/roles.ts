/** What a member of an organisation is. The first may everything. */
export const ROLES = ['admin', 'policy_manager', 'approver', 'viewer'] as const;
export type Role = (typeof ROLES)[number];

/** What a role may, by the rows of the table of roles; every endpoint needs at most one. */
export const PERMISSIONS = {
  /** See servers, names and texts of policies, names of grants, the decision log. */
  read: ['admin', 'policy_manager', 'approver', 'viewer'],
  /** Create, edit and delete policies, attach them to grants, accept drift. */
  write_policies: ['admin', 'policy_manager'],
  /** Consent to calls, or refuse them. */
  decide_approvals: ['admin', 'approver'],
  /** Mint, rotate, reveal, pause and revoke grants. */
  manage_grants: ['admin'],
  /** Add, edit and delete servers, and what the gateway presents to them. */
  manage_servers: ['admin'],
  /** Members, roles, sign-in settings, API keys, retention. */
  manage_organization: ['admin'],
  /** Read the audit log of the administration. */
  read_audit: ['admin'],
} as const satisfies Readonly<Record<string, readonly Role[]>>;

export type Permission = keyof typeof PERMISSIONS;

export function hasPermission(role: Role, permission: Permission): boolean {
  const roles: readonly Role[] = PERMISSIONS[permission];
  return roles.includes(role);
}

/** Whether `role` may nothing that `other` may not: who is `other` can give it on. */
export function isWithin(role: Role, other: Role): boolean {
  // A cast: the keys of the table are the permissions.
  const all = Object.keys(PERMISSIONS) as readonly Permission[];
  return all.every((permission) => !hasPermission(role, permission) || hasPermission(other, permission));
}

/** Stands for a person's id in what the operator made on the command line. */
export const BY_COMMAND_LINE = 'command_line';
