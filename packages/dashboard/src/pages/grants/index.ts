export { GrantPage } from './grant.tsx';
export { GrantsPage } from './grants.tsx';
