import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { useShownFields } from './form.tsx';
import { problemsElsewhere } from './problem-fields.ts';

/**
 * A refusal or failure in the server's own sentence, with a way on. What it says of a field is said there, where a form
 * around shows that field.
 */
export function ProblemNotice({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }) {
  const shown = useShownFields();
  if (!error) return null;
  const { sentence, fields } = problemsElsewhere(error, shown);
  if (sentence === null && fields.length === 0 && !onRetry) return null;
  return (
    <div role="alert" className="my-3 border-l-2 border-danger py-1 pl-3 text-sm">
      {sentence !== null && <p className="text-danger">{sentence}</p>}
      {fields.length > 0 && (
        <ul className={sentence === null ? 'text-danger' : 'mt-1 text-muted'}>
          {fields.map(({ field, message }) => (
            <li key={`${field} ${message}`} className="first-letter:uppercase">
              {field !== '' && (
                <>
                  <span className="text-ink">{field}</span>:{' '}
                </>
              )}
              {message}
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
