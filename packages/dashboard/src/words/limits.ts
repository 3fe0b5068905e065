/** What of a limit is told in words. */
type Told = {
  readonly kind: 'window' | 'concurrent';
  readonly counter: string;
  readonly max: number;
  readonly window?: string | undefined;
  readonly reset?: 'rolling' | 'calendar' | undefined;
  readonly scope: readonly string[];
};

/** From which part on a limit is nearly used up, and from which it is. */
const NEAR = 0.8;

/** `calls: 10 in any hour, per grant` */
export function limitInWords({ counter, kind, max, reset, scope, window = '' }: Told): string {
  const figure = max.toLocaleString();
  const span =
    kind === 'concurrent' ? 'at once' : reset === 'calendar' ? `each ${window}` : `in any ${window}`;
  return `${counter}: ${figure} ${span}, per ${scope.join(' and ')}`;
}

export function fullness({ max, used }: { readonly used: number; readonly max: number }) {
  const part = max <= 0 ? 1 : used / max;
  return part >= 1 ? 'bad' : part >= NEAR ? 'warn' : 'good';
}
