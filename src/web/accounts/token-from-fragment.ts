let taken: { readonly page: string; readonly token: string | null } | undefined;

/**
 * The one-time token of a mailed link. It is in the fragment, which never reaches a server or its log, and it leaves
 * the address bar and the history at once. Kept in memory, so that a second rendering of the page still has it.
 */
export function tokenFromFragment(): string | null {
  const page = location.pathname;
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token !== null) {
    history.replaceState(history.state, '', page + location.search);
    taken = { page, token };
  } else if (taken?.page !== page) taken = { page, token: null };
  return taken?.token ?? null;
}
