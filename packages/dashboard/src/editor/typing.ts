import { EditorView } from '@codemirror/view';

/**
 * What is typed over a selection, inserted by the editor itself. A browser that does so keeps the look of what it replaces in
 * a style attribute, which the Content-Security-Policy refuses and reports.
 */
export const TYPING_OVER = EditorView.domEventHandlers({
  beforeinput: (event, view) => {
    const { readOnly, selection } = view.state;
    const { empty, from, to } = selection.main;
    const { data, inputType } = event;
    if (inputType !== 'insertText' || data === null || empty || readOnly) return false;
    event.preventDefault();
    const insert = () =>
      view.state.update(view.state.replaceSelection(data), { userEvent: 'input.type', scrollIntoView: true });
    // Others may make something else of it: closing brackets are put around the selection.
    const handlers = view.state.facet(EditorView.inputHandler);
    if (!handlers.some((handle) => handle(view, from, to, data, insert))) view.dispatch(insert());
    return true;
  },
});
