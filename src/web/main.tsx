import './ui/styles.css';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiProblem } from './api.ts';
import { makeRouter } from './router.tsx';

const client: QueryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      // A refusal stays a refusal; only a server that is not reachable or not ready is asked again.
      retry: (failures, error) =>
        failures < 2 && !(error instanceof ApiProblem && error.status > 0 && error.status < 500),
    },
  },
});
const router = makeRouter(client);

// A session that ended (signed out elsewhere, disabled) shows at the next read: ask who we are, and leave if nobody.
client.getQueryCache().subscribe((event) => {
  const { error } = event.query.state;
  if (event.type !== 'updated' || event.action.type !== 'error') return;
  if (error instanceof ApiProblem && error.status === 401 && event.query.queryKey[0] !== 'session') {
    client.removeQueries({ queryKey: ['workspace'] });
    void client.invalidateQueries({ queryKey: ['session'] }).then(() => router.invalidate());
  }
});

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  );
}
