/** What the text of a refused call begins with, as its agent gets it. */
export const REFUSAL_MARK = '[POLICY DENIED]';

/** What is to be looked for in a log when somebody looks for what an agent shows: messages stand there without the mark. */
export function withoutRefusalMark(text: string): string {
  const start = text.trimStart();
  const rest = start.startsWith(REFUSAL_MARK) ? start.slice(REFUSAL_MARK.length).trim() : '';
  return rest === '' ? text : rest;
}
