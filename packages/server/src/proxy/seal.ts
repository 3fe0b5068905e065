export { Seal } from '../store/index.ts';
