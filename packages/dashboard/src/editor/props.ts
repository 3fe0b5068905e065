import type { PlacedProblem } from './places.ts';

export type JsonEditorProps = {
  /** Shown above, and what assistive technology calls it. */
  readonly label: string;
  readonly text: string;
  readonly onChange: (text: string) => void;
  readonly isReadOnly?: boolean;
  /** Shown in place: where `line` and `column` say, else where `pointer` leads. The editor finds none by itself. */
  readonly problems?: readonly PlacedProblem[];
  /** Names that are proposed where a tool is named. */
  readonly toolNames?: readonly string[];
};
