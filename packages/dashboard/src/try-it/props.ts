import type { TryStart, TryTool } from './call.ts';

export type TryItProps = {
  /** The policy as text, as it is being written. */
  readonly document: string;
  /** Tools of the server; with their definitions the form is made of their schemas, and arguments are checked against them. */
  readonly tools: readonly TryTool[];
  /** The tool to begin with, and to change to when it changes. */
  readonly tool?: string;
  /** Told when somebody chooses another, so that its definition can be read. */
  readonly onTool?: (tool: string) => void;
  /** What is known of the call to begin with. */
  readonly start?: TryStart;
};
