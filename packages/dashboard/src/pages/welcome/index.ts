export { WelcomePage } from './welcome.tsx';
