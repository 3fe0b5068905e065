import { expect, it } from 'vitest';
import { joinRules } from './join-rules.ts';

const ADDED = {
  version: '1',
  default: 'deny',
  hide: ['drop'],
  tools: { read: {}, send: { rate_limit: '1/minute' } },
};
const joined = (policy: unknown) => joinRules(JSON.stringify(policy), JSON.stringify(ADDED));
const documentOf = (policy: unknown): unknown => {
  const result = joined(policy);
  return result.ok ? JSON.parse(result.text) : result.problem;
};

it('adds entries and what is hidden, and changes nothing else', () => {
  const policy = {
    version: '1',
    default: 'allow',
    hide: ['wipe'],
    tools: { list: {} },
    prompts: { allow: ['*'] },
  };
  expect(documentOf(policy)).toEqual({
    ...policy,
    hide: ['wipe', 'drop'],
    tools: { list: {}, ...ADDED.tools },
  });
  expect(documentOf({ version: '1', default: 'deny' })).toEqual(ADDED);
});

it('says what the draft replaces, what stays hidden, and that the rest passes', () => {
  expect(joined({ version: '1', default: 'deny', tools: { read: {}, send: {} } })).toMatchObject({
    remarks: ['The policy already has another entry for send: the draft replaces it.'],
  });
  expect(joined({ version: '1', default: 'deny', hide: ['read'] })).toMatchObject({
    remarks: ['The policy hides read: it stays hidden until you remove that.'],
  });
  expect(joined({ version: '1', default: 'allow' })).toMatchObject({
    remarks: ['The policy allows by default: tools without an entry pass.'],
  });
});

it('keeps a tool that is named like an inherited member', () => {
  const result = joinRules('{"version":"1","tools":{"__proto__":{}}}', '{"tools":{"constructor":{}}}');
  expect(result.ok && JSON.parse(result.text)).toEqual(
    JSON.parse('{"version":"1","tools":{"__proto__":{},"constructor":{}}}'),
  );
  expect(result).toMatchObject({ remarks: [] });
});

it('leaves alone what is no document', () => {
  for (const text of ['version: 1', '[]', 'null', '"x"'])
    expect(joinRules(text, JSON.stringify(ADDED))).toMatchObject({ ok: false });
});
