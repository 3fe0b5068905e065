/** As SDKs write messages: with the id before the result, or after it. What is put in another order is not recognised. */
const ANSWER_BY_ID = /^\{\s?(?:"jsonrpc":\s?"2\.0",\s?)?"id":\s?(\d{1,15}),\s?"(?:result|error)":/;
const ANSWER = /^\{\s?(?:"jsonrpc":\s?"2\.0",\s?)?"(?:result|error)":/;
const ID_AT_END = /"id":\s?(\d{1,15})(?:,\s?"jsonrpc":\s?"2\.0")?\s?\}\r?$/;
const NOTIFICATION = /^\{\s?(?:"jsonrpc":\s?"2\.0",\s?)?"method":\s?"notifications\//;

/**
 * What a message was whose middle nobody has: the answer to the request of an id, or one that nobody waits for. Within a result no
 * text can look like the end of the message: its quotation marks are escaped, and its own braces stand before the last one.
 */
export function readLong({
  head,
  tail,
}: {
  readonly head: string;
  readonly tail: string;
}): number | 'notification' | undefined {
  if (NOTIFICATION.test(head)) return 'notification';
  const id = ANSWER_BY_ID.exec(head)?.[1] ?? (ANSWER.test(head) ? ID_AT_END.exec(tail)?.[1] : undefined);
  return id === undefined ? undefined : Number(id);
}
