import { Link } from '@tanstack/react-router';
import { useTitle } from './ui/page.tsx';

/** For an address without a view, and for a workspace that is not the person's: nobody learns which of the two. */
export function NotHere() {
  useTitle('Not here');
  return (
    <div className="mx-auto max-w-xl px-5 py-16">
      <h1 className="text-xl font-semibold">There is nothing at this address</h1>
      <p className="mt-2 text-muted">
        The link may be old, or belong to a workspace that you are not a member of.{' '}
        <Link className="link text-ink" to="/">
          Go to the start
        </Link>
      </p>
    </div>
  );
}
