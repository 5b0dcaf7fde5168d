import type { ReactNode } from 'react';
import { ApiProblem } from '../api.ts';
import { Button } from './button.tsx';

/** A refusal or failure in the server's own sentence, field by field, with a way on. */
export function ProblemNotice({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }) {
  if (!error) return null;
  const problem = error instanceof ApiProblem ? error : null;
  const sentence = error instanceof Error ? error.message : 'Something went wrong.';
  return (
    <div role="alert" className="my-3 border-l-2 border-danger py-1 pl-3 text-sm">
      <p className="text-danger">{sentence}</p>
      {problem && problem.fields.length > 0 && (
        <ul className="mt-1 text-muted">
          {problem.fields.map(({ field, message }) => (
            <li key={`${field} ${message}`}>
              <span className="text-ink">{field}</span>: {message}
            </li>
          ))}
        </ul>
      )}
      {onRetry && (
        <Button look="plain" onPress={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}

/** What an empty place says: what is missing and what to do next. */
export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className="border-y border-hairline py-10">
      <p className="text-lg font-medium">{title}</p>
      {children && <div className="mt-1 max-w-prose text-muted [&_.actions]:mt-4">{children}</div>}
    </div>
  );
}

/** Said to screen readers at once; drawn a moment later, so that fast answers do not flicker. */
export function Loading({ what }: { readonly what: string }) {
  return (
    <p role="status" className="late py-10 text-muted">
      Loading {what} …
    </p>
  );
}

/** A fact to know before reading on, not a fault. */
export function Note({ children }: { readonly children: ReactNode }) {
  return <div className="my-3 border-l-2 border-bar py-1 pl-3 text-sm">{children}</div>;
}
