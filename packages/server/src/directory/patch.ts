import { DIRECTORY_OPERATIONS_MAX } from '../limits/index.ts';
import { isObject } from '../sign-on/index.ts';
import { setAttribute, setEach } from './attributes.ts';
import { type Attributes, fault, type ScimFault, type ScimResult } from './contract.ts';

/**
 * What somebody is after a change (RFC 7644, 3.5.2), all of it or nothing. To add is to replace here, as no attribute that is read has several
 * values. Operations may begin with a capital, and name attributes in their value, as Entra ID's do.
 */
export function applyPatch<Before extends Attributes>(before: Before, body: unknown): ScimResult<Before> {
  const operations = isObject(body) ? operationsIn(body) : undefined;
  if (operations === undefined) return fault('invalidSyntax', 'Operations: expected a list of them');
  if (operations.length > DIRECTORY_OPERATIONS_MAX)
    return fault('tooMany', `Operations: expected at most ${DIRECTORY_OPERATIONS_MAX}`);
  const after = { ...before };
  for (const operation of operations) {
    const wrong = apply(after, operation);
    if (wrong !== undefined) return { ok: false, fault: wrong };
  }
  return { ok: true, value: after };
}

function operationsIn(body: Readonly<Record<string, unknown>>): readonly unknown[] | undefined {
  const operations = body['Operations'] ?? body['operations'];
  return Array.isArray(operations) ? operations : undefined;
}

function apply(into: Attributes, operation: unknown): ScimFault | undefined {
  if (!isObject(operation)) return fault('invalidSyntax', 'Operations: expected objects').fault;
  const { op, path, value } = operation;
  const kind = typeof op === 'string' ? op.toLowerCase() : '';
  if (path !== undefined && path !== null && typeof path !== 'string')
    return fault('invalidPath', 'path: expected a text').fault;
  if (kind === 'remove') {
    if (!path) return fault('noTarget', 'path: expected one, as something is removed').fault;
    return setAttribute(into, path, undefined);
  }
  if (kind !== 'add' && kind !== 'replace')
    return fault('invalidSyntax', 'op: expected add, replace or remove').fault;
  if (path) return setAttribute(into, path, value ?? null);
  return isObject(value)
    ? setEach(into, value)
    : fault('invalidValue', 'value: expected an object, as there is no path').fault;
}
