import { createContext, useContext } from 'react';
import type { Field } from '../../../builder/index.ts';

/** Arguments of the tool that is looked at; none where its schema is not known. */
const Fields = createContext<readonly Field[]>([]);

export const FieldsProvider = Fields.Provider;

export function useFields(): readonly Field[] {
  return useContext(Fields);
}
