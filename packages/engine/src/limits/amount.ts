import type { Micros } from '../policy.ts';

const DECIMALS = 6;
const MILLIONTHS = 1_000_000;

/**
 * A number as integer millionths, exact to six decimals; more decimals round up, so that nothing is counted
 * too low (policy language §5). Undefined when negative, not finite, or above 2^53−1 millionths.
 */
export function toMicros(value: number): Micros | undefined {
  if (!Number.isFinite(value) || value < 0) return undefined;
  const { digits, exponent } = decimalOf(value);
  const shift = exponent + DECIMALS;
  const micros = shift >= 0 ? digits * 10n ** BigInt(shift) : divideUp(digits, 10n ** BigInt(-shift));
  if (micros > BigInt(Number.MAX_SAFE_INTEGER)) return undefined;
  // The one place where a plain number becomes an amount.
  return Number(micros) as Micros;
}

/** The number that an amount stands for, in units. */
export function fromMicros(amount: Micros): number {
  return amount / MILLIONTHS;
}

/** The shortest decimal that reads as this number, which is what its author wrote: digits × 10^exponent. */
function decimalOf(value: number): { digits: bigint; exponent: number } {
  const [mantissa = '0', power = '0'] = String(value).split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  return { digits: BigInt(whole + fraction), exponent: Number(power) - fraction.length };
}

function divideUp(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor - 1n) / divisor;
}
