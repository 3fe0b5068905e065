/** What is done to agents and by them, and how far a policy prevents it. The same for everybody: it comes with the program. */
export { AttackPage } from './attack.tsx';
export { AttacksPage } from './attacks.tsx';
