export { GrantsPage } from './grants.tsx';
