/** Pages for who is not signed in. They say nothing of who has an account. */
export { ForgotPage } from './forgot.tsx';
export { InvitationPage } from './invitation.tsx';
export { ResetPage } from './reset.tsx';
export { SignInPage } from './sign-in.tsx';
