import { type JsonObject, OPERATORS } from '@boomgate/engine';
import { describe, expect, it } from 'vitest';
import { FIELDS_MAX } from './fields.ts';
import { askedOf, convert, fieldsOf, joinedFields, operatorsFor } from './index.ts';

describe('the fields of a schema', () => {
  it('are its arguments, with what is inside them, as paths', () => {
    const schema = {
      required: ['amount'],
      properties: {
        amount: { type: 'integer', description: 'In cents' },
        'a b': { type: ['string', 'null'], enum: ['x', 'y'] },
        to: { type: 'array', items: { type: 'object', properties: { mail: { type: 'string' } } } },
      },
    };
    expect(fieldsOf(schema).map(({ path }) => path)).toEqual([
      'args.amount',
      'args["a b"]',
      'args.to',
      'args.to[*]',
      'args.to[*].mail',
    ]);
    expect(fieldsOf(schema)[0]).toEqual({
      path: 'args.amount',
      types: ['integer'],
      description: 'In cents',
      isRequired: true,
    });
    expect(fieldsOf(schema)[1]).toMatchObject({ values: ['x', 'y'], types: ['string', 'null'] });
  });

  it.each([undefined, true, {}, { properties: [] }, { properties: { a: true } }])(
    'of %j are none',
    (schema) => expect(fieldsOf(schema)).toEqual([]),
  );

  it.each([FIELDS_MAX, FIELDS_MAX + 1])('of %i arguments are as many as one chooses from', (count) => {
    const properties = Object.fromEntries(Array.from({ length: count }, (_, at) => [`p${at}`, {}]));
    expect(fieldsOf({ properties })).toHaveLength(FIELDS_MAX);
  });
});

describe('the fields of several tools', () => {
  const of = (tool: string, properties: JsonObject) => ({
    tool,
    fields: fieldsOf({ required: ['id'], properties }),
  });

  it('are those of each, and what the tools do not agree on is open', () => {
    const joined = joinedFields([
      of('pay', { id: { type: 'integer', description: 'Of the order' }, in: { enum: ['EUR'] } }),
      of('ship', { id: { type: 'string', description: 'Of the parcel' }, in: { enum: ['EUR', 'USD'] } }),
      of('undo', { id: { type: 'string' }, by: { type: 'string' } }),
    ]);
    expect(joined).toEqual([
      { path: 'args.id', types: ['integer', 'string'], isRequired: true, of: ['pay', 'ship', 'undo'] },
      { path: 'args.in', types: [], values: ['EUR', 'USD'], isRequired: false, of: ['pay', 'ship'] },
      { path: 'args.by', types: ['string'], isRequired: false, of: ['undo'] },
    ]);
    // A type and values of one alone would hide what another takes.
    const [open] = joinedFields([of('a', { id: { enum: ['x'], type: 'string' } }), of('b', { id: {} })]);
    expect(open).toEqual({ path: 'args.id', types: [], isRequired: true, of: ['a', 'b'] });
  });

  it.each([FIELDS_MAX, FIELDS_MAX + 1])('of %i arguments are as many as one chooses from', (count) => {
    const tools = Array.from({ length: count }, (_, at) => of('tool', { [`p${at}`]: {} }));
    expect(joinedFields(tools)).toHaveLength(FIELDS_MAX);
  });
});

describe('the operators for a type', () => {
  it('are all there are, those that can hold first', () => {
    for (const types of [[], ['integer'], ['string', 'null'], ['constructor']]) {
      const { fitting, others } = operatorsFor(types);
      expect([...fitting, ...others].toSorted()).toEqual([...OPERATORS].toSorted());
    }
    expect(operatorsFor(['boolean']).fitting).toEqual(['eq', 'neq', 'exists', 'type']);
  });

  it('go on to another argument where they can hold for it, else begin anew', () => {
    const amount = { op: 'gt', value: 5 } as const;
    expect(askedOf(['number'], amount)).toEqual(amount);
    expect(askedOf(['string'], amount)).toEqual({ op: 'eq', value: '' });
    expect(askedOf(['boolean'], { op: 'eq', value: 'x' })).toEqual({ op: 'eq', value: true });
    expect(askedOf([], { op: 'eq', value: 'x' })).toEqual({ op: 'eq', value: 'x' });
    expect(askedOf(['array'], { op: 'contains', value: 'x' })).toEqual({ op: 'contains', value: 'x' });
  });

  it('keep a value that they take, and make another of one that they do not', () => {
    expect(convert(5, 'lte')).toBe(5);
    expect(convert('5', 'lte')).toBe(5);
    expect(convert('x', 'lte')).toBe(0);
    expect(convert('x', 'in')).toEqual(['x']);
    expect(convert(['x', 'y'], 'regex')).toBe('x');
    expect(convert(null, 'eq')).toBe('');
    expect(convert(1.5, 'length_lt')).toBe(1);
    expect(convert(['/a'], 'path_within')).toEqual(['/a']);
  });
});
