/**
 * The model of the visual builder: from a policy's text to what is shown of it, and edits as pure functions back to a text.
 * It keeps whatever it cannot show as JSON in its place. May not render anything, ask the API, or decide calls.
 */
export * from './document/index.ts';
export * from './history.ts';
export * from './model/index.ts';
export * from './schema/index.ts';
export * from './standing/index.ts';
export * from './words/index.ts';
