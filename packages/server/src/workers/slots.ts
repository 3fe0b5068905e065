/** Characters that are as unique as the whole text: what the gateway seals begins with a nonce. */
const UNIQUE = 16;
/** FNV-1a, 32 bits. */
const BASIS = 0x811c9dc5;
const PRIME = 0x01000193;

/** Which of the processes, from 0, is the home of what a text that the gateway made leads to: for all of them the same, each with its share. */
export function slotOf(text: string, slots: number): number {
  return slotOfName(text.slice(0, UNIQUE), slots);
}

/** The same by the whole of a text. */
export function slotOfName(text: string, slots: number): number {
  let hash = BASIS;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), PRIME);
  // The low bits alone would repeat the parity of the characters.
  return ((hash ^ (hash >>> 16)) >>> 0) % slots;
}
