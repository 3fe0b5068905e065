import { describe, expect, it } from 'vitest';
import { isSafe, problemsOf } from '../endpoint/index.ts';
import { PROBLEMS } from '../problems/index.ts';
import { hasPermission, isWithin, PERMISSIONS, type Permission, ROLES } from '../roles/index.ts';
import { listEndpoints } from './index.ts';

const all = listEndpoints();

describe('the endpoints', () => {
  it('have addresses of their own', () => {
    const addresses = all.map(
      ({ endpoint }) => `${endpoint.method} ${endpoint.path.replace(/\{\w+\}/g, '{}')}`,
    );
    expect(new Set(addresses).size).toBe(addresses.length);
  });

  it.each(all)(
    '$resource, $name: parameters are those of the path, and only changes make or depend on something',
    ({ endpoint }) => {
      const named = [...endpoint.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(Object.keys(endpoint.params?.shape ?? {})).toEqual(named);
      if (isSafe(endpoint)) expect([endpoint.body, endpoint.creates]).toEqual([undefined, undefined]);
      // A form is answered as its standard says.
      const isBare = endpoint.form !== true && endpoint.answer === undefined && endpoint.media === undefined;
      expect(endpoint.status === 204 || endpoint.status === 302).toBe(isBare && endpoint.status !== 202);
      // Whatever is changed through the API leaves a row, or says why not.
      if (!isSafe(endpoint)) expect(endpoint.audit).toMatch(/^(?:[a-z_]+\.[a-z_]+|by_store|nothing)$/);
      expect(endpoint.summary).toMatch(/^[A-Z].*[^.]$/);
    },
  );

  it('give every problem that there is, but for those of a place without an endpoint', () => {
    const given = new Set(all.flatMap(({ endpoint }) => problemsOf(endpoint)));
    const missing = Object.keys(PROBLEMS).filter((code) => !(given as ReadonlySet<string>).has(code));
    expect(missing).toEqual(['method_not_allowed']);
  });
});

describe('the roles', () => {
  it('are the rows and columns of the design', () => {
    const rows = Object.keys(PERMISSIONS).map((permission) =>
      // A cast: a key of the table.
      ROLES.map((role) => (hasPermission(role, permission as Permission) ? 'x' : '-')).join(''),
    );
    expect(rows).toEqual(['xxxx', 'xx--', 'x-x-', 'x---', 'x---', 'x---', 'x---']);
  });

  it('are within one another as far as their permissions go', () => {
    const within = ROLES.flatMap((role) =>
      ROLES.filter((other) => isWithin(role, other)).map((other) => `${role} ${other}`),
    );
    expect(within).toEqual([
      'admin admin',
      'policy_manager admin',
      'policy_manager policy_manager',
      'approver admin',
      'approver approver',
      'viewer admin',
      'viewer policy_manager',
      'viewer approver',
      'viewer viewer',
    ]);
  });
});
