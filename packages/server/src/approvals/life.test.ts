import type { ApprovalTerms } from '@boomgate/engine';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seeded, times } from '../../../engine/test/runs.ts';
import { MAX_NOTE_LENGTH, REMEMBER_SESSION_MS } from '../limits/index.ts';
import type { Approval, Approver } from './approval.ts';
import { decideApproval, expire, isRemembered, type Ruling, stateAt, take, withdraw } from './life.ts';

const ASKED = 1_000;
const EXPIRES = 11_000;
const TERMS: ApprovalTerms = {
  timeoutMs: EXPIRES - ASKED,
  approvers: ['admin', 'approver'],
  required: 1,
  self: false,
  remember: 'none',
};

const approval = (terms: Partial<ApprovalTerms> = {}, more: Partial<Approval> = {}): Approval => ({
  id: `apr_${'0'.repeat(32)}`,
  binding: 'b',
  call: 'c',
  organization: 'default',
  grantId: 'g',
  grantName: 'laptop',
  owner: 'olga@example.com',
  server: 'files',
  tool: 'pay',
  policy: 'p',
  policyVersion: 1,
  argsHash: 'h',
  argKeys: ['amount'],
  rule: '/tools/pay/approval',
  message: '',
  session: 's',
  client: 'c 1',
  terms: { ...TERMS, ...terms },
  state: 'waiting',
  askedAtMs: ASKED,
  expiresAtMs: EXPIRES,
  votes: [],
  ...more,
});

const person = (name: string, role: Approver['role'] = 'approver'): Approver => ({
  id: name,
  email: `${name}@example.com`,
  role,
  via: 'api',
});
const OPEN = { isOpen: true };
const yes = (by: Approver): Ruling => ({ by, verdict: 'approve' });
const no = (by: Approver): Ruling => ({ by, verdict: 'deny' });
const decide = (one: Approval, ruling: Ruling, nowMs = ASKED, grant: typeof OPEN | undefined = OPEN) =>
  decideApproval(one, ruling, { nowMs, grant });

/** The approval after all these words, each of which must be heard. */
function after(one: Approval, ...rulings: readonly Ruling[]): Approval {
  return rulings.reduce((now, ruling) => {
    const decided = decide(now, ruling);
    if (!decided.ok) throw new Error(decided.message);
    return decided.approval;
  }, one);
}

const taking = (nowMs = ASKED, session = 's') => ({ nowMs, session, mayDecide: () => true });

describe('who may decide', () => {
  it.each<[string, Partial<ApprovalTerms>, Approver, boolean]>([
    ['an admin', {}, person('ada', 'admin'), true],
    ['an approver', {}, person('ada'), true],
    ['a viewer', {}, person('ada', 'viewer'), false],
    ['a policy manager', {}, person('ada', 'policy_manager'), false],
    ['an admin where only approvers are named', { approvers: ['approver'] }, person('ada', 'admin'), false],
    ['who is named by address', { approvers: ['Ada@Example.com'] }, person('ada', 'viewer'), true],
    [
      'an admin where somebody else is named',
      { approvers: ['bob@example.com'] },
      person('ada', 'admin'),
      false,
    ],
    ['the owner', {}, person('olga', 'admin'), false],
    ['the owner by a key of their own', {}, { ...person('key-7'), email: 'OLGA@example.com' }, false],
    ['the owner where the policy says so', { self: true }, person('olga'), true],
  ])('%s', (_who, terms, by, isOk) => {
    expect(decide(approval(terms), yes(by)).ok).toBe(isOk);
  });

  it.each([
    ['in another form of its letters', 'jose\u0301@example.com', 'jos\u00e9@example.com'],
    ['in wide letters', '\uff4a\uff4f@example.com', 'jo@example.com'],
    ['with a blank that a file has', 'Jo@Example.com ', 'jo@example.com'],
  ])('is not the owner whose address is written %s', (_how, owner, email) => {
    const by = { ...person('p-1', 'admin'), email };
    const moment = { nowMs: ASKED, grant: { isOpen: true, owner } };
    expect(decideApproval(approval(), yes(by), moment)).toMatchObject({ code: 'own_call' });
  });

  it('is not who is named in letters that only look so', () => {
    const by = { ...person('p-1', 'viewer'), email: '\uff42ob@example.com' };
    expect(decide(approval({ approvers: ['bob@example.com'] }), yes(by))).toMatchObject({
      code: 'not_an_approver',
    });
  });

  it('is not who owns the grant by now, nor who owned it when it was asked', () => {
    const moment = { nowMs: ASKED, grant: { isOpen: true, owner: 'ada' } };
    expect(decideApproval(approval(), yes(person('ada')), moment)).toMatchObject({ code: 'own_call' });
    expect(decideApproval(approval(), yes(person('olga')), moment)).toMatchObject({ code: 'own_call' });
  });

  it('may refuse their own call', () => {
    expect(after(approval(), no(person('olga'))).state).toBe('refused');
  });
});

describe('several people', () => {
  it('are needed before it is approved, and one person is one whichever way they come in', () => {
    const first = after(approval({ required: 2 }), yes(person('ada')));
    expect(first.state).toBe('waiting');
    const again = decide(first, yes({ ...person('key-1'), email: 'ADA@example.com' }));
    expect(again).toMatchObject({ ok: true, isNews: false, approval: { state: 'waiting' } });
    expect(after(first, yes(person('bob'))).state).toBe('approved');
  });

  it('are stopped by one who refuses, also by one who approved before', () => {
    const first = after(approval({ required: 3 }), yes(person('ada')), yes(person('bob')));
    expect(after(first, no(person('ada')))).toMatchObject({ state: 'refused', endedAtMs: ASKED });
  });
});

describe('a decision', () => {
  it('holds, and the same word again says the same', () => {
    const approved = after(approval(), yes(person('ada')));
    expect(decide(approved, yes(person('ada')))).toEqual({ ok: true, isNews: false, approval: approved });
    expect(decide(approved, no(person('bob')))).toMatchObject({ ok: false, code: 'ended' });
    const refused = after(approval(), no(person('ada')));
    expect(decide(refused, yes(person('bob')))).toMatchObject({ ok: false, code: 'ended' });
  });

  it('comes in time or not at all', () => {
    expect(decide(approval(), yes(person('ada')), EXPIRES - 1).ok).toBe(true);
    expect(decide(approval(), yes(person('ada')), EXPIRES)).toMatchObject({ ok: false, code: 'ended' });
    const approved = after(approval(), yes(person('ada')));
    expect(decide(approved, yes(person('ada')), EXPIRES)).toMatchObject({ ok: false, code: 'ended' });
  });

  it('approves nothing for a grant that opens nothing', () => {
    const moment = { nowMs: ASKED, grant: { isOpen: false } };
    expect(decideApproval(approval(), yes(person('ada')), moment).ok).toBe(false);
    expect(decideApproval(approval(), yes(person('ada')), { nowMs: ASKED, grant: undefined }).ok).toBe(false);
    expect(decideApproval(approval(), no(person('ada')), moment).ok).toBe(true);
  });

  it('has a note of bounded length', () => {
    const noted = (length: number) => decide(approval(), { ...no(person('ada')), note: 'x'.repeat(length) });
    expect(noted(MAX_NOTE_LENGTH).ok).toBe(true);
    expect(noted(MAX_NOTE_LENGTH + 1)).toMatchObject({ ok: false, code: 'long_note' });
  });
});

describe('using an approval', () => {
  const approved = after(approval(), yes(person('ada')));

  it('is possible once, until it expires', () => {
    const used = take(approved, taking(EXPIRES - 1));
    expect(used).toMatchObject({ state: 'used', endedAtMs: EXPIRES - 1 });
    expect(used && take(used, taking())).toBeUndefined();
    expect(take(approved, taking(EXPIRES))).toBeUndefined();
    expect(take(approval(), taking())).toBeUndefined();
  });

  it('needs approvers who still may decide', () => {
    const mayDecide = ({ id }: Approver): boolean => id !== 'ada';
    expect(take(approved, { ...taking(), mayDecide })).toMatchObject({ state: 'withdrawn' });
    const two = after(approval({ required: 2 }), yes(person('bob')), yes(person('cyd')));
    expect(take(two, { ...taking(), mayDecide })).toMatchObject({ state: 'used' });
  });

  it('needs them each time that it is remembered', () => {
    const used = take(after(approval({ remember: 5_000 }), yes(person('ada'))), taking());
    expect(used && take(used, taking())).toBe(used);
    const ended = used && take(used, { ...taking(), mayDecide: () => false });
    expect(ended).toMatchObject({ state: 'withdrawn', because: expect.stringContaining('may not decide') });
    expect(ended && isRemembered(ended, taking())).toBe(false);
  });

  it.each<[string, ApprovalTerms['remember'], string, number, boolean]>([
    ['for as long as the policy says', 5_000, 'other', ASKED + 4_999, true],
    ['and not longer', 5_000, 's', ASKED + 5_000, false],
    ['in the same session', 'session', 's', ASKED + REMEMBER_SESSION_MS - 1, true],
    ['and not for ever', 'session', 's', ASKED + REMEMBER_SESSION_MS, false],
    ['and in no other', 'session', 'other', ASKED, false],
    ['not unless it says so', 'none', 's', ASKED, false],
  ])('is remembered %s', (_how, remember, session, nowMs, passes) => {
    const used = take(after(approval({ remember }), yes(person('ada'))), taking());
    expect(used && take(used, taking(nowMs, session)) !== undefined).toBe(passes);
  });
});

describe('an approval that ends', () => {
  it('expires at its moment, and only while it is open', () => {
    expect(expire(approval(), EXPIRES - 1)).toBeUndefined();
    expect(expire(approval(), EXPIRES)).toMatchObject({ state: 'expired', endedAtMs: EXPIRES });
    expect(expire(after(approval(), no(person('ada'))), EXPIRES)).toBeUndefined();
  });

  it('is not withdrawn after it has ended', () => {
    const used = take(after(approval(), yes(person('ada'))), taking());
    expect(used && withdraw(used, 'x', ASKED)).toBe(used);
    expect(withdraw(approval(), 'x', ASKED)).toMatchObject({ state: 'withdrawn', because: 'x' });
  });
});

it('is used only with enough people, none of whom refused, the owner not among them, whatever happens in whatever order', () => {
  const names = ['ada', 'bob', 'cyd', 'olga'];
  const word = fc.record({
    who: fc.constantFrom(...names),
    verdict: fc.constantFrom('approve' as const, 'approve' as const, 'deny' as const),
    atMs: fc.integer({ min: ASKED, max: EXPIRES + 1_000 }),
    uses: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3 }), fc.array(word, { maxLength: 12 }), (required, words) => {
      let now = approval({ required });
      let uses = 0;
      const heard = new Map<string, string>();
      for (const { atMs, uses: tries, verdict, who } of words.sort((one, other) => one.atMs - other.atMs)) {
        const decided = decide(now, { by: person(who), verdict }, atMs);
        if (decided.ok && decided.isNews) heard.set(who, verdict);
        if (decided.ok) now = decided.approval;
        const taken = tries ? take(now, taking(atMs)) : undefined;
        if (taken === undefined) continue;
        uses += 1;
        now = taken;
        expect(stateAt(now, atMs)).toBe('used');
        expect(atMs).toBeLessThan(EXPIRES);
        expect(heard.has('olga')).toBe(false);
        expect([...heard.values()]).toEqual(Array.from({ length: required }, () => 'approve'));
      }
      expect(uses).toBeLessThanOrEqual(1);
    }),
    seeded(times(300)),
  );
});
