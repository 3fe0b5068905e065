import schema from '@boomgate/engine/schema/policy-1.json';
import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import { bracketMatching, foldGutter, foldKeymap, indentOnInput } from '@codemirror/language';
import { lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { Annotation, Compartment, EditorState, type Extension } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { getNonce } from 'get-nonce';
import { useEffect, useRef } from 'react';
import { completionFrom } from './completion.ts';
import { LOOK } from './look.ts';
import { type PlacedProblem, placesOf } from './places.ts';
import type { JsonEditorProps } from './props.ts';
import { TYPING_OVER } from './typing.ts';

/** A change that the caller made, which it need not be told of. */
const GIVEN = Annotation.define<true>();

const NONE: readonly never[] = [];

const EDITING: readonly Extension[] = [
  lineNumbers(),
  foldGutter(),
  lintGutter(),
  history(),
  drawSelection(),
  indentOnInput(),
  bracketMatching(),
  closeBrackets(),
  highlightActiveLine(),
  highlightActiveLineGutter(),
  EditorView.lineWrapping,
  json(),
  TYPING_OVER,
  // No Tab among them: it leaves the editor, as it leaves every field (WCAG 2.1.2).
  keymap.of([
    ...closeBracketsKeymap,
    ...defaultKeymap,
    ...historyKeymap,
    ...foldKeymap,
    ...completionKeymap,
    ...lintKeymap,
  ]),
  ...LOOK,
];

/** The editor itself; `JsonEditor` loads it. */
export function CodeMirror({
  isReadOnly = false,
  label,
  onChange,
  problems = NONE,
  text,
  toolNames = NONE,
}: JsonEditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const changeable = useRef(new Compartment());
  // What the editor was made with lives on: it asks for what is current.
  const current = useRef({ onChange, toolNames });
  current.current = { onChange, toolNames };
  const first = useRef({ isReadOnly, label, text });
  useEffect(() => {
    if (place.current === null) return undefined;
    const made = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: first.current.text,
        extensions: [
          ...EDITING,
          EditorView.cspNonce.of(getNonce() ?? ''),
          EditorView.contentAttributes.of({ 'aria-label': first.current.label, spellcheck: 'false' }),
          autocompletion({
            override: [completionFrom(schema, () => current.current.toolNames)],
            icons: false,
          }),
          changeable.current.of(readOnly(first.current.isReadOnly)),
          EditorView.updateListener.of((update) => {
            const isGiven = update.transactions.some((one) => one.annotation(GIVEN) === true);
            if (update.docChanged && !isGiven) current.current.onChange(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = made;
    return () => made.destroy();
  }, []);
  useEffect(() => {
    view.current?.dispatch({ effects: changeable.current.reconfigure(readOnly(isReadOnly)) });
  }, [isReadOnly]);
  useEffect(() => {
    if (view.current !== null) show(view.current, text, problems);
  }, [text, problems]);
  return <div ref={place} />;
}

function readOnly(isReadOnly: boolean): Extension {
  return [
    EditorState.readOnly.of(isReadOnly),
    EditorView.contentAttributes.of({ 'aria-readonly': String(isReadOnly) }),
  ];
}

function show(view: EditorView, text: string, problems: readonly PlacedProblem[]): void {
  const written = view.state.doc.toString();
  if (written !== text)
    view.dispatch({ changes: { from: 0, to: written.length, insert: text }, annotations: GIVEN.of(true) });
  const places = placesOf(text, problems);
  const diagnostics = problems.map(({ message, severity }, at) => ({
    ...(places[at] ?? { from: 0, to: 0 }),
    severity,
    message,
  }));
  view.dispatch(setDiagnostics(view.state, diagnostics));
}
