import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { type ReactNode, useEffect } from 'react';
import type { UnsubscribePage } from '../../server/mailings/unsubscribe-schema.ts';
import { AccountFrame } from '../accounts/frame.tsx';
import { useFragmentToken } from '../accounts/token-from-fragment.ts';
import { ApiProblem, post } from '../api.ts';
import { Button } from '../ui/button.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { unsubscribeWords } from './unsubscribe-words.ts';

const here = getRouteApi('/unsubscribe');

/**
 * Behind the link in a mail: in the name of the organisation that wrote it, in the language of the mail. A button,
 * because programs that look for viruses open every link.
 */
export function Unsubscribe() {
  const token = useFragmentToken();
  const { lang } = here.useSearch();
  const known = token !== null && token !== 'preview';
  const page = useQuery({
    queryKey: ['unsubscribe', token],
    queryFn: () => post<UnsubscribePage>('/unsubscribe-page', { token }),
    enabled: known,
    retry: false,
  });
  const stop = useMutation({ mutationFn: () => post('/unsubscribe', { token }) });
  // The link in a header of the mail, which mail programs offer, says no language.
  const wanted = [lang, page.data?.language, ...navigator.languages].filter((each) => each !== undefined);
  const { language, words } = unsubscribeWords(wanted);
  useEffect(() => {
    const before = document.documentElement.lang;
    document.documentElement.lang = language;
    return () => {
      document.documentElement.lang = before;
    };
  }, [language]);
  // Before it is known who speaks, and to whom, nothing is said in the wrong name or language.
  if (known && page.isPending) return null;
  const sender = page.data?.organisation;
  const as = (text: string) => text.replaceAll('{sender}', () => sender ?? '');
  const framed = (title: string, inside: ReactNode) => (
    <AccountFrame title={title} sender={sender ?? ''}>
      {inside}
    </AccountFrame>
  );
  if (token === 'preview')
    return framed(
      words.ask,
      <p className="mt-3" role="status">
        {words.sample}
      </p>,
    );
  // A network that is away says nothing of the link.
  const isUnknown = page.error instanceof ApiProblem && page.error.status === 404;
  if (known && page.error && !isUnknown) return framed(words.stop, <ProblemNotice error={page.error} />);
  if (sender === undefined) return framed(words.stop, <p className="mt-3 text-muted">{words.incomplete}</p>);
  if (stop.isSuccess)
    return framed(
      words.done,
      <p className="mt-3" role="status">
        {as(words.result)}
      </p>,
    );
  return framed(
    words.ask,
    <>
      <p className="mt-3 text-muted">{as(words.meaning)}</p>
      <ProblemNotice error={stop.error} />
      <p className="mt-5">
        <Button look="primary" isPending={stop.isPending} onPress={() => stop.mutate()}>
          {words.stop}
        </Button>
      </p>
    </>,
  );
}
