/** Changes of policies that wait for a second person. Who made one takes it back; somebody else decides. */
export { ProposalPage } from './proposal.tsx';
export { ProposalsPage } from './proposals.tsx';
