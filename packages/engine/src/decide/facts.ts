import { type Facts, type Found, Work } from '../conditions/index.ts';
import type { JsonObject } from '../json/json.ts';
import { toLocalMs } from '../limits/index.ts';
import type { Call } from './decision.ts';

/** What the paths of policy language §4 start from, for one call. `time` is made only if a rule asks for it. */
export class CallFacts implements Facts {
  readonly args: JsonObject;
  readonly tool: JsonObject;
  readonly grant: JsonObject;
  readonly server: JsonObject;
  readonly client: JsonObject;
  readonly found: (Found | undefined)[] = [];
  readonly work = new Work();
  readonly #nowMs: number;
  readonly #timeZone: string;
  #time: JsonObject | undefined;

  constructor(call: Call, timeZone: string) {
    this.args = call.args;
    // These records hold JSON under optional keys that are absent, never undefined, as paths need it.
    this.tool = call.tool as JsonObject;
    this.client = call.client as JsonObject;
    this.grant = call.grant;
    this.server = call.server;
    this.#nowMs = call.nowMs;
    this.#timeZone = timeZone;
  }

  get time(): JsonObject {
    this.#time ??= timeFacts(this.#nowMs, this.#timeZone);
    return this.#time;
  }
}

function timeFacts(nowMs: number, timeZone: string): JsonObject {
  const local = new Date(toLocalMs(nowMs, timeZone));
  if (Number.isNaN(local.getTime())) return {};
  const weekday = ((local.getUTCDay() + 6) % 7) + 1;
  return { hour: local.getUTCHours(), weekday, date: local.toISOString().slice(0, 10) };
}
