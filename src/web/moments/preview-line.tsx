import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { ApiProblem } from '../api.ts';
import { Disclosure } from '../ui/disclosure.tsx';
import { count } from '../ui/format.ts';
import { type Moments, type Preview, previewQuery } from './queries.ts';

interface PreviewLineProps {
  readonly workspaceId: string;
  readonly surveyId: string;
  readonly moments: Moments;
}

/** How many people would be asked with what stands in the editor just now, in a sentence; the rules behind it on demand. */
export function PreviewLine({ workspaceId, surveyId, moments }: PreviewLineProps) {
  // Counted once the typing rests: each count looks at every contact.
  const [settled, setSettled] = useState(moments);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(moments), 600);
    return () => clearTimeout(timer);
  }, [moments]);
  const preview = useQuery(previewQuery(workspaceId, surveyId, settled));
  const problem = preview.error instanceof ApiProblem ? preview.error : null;
  return (
    <div className="mt-2 text-sm">
      <p role="status" className={preview.isFetching ? 'text-muted' : ''}>
        {problem
          ? (problem.fields[0]?.message ?? problem.message)
          : (preview.data?.sentence ?? 'Counting who would be asked …')}
      </p>
      {preview.data && !problem && (
        <Disclosure title="By rule">
          <div className="grid gap-x-10 gap-y-3 sm:grid-cols-2">
            <Rules
              title={`${count(preview.data.contacts.all)} customers among the contacts`}
              of={preview.data.contacts}
            />
            <Rules
              title={`${count(preview.data.visitors.seen)} browsers in the last 7 days`}
              of={preview.data.visitors}
            />
          </div>
        </Disclosure>
      )}
    </div>
  );
}

function Rules({ title, of }: { readonly title: string; readonly of: Pick<Preview['contacts'], 'rules'> }) {
  return (
    <div>
      <h3 className="text-xs font-medium text-muted">{title}</h3>
      <ul>
        {of.rules.map(({ rule, n, because }) => (
          <li key={rule} className="flex gap-3 border-t border-hairline py-0.5">
            <span className="w-16 shrink-0 text-right tabular-nums">{count(n)}</span>
            <span>{because}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
