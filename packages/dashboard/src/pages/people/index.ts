export { PeoplePage } from './people.tsx';
