import { until } from './programs.ts';

/** One server-sent event; `message` is its data when that is JSON. */
export type SeenEvent = {
  readonly name: string;
  readonly data: string;
  /** Its place, where it has one. */
  readonly id?: string;
  readonly message: {
    readonly id?: unknown;
    readonly method?: string;
    readonly params?: Readonly<Record<string, unknown>>;
    readonly result?: Readonly<Record<string, unknown>>;
    readonly error?: { readonly code: number; readonly message: string };
  };
};

/** A stream that a test reads as it comes. */
export type EventReader = AsyncDisposable & {
  readonly status: number;
  readonly headers: Headers;
  /** The body when it is no stream. */
  readonly text: string;
  readonly events: readonly SeenEvent[];
  readonly methods: () => readonly (string | undefined)[];
  /** Waits for an event. */
  readonly seen: (matches: (event: SeenEvent) => boolean) => Promise<SeenEvent>;
  readonly isOver: () => boolean;
};

type EventRequest = {
  readonly method?: string;
  /** Absent where the headers say who asks. */
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
};

/** Opens a stream and reads it in the background, until disposed. */
export async function openEvents(url: string, request: EventRequest): Promise<EventReader> {
  const stop = new AbortController();
  const response = await fetch(url, {
    method: request.method ?? 'GET',
    signal: stop.signal,
    ...(request.body === undefined ? {} : { body: request.body }),
    headers: {
      accept: 'application/json, text/event-stream',
      ...(request.token === undefined ? {} : { authorization: `Bearer ${request.token}` }),
      ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...request.headers,
    },
  });
  const events: SeenEvent[] = [];
  const isStream = response.headers.get('content-type') === 'text/event-stream';
  let isOver = !isStream;
  const text = isStream ? '' : await response.text();
  if (isStream)
    void readAll(response, events)
      .catch(() => undefined)
      .finally(() => {
        isOver = true;
      });
  return {
    status: response.status,
    headers: response.headers,
    text,
    events,
    methods: () => events.map(({ message }) => message.method),
    isOver: () => isOver,
    seen: async (matches) => {
      await until(() => events.some(matches));
      // It is there, as was just waited for.
      return events.find(matches) as SeenEvent;
    },
    [Symbol.asyncDispose]: async () => stop.abort(),
  };
}

async function readAll(response: Response, events: SeenEvent[]): Promise<void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of response.body ?? []) {
    rest += decoder.decode(chunk, { stream: true });
    const blocks = rest.split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const name = /^event: (.*)$/m.exec(block)?.[1];
      const data = /^data: (.*)$/m.exec(block)?.[1];
      const id = /^id: (.*)$/m.exec(block)?.[1];
      const place = id === undefined ? {} : { id };
      if (data !== undefined) events.push({ name: name ?? 'message', data, ...place, message: parsed(data) });
    }
  }
}

function parsed(data: string): SeenEvent['message'] {
  try {
    // Tests compare what they find with what they expect; the shape is theirs.
    return JSON.parse(data) as SeenEvent['message'];
  } catch {
    return {};
  }
}
