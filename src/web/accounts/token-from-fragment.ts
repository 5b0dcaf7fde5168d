import { useEffect, useState } from 'react';

let taken: { readonly page: string; readonly token: string } | undefined;

/**
 * The one-time token of a link. It is in the fragment, which never reaches a server or its log, and it leaves the
 * address bar and the history at once. Kept in memory, so that a second rendering of the page still has it.
 */
function takeToken(): string | null {
  const page = location.pathname;
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token !== null) {
    taken = { page, token };
    history.replaceState(history.state, '', page + location.search);
  }
  return taken?.page === page ? taken.token : null;
}

/** The token of the page's address; also when the link is pasted into a tab that shows the page already. */
export function useFragmentToken(): string | null {
  const [token, setToken] = useState(takeToken);
  useEffect(() => {
    const read = () => setToken(takeToken());
    window.addEventListener('hashchange', read);
    return () => window.removeEventListener('hashchange', read);
  }, []);
  return token;
}
