import { expect, it } from 'vitest';
import {
  auditQuery,
  readAttackSearch,
  readAuditSearch,
  readCatalogueSearch,
  readLogSearch,
  readSignInSearch,
} from './index.ts';

it('takes from an address what a page can look for, and nothing else', () => {
  const given = { words: 404, class: 'Execute', severity: 'Grave', server: '', other: 'x' };
  expect(readCatalogueSearch(given)).toEqual({ words: '404', class: 'Execute' });
  const attack = { words: 'loop', category: 'data', coverage: 'all', class: ['Read'] };
  expect(readAttackSearch(attack)).toEqual({ words: 'loop', category: 'data' });
  expect(readAuditSearch({ action: 'grant', actor: '', page: 2 })).toEqual({ action: 'grant' });
});

it('asks the audit log by moments, and leaves out what is none', () => {
  const since = new Date(2026, 10, 27, 8).toISOString();
  expect(auditQuery({ text: 'x', since: '2026-11-27T08:00', until: 'soon' })).toEqual({ text: 'x', since });
});

it('takes from an address of the log no time that cannot be read', () => {
  const since = '2026-11-27T08:00:00.000Z';
  expect(readLogSearch({ since, until: 'soon', text: 'x' })).toEqual({ since, text: 'x' });
});

it('returns to places of the gateway alone after signing in', () => {
  for (const next of ['//evil.example/', 'https://evil.example/', '/\\evil.example', 7, undefined])
    expect(readSignInSearch({ next })).toEqual({ next: '/' });
  expect(readSignInSearch({ next: '/log?text=a', problem: 'sign_on_stale', why: {} })).toEqual({
    next: '/log?text=a',
    problem: 'sign_on_stale',
  });
});
