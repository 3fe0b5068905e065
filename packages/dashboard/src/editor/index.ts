/**
 * A text field for documents of JSON, with colours, folding, history, problems in their place and completion from the
 * published schema. Knows the shape of a policy from that schema alone; asks no API. Loaded when one is shown.
 */
export { JsonEditor } from './json-editor.tsx';
