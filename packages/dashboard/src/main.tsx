import './style.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { setNonce } from 'get-nonce';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { config } from 'zod';
import { queryClient } from './app/query.ts';
import { followTheme } from './app/theme.ts';
import { router } from './router.tsx';

declare const WITHOUT_SERVER: boolean;

// Neither compiled schemas nor style elements of the library pass a Content-Security-Policy without these.
config({ jitless: true });
const nonce = document.querySelector<HTMLMetaElement>('meta[name="boomgate-nonce"]')?.content;
if (nonce !== undefined) setNonce(nonce);

// Only while it is developed, and left out of what is built.
if (import.meta.env.DEV && WITHOUT_SERVER)
  await import('./without-server/index.ts').then(({ serveWithoutServer }) => serveWithoutServer());

followTheme();
const root = document.getElementById('root');
if (root === null) throw new Error('the page has no element for the dashboard');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
