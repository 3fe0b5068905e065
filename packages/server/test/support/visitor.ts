import { request } from 'node:http';
import { type Client, createClient, type FetchInit, type FetchResponse } from '@boomgate/contract';

/** What a visitor sends beside what the client does; a header that is undefined is left out. */
export type Headers = Readonly<Record<string, string | undefined>>;

export type RawAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
};

/** A browser, or a script: the typed client over real HTTP, with a jar of one cookie. */
export type Visitor = {
  readonly client: Client;
  /** The cookie that is held: `name=value`, or empty. */
  cookie: string;
  csrf: string | undefined;
  /** Goes along with every request of the client, in place of what a browser sends. */
  headers: Headers;
  /** Any request, as it is; with the visitor's cookie and origin unless headers say otherwise. */
  readonly send: (
    path: string,
    init?: Partial<FetchInit> & { readonly sent?: Headers },
  ) => Promise<RawAnswer>;
};

type VisitorOptions = {
  readonly url: string;
  readonly apiKey?: string;
  readonly cookie?: string;
  readonly csrf?: string;
};

export function newVisitor({ url, apiKey, cookie = '', csrf }: VisitorOptions): Visitor {
  const visitor: Visitor = {
    cookie,
    csrf,
    headers: {},
    client: createClient({
      baseUrl: url,
      ...(apiKey === undefined ? {} : { apiKey }),
      csrf: () => visitor.csrf,
      fetch: (address, init) => exchange(visitor, address, init),
    }),
    async send(path, { body, headers = {}, method = 'GET', sent = {} } = {}) {
      const all = { ...headers, ...sent };
      const answer = await roundTrip(`${url}${path}`, {
        method,
        ...(body === undefined ? {} : { body }),
        headers: present({ cookie: visitor.cookie || undefined, origin: url, ...all }),
      });
      return answer;
    },
  };
  return visitor;

  async function exchange(own: Visitor, address: string, init: FetchInit): Promise<FetchResponse> {
    const browser = apiKey === undefined ? { cookie: own.cookie || undefined, origin: url } : {};
    const answer = await roundTrip(address, {
      ...init,
      headers: present({ ...init.headers, ...browser, ...own.headers }),
    });
    const given = answer.headers['set-cookie']?.split(';')[0];
    if (given !== undefined) own.cookie = given.endsWith('=') ? '' : given;
    own.csrf = csrfIn(answer.text) ?? own.csrf;
    return {
      status: answer.status,
      headers: { get: (name) => answer.headers[name] ?? null },
      text: async () => answer.text,
    };
  }
}

/** `node:http`, since `fetch` sets some of these headers itself. */
function roundTrip(address: string, { body, headers, method }: FetchInit): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const sending = request(address, { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      const answer = () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: Object.fromEntries(
            Object.entries(response.headers).map(([name, value]) => [
              name,
              Array.isArray(value) ? value.join(', ') : value,
            ]),
          ),
          text: Buffer.concat(chunks).toString('utf8'),
        });
      response.on('error', reject);
      if (response.headers['content-type'] === 'text/event-stream') {
        // A stream has no end that could be waited for.
        answer();
        sending.destroy();
        return;
      }
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', answer);
    });
    sending.on('error', reject);
    sending.end(body);
  });
}

function present(headers: Headers): Record<string, string> {
  const pairs = Object.entries(headers).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return Object.fromEntries(pairs);
}

function csrfIn(text: string): string | undefined {
  return /"csrf":"([0-9a-f]+)"/.exec(text)?.[1];
}
