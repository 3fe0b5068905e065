import { isJsonObject, type Json, type JsonObject } from '@boomgate/engine';
import { ownTurn } from '../turns.ts';
import { type SecretKind, SHORTEST_FORM } from './forms.ts';
import { redacted, withoutSecrets } from './redact.ts';
import { type Secret, searchPieces } from './search.ts';

/** The kinds of secrets that were found, each with the member of the tree under which it was found first. */
type Sightings = ReadonlyMap<SecretKind, string>;

type Looking = {
  /** Whose turns it takes when there is much to look at. */
  readonly who: string;
  /** Puts a mark in the place of each secret, in the tree itself, which has to be the caller's own. */
  readonly redacts: boolean;
};

/** Characters after which others have their turn, and what an entry of a tree costs beside its own. */
const IN_A_TURN = 256 * 1024;
const ENTRY = 16;

/** Looks for secrets in all texts of a tree, and in the names of its members. */
export async function lookForSecrets(tree: JsonObject, { redacts, who }: Looking): Promise<Sightings> {
  const seen = new Map<SecretKind, string>();
  let left = IN_A_TURN;
  for (const place of placesIn(tree)) {
    const found: Secret[] = [];
    for (const piece of searchPieces(place.text)) {
      found.push(...piece);
      left -= Math.min(place.text.length, IN_A_TURN);
      if (left <= 0) left = await nextTurn(who);
    }
    for (const { kind } of found) if (!seen.has(kind)) seen.set(kind, withoutSecrets(place.under));
    if (redacts && found.length > 0) put(place, redacted(place.text, found));
    left -= ENTRY;
    if (left <= 0) left = await nextTurn(who);
  }
  return seen;
}

async function nextTurn(who: string): Promise<number> {
  await ownTurn(who);
  return IN_A_TURN;
}

type Holder = JsonObject | readonly Json[];

/** An entry of an object or array; `text` is its value, its name, or nothing that is worth a look. */
type Place = {
  readonly holder: Holder;
  readonly key: string | number;
  readonly isName: boolean;
  readonly text: string;
  /** The member of the tree itself that it is, or stands in. */
  readonly under: string;
};

/** Every entry, its value before its name. */
function* placesIn(tree: JsonObject): Generator<Place> {
  const open: { readonly holder: Holder; readonly under?: string }[] = [{ holder: tree }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { holder } = next;
    for (const key of Array.isArray(holder) ? holder.keys() : Object.keys(holder)) {
      const under = next.under ?? String(key);
      const value = (holder as Record<string | number, Json>)[key];
      if (Array.isArray(value) || isJsonObject(value)) open.push({ holder: value, under });
      yield { holder, key, under, isName: false, text: worthALook(value) };
      const name = worthALook(key);
      if (name !== '') yield { holder, key, under, isName: true, text: name };
    }
  }
}

function worthALook(value: Json | undefined): string {
  return typeof value === 'string' && value.length >= SHORTEST_FORM ? value : '';
}

function put({ holder, isName, key }: Place, text: string): void {
  const value = isName ? (holder as Record<string | number, Json>)[key] : text;
  if (isName) Reflect.deleteProperty(holder, key);
  // Also of a member whose name means something to JavaScript.
  Object.defineProperty(holder, isName ? text : key, {
    ...{ value, writable: true, enumerable: true, configurable: true },
  });
}
