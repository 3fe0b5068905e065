export { InvitationPage } from './invitation.tsx';
export { SignInPage } from './sign-in.tsx';
