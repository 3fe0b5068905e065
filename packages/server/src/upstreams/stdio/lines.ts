const NEWLINE = 0x0a;

/** Cuts a stream of bytes into lines. Appending costs the size of the chunk, however long the line already is. */
export type LineCutter = (chunk: Buffer) => void;

export type LineSink = {
  readonly onLine: (line: string) => void;
  /** Called once, at the first line above the cap; nothing is kept or given after it. */
  readonly onTooLong: () => void;
};

export function cutLines(maxBytes: number, sink: LineSink): LineCutter {
  let parts: Buffer[] = [];
  let bytes = 0;
  let closed = false;

  function keep(part: Buffer): boolean {
    bytes += part.length;
    if (bytes > maxBytes) {
      closed = true;
      parts = [];
      sink.onTooLong();
      return false;
    }
    parts.push(part);
    return true;
  }

  return (chunk) => {
    let start = 0;
    while (!closed) {
      const end = chunk.indexOf(NEWLINE, start);
      if (end === -1) {
        if (start < chunk.length) keep(chunk.subarray(start));
        return;
      }
      if (!keep(chunk.subarray(start, end))) return;
      const line = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
      parts = [];
      bytes = 0;
      start = end + 1;
      sink.onLine(line.toString('utf8'));
    }
  };
}
