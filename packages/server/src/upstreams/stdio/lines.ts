const NEWLINE = 0x0a;
/** Bytes that are known of the beginning and of the end of a line above the cap. */
const ENDS_BYTES = 256;
const NOTHING = Buffer.alloc(0);

/** Cuts a stream of bytes into lines. Appending costs the size of the chunk, however long the line already is. */
export type LineCutter = (chunk: Buffer) => void;

export type LineBounds = {
  /** Above them, a line is read to its end without being kept. */
  readonly keptBytes: number;
  /** Above them, nothing more is read. */
  readonly readBytes: number;
};

/** How a line begins and ends whose middle was not kept. */
export type LineEnds = { readonly head: string; readonly tail: string };

export type LineSink = {
  readonly onLine: (line: string) => void;
  /** At the end of a line that was not kept; nothing is given after it when this says false. */
  readonly onLong: (ends: LineEnds) => boolean;
  /** Called once; nothing is given after it. */
  readonly onTooLong: () => void;
};

export function cutLines({ keptBytes, readBytes }: LineBounds, sink: LineSink): LineCutter {
  let parts: Buffer[] = [];
  let bytes = 0;
  let long: { readonly head: Buffer; tail: Buffer } | undefined;
  let closed = false;

  function keep(part: Buffer): void {
    bytes += part.length;
    if (bytes > readBytes) {
      closed = true;
      parts = [];
      sink.onTooLong();
    } else if (long !== undefined) {
      long.tail = endOf(long.tail, part);
    } else {
      parts.push(part);
      if (bytes <= keptBytes) return;
      const head = Buffer.concat(parts, Math.min(bytes, ENDS_BYTES));
      long = { head, tail: parts.reduce(endOf, NOTHING) };
      parts = [];
    }
  }

  function finish(): void {
    if (long === undefined) {
      const line = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
      sink.onLine(line.toString('utf8'));
    } else {
      const { head, tail } = long;
      closed = !sink.onLong({ head: head.toString('utf8'), tail: tail.toString('utf8') });
    }
    parts = [];
    bytes = 0;
    long = undefined;
  }

  return (chunk) => {
    let start = 0;
    while (!closed) {
      const end = chunk.indexOf(NEWLINE, start);
      if (end === -1) {
        if (start < chunk.length) keep(chunk.subarray(start));
        return;
      }
      keep(chunk.subarray(start, end));
      if (closed) return;
      finish();
      start = end + 1;
    }
  };
}

function endOf(tail: Buffer, part: Buffer): Buffer {
  return Buffer.concat([tail, part.subarray(-ENDS_BYTES)]).subarray(-ENDS_BYTES);
}
