/** A name of the contract as people say it: `policy_manager` is "policy manager". */
export function spoken(name: string): string {
  return name.replaceAll('_', ' ');
}
