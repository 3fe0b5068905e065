import { isJsonObject, type JsonObject, type JsonTexts, jsonTexts, ownProperty } from '@boomgate/engine';
import { MAX_ARGUMENT_NAMES, MAX_NAME_LENGTH } from '../../limits/index.ts';
import { forwardedMeta } from '../message/forwarded-meta.ts';
import type { RequestMessage } from '../message/message.ts';

/** Arguments with their texts: `canonical` for digests, `plain` for the server. */
export type Arguments = {
  readonly args: JsonObject;
  readonly texts: JsonTexts;
  /** Which secrets they seem to hold, where the settings of the server ask for that. */
  readonly secrets?: string | undefined;
};

/** The parameters of a call, read once: what is judged (`name`, `args`) is what is sent (`forwarded`). */
export type CallParams = Arguments & { readonly name: string; readonly forwarded: JsonObject };

export function readCallParams({ meta, params }: RequestMessage): CallParams | { readonly fault: string } {
  const name = ownProperty(params, 'name');
  if (typeof name !== 'string' || name === '' || name.length > MAX_NAME_LENGTH) {
    return { fault: `expected params.name to be a text of 1 to ${MAX_NAME_LENGTH} characters` };
  }
  const given = ownProperty(params, 'arguments');
  if (given !== undefined && !isJsonObject(given))
    return { fault: 'expected params.arguments to be an object' };
  const args = given ?? {};
  const named = Object.keys(args).reduce((sum, key) => sum + key.length, 0);
  if (named > MAX_ARGUMENT_NAMES) {
    return {
      fault: `expected names of arguments of at most ${MAX_ARGUMENT_NAMES} characters together, found ${named}`,
    };
  }
  return {
    name,
    args,
    texts: jsonTexts(args),
    forwarded: { name, ...(given === undefined ? {} : { arguments: args }), ...forwardedMeta(meta) },
  };
}
