import type { Comfy } from './comfy.ts';

/** A request as a route sees it. */
export type Asked = {
  readonly method: string;
  readonly query: URLSearchParams;
  /** What stands for `{name}` in the route. */
  readonly parts: Readonly<Record<string, string>>;
  readonly type: string;
  readonly body: Buffer;
};

export type Reply = {
  readonly status: number;
  readonly body?: object | string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
};

export type Route = (asked: Asked, comfy: Comfy) => Reply | Promise<Reply>;

/** The empty answer of `web.Response(status=…)`. */
export const empty = (status: number): Reply => ({ status });
export const json = (body: object, status = 200): Reply => ({ status, body });

/** The body as JSON; an answer 500 follows when it is none, as ComfyUI has no handler for that. */
export function readBody(asked: Asked): Record<string, unknown> {
  const value: unknown = JSON.parse(asked.body.toString('utf8'));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('not an object');
  // JSON.parse makes plain objects with string keys.
  return value as Record<string, unknown>;
}

/** The strings of a list in a body; nothing of another type is one of ComfyUI's ids. */
export function idsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((id) => typeof id === 'string') : [];
}

/** Python's `int` of a query parameter; throws as it does. */
export function integer(text: string | null): number | undefined {
  if (text === null) return undefined;
  if (!/^[+-]?\d+$/.test(text)) throw new Error(`invalid literal for int() with base 10: '${text}'`);
  return Number(text);
}
