import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Attributes } from './contract.ts';
import { applyPatch, readFilter, readUser } from './index.ts';

const BEFORE: Attributes & { readonly userName: string; readonly isActive: boolean } = {
  ...{ userName: 'ann', externalId: 'x', email: 'ann@corp.example', displayName: 'Ann', isActive: true },
};
const NAMES = ['userName', 'externalId', 'email', 'displayName', 'givenName', 'familyName', 'isActive'];

const path = fc.oneof(
  fc.constantFrom(
    ...[
      'active',
      'userName',
      'ACTIVE',
      'externalId',
      'displayName',
      'name',
      'name.givenName',
      'name.x',
      'emails',
    ],
    ...[
      'emails[type eq "work"].value',
      'emails[type eq "work"]',
      'emails[',
      'emails[]',
      'emails]',
      'emails.value',
    ],
    ...['__proto__', 'constructor', 'toString', 'name.__proto__', 'urn:x:2.0:User:y', 'active.x', ''],
    ...[
      'urn:ietf:params:scim:schemas:core:2.0:User:active',
      'emails[type eq "home"].value',
      '.',
      '[',
      ' active ',
    ],
  ),
  fc.string(),
);
const value = fc.oneof(
  fc.constantFrom(true, false, 'True', 'false', '', null, 'x@corp.example', 'x'.repeat(300)),
  fc.jsonValue({ maxDepth: 3 }),
  fc.dictionary(path, fc.oneof(fc.boolean(), fc.string(), fc.jsonValue({ maxDepth: 1 }))),
  fc.array(
    fc.record({ value: fc.string(), type: fc.constant('work'), primary: fc.constantFrom(true, 'True') }),
  ),
);
const operation = fc.record(
  { op: fc.constantFrom('add', 'Replace', 'remove', 'Add', 'x'), path, value },
  { requiredKeys: ['op'] },
);

it('whatever a directory sends, what is read is of the kind that it has to be, or all of it is refused', () => {
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 4 }), (Operations) => {
      const patched = applyPatch(BEFORE, JSON.parse(JSON.stringify({ Operations })));
      for (const read of [patched, readUser(JSON.parse(JSON.stringify(Operations[0]?.value ?? null)))]) {
        if (!read.ok) {
          expect(read.fault.status).toBe(400);
          continue;
        }
        for (const [name, kept] of Object.entries(read.value)) {
          expect(NAMES).toContain(name);
          expect(typeof kept).toBe(name === 'isActive' ? 'boolean' : 'string');
          if (typeof kept === 'string') expect(kept.length).toBeLessThanOrEqual(254);
        }
      }
      if (patched.ok) expect(patched.value).toMatchObject({ userName: expect.stringMatching(/./) });
    }),
  );
});

it('a closing is heeded however a directory writes it, and whatever it says besides that is not known here', () => {
  const closing = fc.constantFrom<readonly object[]>(
    [{ op: 'replace', path: 'active', value: false }],
    [{ op: 'Replace', path: 'active', value: 'False' }],
    [{ op: 'add', path: 'Active', value: 'false' }],
    [{ op: 'replace', value: { active: false } }],
    [{ op: 'replace', value: { 'urn:ietf:params:scim:schemas:core:2.0:User:active': 'FALSE' } }],
  );
  const besides = fc.record({
    op: fc.constantFrom('add', 'Replace', 'remove'),
    path: fc.constantFrom(
      ...[
        'title',
        'phoneNumbers[type eq "work"].value',
        'addresses[type eq "work"].formatted',
        'name.formatted',
      ],
      ...[
        'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager',
        'emails[type eq "other"].value',
      ],
    ),
    value: fc.jsonValue({ maxDepth: 1 }),
  });
  fc.assert(
    fc.property(closing, fc.array(besides, { maxLength: 3 }), (Operations, others) => {
      const patched = applyPatch(BEFORE, { Operations: [...others, ...Operations, ...others] });
      expect(patched).toEqual({ ok: true, value: { ...BEFORE, isActive: false } });
    }),
  );
});

it('a filter is one of the few that are known, with the text that it names, or none', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (text, junk) => {
      const quoted = JSON.stringify(text);
      const read = readFilter(`userName eq ${quoted}`);
      expect(read).toEqual({ ok: true, value: { userName: text } });
      for (const filter of [junk, `userName eq ${quoted} ${junk.trim() || 'x'}`, `(${quoted})`])
        expect([filter, readFilter(filter).ok]).toEqual([filter, false]);
    }),
  );
});
