export { DecisionPage } from './decision.tsx';
export { LogPage } from './log.tsx';
