/** How an agent's client is led to a server: its texts, its token, and whether its first call has arrived. Mints nothing. */
export { ConnectPage } from './connect-page.tsx';
export { Connection } from './connection.tsx';
export { FirstCall, useFirstCall } from './first-call.tsx';
export { rememberToken } from './token.tsx';
