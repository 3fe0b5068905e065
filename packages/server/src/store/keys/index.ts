/**
 * The keys of a store by their names, wherever they are kept: what each is for, the versions of the vault's, and the seal around all of
 * them. Knows no file and no database.
 */
export * from './content.ts';
export { checkOf } from './key-check.ts';
export * from './key-names.ts';
export { openKeyRing, type StoredKeyRing } from './key-ring.ts';
export { openMasterKey } from './master-key.ts';
export * from './rotation.ts';
