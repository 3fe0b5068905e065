/**
 * Reads a `text/event-stream` piece by piece and gives the data of each event. Events without data, such as the
 * priming events of older servers, and comments give nothing (P §3.5).
 */
type SseReader = { readonly feed: (piece: string) => readonly string[] };

/** Characters of one event at most; more than any answer the gateway sends. */
const MAX_EVENT_LENGTH = 64 * 1024 * 1024;

/** `feed` throws when one event grows beyond `MAX_EVENT_LENGTH`. */
export function createSseReader(): SseReader {
  let rest: string[] = [];
  let restLength = 0;
  let endedWithReturn = false;
  let data: string[] = [];
  let length = 0;

  const readLine = (line: string): string[] => {
    if (line === '') {
      const event = data.join('\n');
      data = [];
      length = 0;
      return event === '' ? [] : [event];
    }
    const value = /^data(?:: ?(.*))?$/s.exec(line);
    if (value !== null) {
      data.push(value[1] ?? '');
      length += line.length;
    }
    return [];
  };

  // Only called when there is a line break, so that a long line is not searched again with every piece.
  const splitLines = (): string[] => {
    const lines = rest.join('').split(/\r\n|\n|\r/);
    rest = [lines.pop() ?? ''];
    restLength = rest[0]?.length ?? 0;
    return lines.flatMap(readLine);
  };

  return {
    feed(piece) {
      // The second half of a line break whose first half ended the piece before.
      const text = endedWithReturn && piece.startsWith('\n') ? piece.slice(1) : piece;
      endedWithReturn = piece === '' ? endedWithReturn : piece.endsWith('\r');
      rest.push(text);
      restLength += text.length;
      const events = /[\r\n]/.test(text) ? splitLines() : [];
      if (length + restLength > MAX_EVENT_LENGTH) throw new Error('the gateway sent an event of over 64 MiB');
      return events;
    },
  };
}
