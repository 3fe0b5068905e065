import { useState } from 'react';
import type { Acting } from './act.ts';

/** What is typed into the fields of a form, by the names that the API has for them; a choice is a text as well. */
export function useTexts<Name extends string>(act: Acting, first: Readonly<Record<Name, string>>) {
  const [texts, setTexts] = useState(first);
  const put = (change: Readonly<Partial<Record<Name, string>>>) =>
    setTexts((before) => ({ ...before, ...change }));
  return {
    texts,
    put,
    /** What ties a field to its text, and to what is wrong with that. */
    field: (name: Name): BoundField => ({
      value: texts[name],
      onChange: ({ target }) => setTexts((before) => ({ ...before, [name]: target.value })),
      error: act.faultOf(name),
    }),
  };
}

/** The same for who draws the field. */
export type BoundField = {
  readonly value: string;
  readonly onChange: (event: { readonly target: { readonly value: string } }) => void;
  readonly error: string | undefined;
};
