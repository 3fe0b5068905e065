import type { JsonType } from '../json/json.ts';
import { rawNumberText } from '../json/raw-number.ts';

/**
 * A JSON type, or `big`: a number kept as its source text because a double cannot hold it, or `foreign`: not JSON
 * at all (NaN, an infinity, bigint, undefined, a function), which no operator ever judges.
 */
export type Kind = JsonType | 'big' | 'foreign';

export function kindOf(value: unknown): Kind {
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'boolean':
      return 'boolean';
    case 'number':
      return Number.isFinite(value) ? 'number' : 'foreign';
    case 'object':
      return kindOfObject(value);
    default:
      return 'foreign';
  }
}

function kindOfObject(value: object | null): Kind {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return rawNumberText(value) === undefined ? 'object' : 'big';
}

/** The digits of a `big` value that is an integer, else undefined. */
export function integerText(value: unknown): string | undefined {
  const text = rawNumberText(value);
  return text !== undefined && /^-?(0|[1-9]\d*)$/.test(text) ? text : undefined;
}

/** Whether a `big` value is an integer, however it is written: `1e20` is one, as `1.0` is. */
export function isBigInteger(value: unknown): boolean {
  const parts = /^-?(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(rawNumberText(value) ?? '');
  if (parts === null) return false;
  const [, whole = '', fraction = '', exponent = '0'] = parts;
  const decimals = fraction.length - Number(exponent);
  return decimals <= 0 || !/[1-9]/.test((whole + fraction).slice(-decimals));
}
