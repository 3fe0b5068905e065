export { NewPolicyPage } from './new-policy.tsx';
export { PoliciesPage } from './policies.tsx';
export { PolicyPage } from './policy.tsx';
export { VersionPage } from './version.tsx';
