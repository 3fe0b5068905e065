import { later } from '../ui/index.ts';

export const TryIt = later('the policy engine', async () => (await import('./panel.tsx')).Panel);
