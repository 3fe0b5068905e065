/** What a tool's input schema says of its arguments, and which operators fit them. Knows no document. */
export { type Field, FREE_FIELDS, fieldsOf, joinedFields } from './fields.ts';
export { askedOf, convert, OPERANDS, operatorsFor, takesCase } from './operands.ts';
