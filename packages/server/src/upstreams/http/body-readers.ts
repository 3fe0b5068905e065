import { isUtf8 } from 'node:buffer';
import { createParser } from 'eventsource-parser';
import { ANSWER_BYTES } from '../bounds.ts';

/** Where a body's text goes: each message, or why the body cannot be read. */
export type BodySink = {
  readonly onText: (text: string) => void;
  /** Does what takes time on so many characters, or bytes, now or when it is the server's turn. */
  readonly inTurn: (characters: number, work: () => void) => void;
  readonly onProblem: (code: 'too_large' | 'bad_answer', problem: string) => void;
};

/** One server-sent event; `type` is `message` where the stream names none. */
export type StreamEvent = { readonly type: string; readonly data: string };

/** Where the events of a stream go. Those without data only prime a reconnection and are seen by their id (P §3.5). */
export type EventSink = Pick<BodySink, 'onProblem'> & {
  readonly onEvent: (event: StreamEvent) => void;
  readonly onId?: ((id: string) => void) | undefined;
  /** Milliseconds that the server asks to wait before a reconnection. */
  readonly onRetry?: ((ms: number) => void) | undefined;
};

/** Reads one body, chunk by chunk; bounded in memory. */
export type BodyReader = { readonly data: (chunk: Buffer) => void; readonly end: () => void };

/** So many chunks are made one, whose size is what they take. */
const CHUNKS_TOGETHER = 1_024;

const BYTE_ORDER_MARK = '\ufeff';

const NOT_UTF8 = 'expected UTF-8, found other bytes';

/** The body is one text. */
export function wholeBody(sink: BodySink, maxBytes: number = ANSWER_BYTES): BodyReader {
  const parts: Buffer[] = [];
  const recent: Buffer[] = [];
  let bytes = 0;
  return {
    data(chunk) {
      bytes += chunk.length;
      if (bytes > maxBytes) return sink.onProblem('too_large', `the body is larger than ${maxBytes} bytes`);
      recent.push(chunk);
      // A chunk of one byte takes a hundred, and keeps all that came with it.
      if (recent.length === CHUNKS_TOGETHER) parts.push(Buffer.concat(recent.splice(0)));
    },
    end() {
      sink.inTurn(bytes, () => {
        const text = textOf([...parts, ...recent]);
        if (text === undefined) sink.onProblem('bad_answer', NOT_UTF8);
        else sink.onText(text);
      });
    },
  };
}

/** Undefined where they are no text. */
function textOf(chunks: readonly Buffer[]): string | undefined {
  const body = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
  if (!isUtf8(body)) return undefined;
  const text = body.toString('utf8');
  // Clients take no notice of the mark that some servers begin with (RFC 8259 §8.1); that of a stream is gone by now.
  return text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
}

/** The body is a stream of server-sent events. */
export function eventStream(sink: EventSink, maxCharacters: number = ANSWER_BYTES): BodyReader {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const parser = createParser({
    maxBufferSize: maxCharacters,
    onEvent: ({ data, event = 'message', id }) => {
      if (id !== undefined && id !== '') sink.onId?.(id);
      if (data !== '') sink.onEvent({ type: event, data });
    },
    onRetry: (ms) => sink.onRetry?.(ms),
    onError: ({ type }) => {
      if (type === 'max-buffer-size-exceeded')
        sink.onProblem('too_large', `an event is larger than ${maxCharacters} characters`);
    },
  });
  return {
    data(chunk) {
      let text: string;
      try {
        text = decoder.decode(chunk, { stream: true });
      } catch {
        return sink.onProblem('bad_answer', NOT_UTF8);
      }
      parser.feed(text);
    },
    end() {},
  };
}

const BLANK_LINES = ['\n\n', '\r\n\r\n', '\r\r'];

/** Bytes of a part of a stream that stand behind its last blank line, at which nothing before it is kept; undefined where it has none. */
export function afterBlankLine(chunk: Buffer): number | undefined {
  const ends = BLANK_LINES.map((line) => {
    const at = chunk.lastIndexOf(line);
    return at < 0 ? 0 : at + line.length;
  });
  const last = Math.max(...ends);
  return last === 0 ? undefined : chunk.length - last;
}

/** The body is read only so that the connection can be used again. */
export function ignoredBody(sink: BodySink, maxBytes: number): BodyReader {
  let bytes = 0;
  return {
    data(chunk) {
      bytes += chunk.length;
      if (bytes > maxBytes) sink.onProblem('bad_answer', 'the body is neither JSON nor a stream of events');
    },
    end() {},
  };
}
