import { canonicalJson, type Json } from '@boomgate/engine';

/** Whether two values are the same JSON; the order of keys does not count. */
export function equalJson(one: Json, other: Json): boolean {
  return one === other || canonicalJson(one) === canonicalJson(other);
}
