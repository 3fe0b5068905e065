/** Of one organisation: what admins can still look through. */
export const ACCESS_REQUEST_BOUNDS = {
  /** That wait for an admin. */
  waiting: 200,
  /** Of one person that wait: more servers than anybody needs at once. */
  ofPerson: 20,
  /** That were decided and are still shown; beyond it the oldest are forgotten. */
  decided: 200,
} as const;
