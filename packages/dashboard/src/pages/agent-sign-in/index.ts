/**
 * An agent asks to be let in: which program, for what, and the grant that its person gives it. What the program says of itself is
 * shown as text and led to nowhere.
 */
export { AgentSignInPage } from './page.tsx';
