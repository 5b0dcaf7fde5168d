import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { date } from '../ui/format.ts';
import type { ListedResponse } from './answer-queries.ts';
import { askedAs, inOrder, inWords } from './given.ts';
import { versionQuery } from './queries.ts';

interface ResponseEntryProps {
  readonly workspaceId: string;
  readonly surveyId: string;
  readonly response: Pick<ListedResponse, 'answeredOn' | 'channel' | 'language' | 'version' | 'finished' | 'answers'> &
    Partial<Pick<ListedResponse, 'attributes' | 'left'>>;
  readonly children?: ReactNode;
}

/** One response: when and where it came from, and every answer in the words of the version that was answered. */
export function ResponseEntry({ workspaceId, surveyId, response, children }: ResponseEntryProps) {
  const { answeredOn, channel, language, finished, answers, version, attributes = {}, left = [] } = response;
  const about = [
    answeredOn && date(answeredOn),
    channel,
    language,
    version ? `version ${version}` : '',
    finished ? '' : 'not finished',
    ...Object.entries(attributes).map(([name, value]) => `${name}: ${value}`),
  ];
  const asked = useQuery(versionQuery(workspaceId, surveyId, version)).data;
  const survey = asked?.definition ?? null;
  const given = inOrder(survey, answers ?? {});
  return (
    <li className="border-t border-hairline py-2 text-sm">
      <div className="flex flex-wrap items-start justify-between gap-2">
        <p className="text-xs text-muted wrap-anywhere">{about.filter(Boolean).join(' · ')}</p>
        {children}
      </div>
      {given.length === 0 && <p className="text-muted">Values of items only: it came with an import.</p>}
      <dl className="mt-1 grid gap-x-4 sm:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]">
        {given.map(([key, value]) => (
          <div key={key} className="contents">
            <dt className="text-muted wrap-anywhere">{askedAs(survey, key)}</dt>
            {/* What people write is shown as they wrote it, in whichever direction that runs. */}
            <dd dir="auto" className="whitespace-pre-line wrap-anywhere max-sm:mb-1">
              {inWords(survey, key, value)}
              {left.includes(key) && (
                <span dir="ltr" className="text-muted">
                  {' '}
                  · does not count: on a way that the respondent left
                </span>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </li>
  );
}
