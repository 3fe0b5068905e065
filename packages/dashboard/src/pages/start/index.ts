/** The first run: from an organisation to a governed server and a connected client. Each step is a page's work, led through. */
export { Resume } from './resume.tsx';
export { StartPage } from './start.tsx';
