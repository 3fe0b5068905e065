/** Members ask for a grant of a server, and admins mint it or decline. */
export { AccessPage } from './access.tsx';
export { AskForAccess } from './ask.tsx';
export { AccessRequestPage } from './request.tsx';
