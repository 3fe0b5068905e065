export { StackPage } from './stack.tsx';
