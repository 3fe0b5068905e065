import type { JsonObject } from '@boomgate/engine';
import { canonicalJson } from '@boomgate/engine';
import { describe, expect, it } from 'vitest';
import type { ToolClass } from '../classes/index.ts';
import type { SignalName } from '../classify/index.ts';
import { definitionOf, isHeld, type Judged } from './index.ts';

const tool: JsonObject = {
  name: 'a',
  title: 't',
  description: 'd',
  inputSchema: { type: 'object', properties: { x: { type: 'string' } } },
  outputSchema: { type: 'object' },
  annotations: { readOnlyHint: true },
  execution: { taskSupport: 'optional' },
  unknown: 1,
  icons: [{ src: 'x' }],
  _meta: { ui: { resourceUri: 'ui://a' }, at: 1 },
};
const textOf = (one: JsonObject): string => canonicalJson(definitionOf(one));

describe('the definition of a tool', () => {
  it.each(Object.keys(tool).filter((field) => field !== 'icons'))(
    'is another one when %s changes',
    (field) => {
      expect(textOf({ ...tool, [field]: { ui: 'other' } })).not.toBe(textOf(tool));
      const { [field]: _gone, ...rest } = tool;
      expect(textOf(rest)).not.toBe(textOf(tool));
    },
  );

  it('is the same in another order of keys, with other pictures and other metadata', () => {
    const turned = Object.fromEntries(Object.entries(tool).reverse());
    const other = { ...turned, icons: [], _meta: { at: 2, ui: { resourceUri: 'ui://a' } } };
    expect(textOf(other)).toBe(textOf(tool));
    const { _meta, ...plain } = tool;
    expect(textOf({ ...plain, _meta: { at: 1 } })).toBe(textOf(plain));
  });
});

describe('a change is held', () => {
  const judged = (of: ToolClass, ...signals: SignalName[]): Judged => ({ class: of, signals });

  it.each<[boolean, string, Judged, Judged | undefined]>([
    [false, 'Read and stays so', judged('Read'), judged('Read')],
    [false, 'Write and new', judged('Write'), undefined],
    [true, 'Execute and new', judged('Execute'), undefined],
    [true, 'worse than before', judged('Execute'), judged('Read')],
    [true, 'milder than before', judged('Read'), judged('Destructive')],
    [true, 'Financial', judged('Financial'), judged('Financial')],
    [true, 'Read and speaks to the model', judged('Read', 'poisoning'), judged('Read')],
    [true, 'Read and hides characters', judged('Read', 'hidden_characters'), undefined],
    [true, 'Read and called nearly as a well-known one', judged('Read', 'lookalike_name'), undefined],
    [true, 'new, and nobody knows what it does', judged('Read', 'unclear'), undefined],
    [true, 'clear now, and nobody knew before what it does', judged('Read'), judged('Read', 'unclear')],
    [false, 'Read and spoke to the model before', judged('Read', 'poisoning'), judged('Read', 'poisoning')],
    [false, 'Read and takes a URL', judged('Read', 'url'), judged('Read')],
  ])('%s for a tool that is %s', (held, _, after, before) => {
    expect(isHeld('hold_execute', after, before)).toBe(held);
    expect(isHeld('hold', after, before)).toBe(true);
    expect(isHeld('accept', after, before)).toBe(false);
  });
});
