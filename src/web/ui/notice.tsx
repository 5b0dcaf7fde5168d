import type { ReactNode } from 'react';
import { ApiProblem } from '../api.ts';
import { Button } from './button.tsx';

/** A refusal or failure in the server's own sentence, field by field, with a way on. */
export function ProblemNotice({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }) {
  if (!error) return null;
  const fields = error instanceof ApiProblem ? error.fields : [];
  const sentence = error instanceof Error ? error.message : 'Something went wrong.';
  const [first] = fields;
  // The sentence of a wrong request repeats its first field.
  const repeats = first !== undefined && sentence === `${first.field}: ${first.message}`;
  return (
    <div role="alert" className="my-3 border-l-2 border-danger py-1 pl-3 text-sm">
      {!repeats && <p className="text-danger">{sentence}</p>}
      {fields.length > 0 && (
        <ul className={repeats ? 'text-danger' : 'mt-1 text-muted'}>
          {fields.map(({ field, message }) => (
            <li key={`${field} ${message}`} className="first-letter:uppercase">
              <FieldName field={field} />
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

/** `body.timeZone` is called timeZone here; of the whole request there is nothing to name. */
function FieldName({ field }: { readonly field: string }) {
  const name = field.replace(/^body\.?/, '');
  return name === '' ? null : (
    <>
      <span className="text-ink">{name}</span>:{' '}
    </>
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
