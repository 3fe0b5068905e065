import { type Endpoint, FORM, faultWords, type InputFault, type InputOf } from '@boomgate/contract';
import { z } from 'zod';
import { MAX_API_BODY_BYTES, PUBLIC_BODY_BYTES, SHORT_BODY } from '../../limits/index.ts';
import { ownTurn } from '../../turns.ts';
import { readBody, readJsonBytes } from './body.ts';
import type { ApiCall } from './call.ts';
import { type Refusal, refuse } from './handler.ts';

type Fault = Refusal<'not_found' | 'media_type' | 'too_large' | 'malformed_json' | 'invalid_input'>;

export type Read =
  | { readonly ok: true; readonly input: InputOf<Endpoint>; readonly bytes: Uint8Array }
  | Fault;

const NOTHING = z.strictObject({});
const JSON_TYPE = /^application\/json(?:\s*;\s*charset=(?:utf-8|"utf-8"))?$/i;
const FORM_TYPE = /^application\/x-www-form-urlencoded(?:\s*;\s*charset=(?:utf-8|"utf-8"))?$/i;
const NO_BYTES = new Uint8Array();

/** Parameters, query and body as the endpoint describes them; whatever it does not know is refused. */
export async function readInput(endpoint: Endpoint, call: ApiCall): Promise<Read> {
  const params = (endpoint.params ?? NOTHING).safeParse(call.req.param());
  // A name that cannot be there is not there.
  if (!params.success) return refuse('not_found');
  const query = parseQuery(endpoint, call.req.queries());
  if ('faults' in query) return invalid(query.faults);
  const body = endpoint.body === undefined ? NO_BODY : await parseBody(endpoint, endpoint.body, call);
  if ('ok' in body) return body;
  // A cast: each part was parsed by the endpoint's own schema.
  const input = { params: params.data, query: query.data, body: body.data } as InputOf<Endpoint>;
  return { ok: true, input, bytes: body.bytes };
}

const NO_BODY = { data: undefined, bytes: NO_BYTES } as const;

function parseQuery(
  { query = NOTHING }: Endpoint,
  given: Readonly<Record<string, readonly string[]>>,
): { readonly data: unknown } | { readonly faults: InputFault[] } {
  const repeated = Object.keys(given).filter((name) => given[name]?.length !== 1);
  if (repeated.length > 0)
    return {
      faults: repeated.map((name) => ({
        in: 'query',
        pointer: pointerOf([name]),
        message: 'expected it only once',
      })),
    };
  const parsed = query.safeParse(
    Object.fromEntries(Object.entries(given).map(([name, [value]]) => [name, value])),
    { error: faultWords },
  );
  return parsed.success ? { data: parsed.data } : { faults: faultsOf('query', parsed.error) };
}

type Body = { readonly data: unknown; readonly bytes: Uint8Array };

async function parseBody(
  { access, form }: Endpoint,
  schema: z.ZodObject,
  call: ApiCall,
): Promise<Body | Fault> {
  const isForm = form === true;
  const type = isForm ? FORM_TYPE : JSON_TYPE;
  if (!type.test(call.req.header('content-type') ?? ''))
    return refuse('media_type', isForm ? { detail: `expected Content-Type: ${FORM}` } : {});
  if (call.req.header('content-encoding') !== undefined) return refuse('media_type');
  const bytes = await readBody(call.req.raw, access === 'public' ? PUBLIC_BODY_BYTES : MAX_API_BODY_BYTES);
  // What is left of the body is not read, so no other request can follow on this connection.
  if (bytes === undefined) return refuse('too_large', { headers: [['connection', 'close']] });
  if (bytes.byteLength > SHORT_BODY) await ownTurn();
  const read = isForm ? readForm(bytes) : readText(bytes);
  if ('ok' in read) return read;
  const parsed = schema.safeParse(read.value, { error: faultWords });
  return parsed.success ? { data: parsed.data, bytes } : invalid(faultsOf('body', parsed.error));
}

/** What is said twice is not known to be said at all. */
function readForm(bytes: Uint8Array): { readonly value: unknown } {
  const value = new Map<string, string>();
  const repeated = new Set<string>();
  for (const [name, text] of new URLSearchParams(new TextDecoder().decode(bytes)))
    if (value.has(name)) repeated.add(name);
    else value.set(name, text);
  for (const name of repeated) value.delete(name);
  return { value: Object.fromEntries(value) };
}

function readText(bytes: Uint8Array): { readonly value: unknown } | Fault {
  const read = readJsonBytes(bytes);
  if (read === undefined) return refuse('malformed_json', { detail: 'expected UTF-8' });
  if (read.ok) return { value: read.value };
  const { code, message } = read.fault;
  if (code === 'syntax') return refuse('malformed_json', { detail: message });
  return invalid([{ in: 'body', pointer: '', message }]);
}

function invalid(errors: InputFault[]): Refusal<'invalid_input'> {
  return refuse('invalid_input', { errors });
}

/** Names what is wrong and where, never the value: it may be a secret. */
function faultsOf(place: InputFault['in'], { issues }: z.ZodError): InputFault[] {
  return issues.flatMap((issue) => {
    const path = issue.path.map(String);
    if (issue.code !== 'unrecognized_keys')
      return [{ in: place, pointer: pointerOf(path), message: issue.message }];
    return issue.keys.map((key) => ({
      in: place,
      pointer: pointerOf([...path, key]),
      message: 'unknown field',
    }));
  });
}

function pointerOf(path: readonly string[]): string {
  return path.map((name) => `/${name.replace(/~/g, '~0').replace(/\//g, '~1')}`).join('');
}
