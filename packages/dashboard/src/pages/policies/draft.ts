import type { JsonObject } from '@boomgate/engine';
import { useMemo, useState } from 'react';
import { beforeClosing } from '../../app/unsaved.tsx';
import {
  beginHistory,
  type ReadDocument,
  readDocumentText,
  record,
  redo,
  rewrite,
  undo,
} from '../../builder/index.ts';

/**
 * A policy that is being written: one text, which both views show and change, and the steps back. What puts another text in place
 * of this one asks before it closes what is typed into a part and not taken over.
 */
export type Draft = {
  readonly text: string;
  readonly read: ReadDocument;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  readonly undo: () => void;
  readonly redo: () => void;
  /** Another text, as it was typed. */
  readonly write: (text: string) => void;
  /** Another text in place of this one, which a step back brings again. */
  readonly replace: (text: string) => void;
  /** Another tree: the text keeps what did not change. */
  readonly edit: (document: JsonObject) => void;
  /** Begins anew with a text, without steps back. */
  readonly restart: (text: string) => void;
};

export function useDraft(initial: string): Draft {
  const [history, setHistory] = useState(() => beginHistory(initial));
  const { future, past, present } = history;
  const read = useMemo(() => readDocumentText(present), [present]);
  return {
    text: present,
    read,
    canUndo: past.length > 0,
    canRedo: future.length > 0,
    undo: () => past.length > 0 && beforeClosing(() => setHistory(undo)),
    redo: () => future.length > 0 && beforeClosing(() => setHistory(redo)),
    write: (text) => setHistory((before) => record(before, text, 'text')),
    replace: (text) => beforeClosing(() => setHistory((before) => record(before, text))),
    edit: (document) => {
      const field = fieldOf(window.document.activeElement);
      setHistory((before) => record(before, rewrite(before.present, document), field));
    },
    restart: (text) => setHistory(beginHistory(text)),
  };
}

/** The field that somebody types into: what is typed there without a pause is one step. */
function fieldOf(element: Element | null): string | undefined {
  const isTyped =
    element instanceof HTMLTextAreaElement ||
    (element instanceof HTMLInputElement && element.type !== 'checkbox' && element.type !== 'radio');
  return isTyped ? element.id : undefined;
}
