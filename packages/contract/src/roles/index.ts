/**
 * Who may do what, as one table. No endpoint and no person is named here.
 */
export * from './roles.ts';
