import { useMutation } from '@tanstack/react-query';
import { useEffect } from 'react';
import { AccountFrame } from '../accounts/frame.tsx';
import { useFragmentToken } from '../accounts/token-from-fragment.ts';
import { post } from '../api.ts';
import { Button } from '../ui/button.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { unsubscribeWords } from './unsubscribe-words.ts';

/** Behind the link in a mail. A button, because programs that look for viruses open every link. */
export function Unsubscribe() {
  const token = useFragmentToken();
  const stop = useMutation({ mutationFn: () => post('/unsubscribe', { token }) });
  const { language, words } = unsubscribeWords(navigator.languages);
  useEffect(() => {
    const before = document.documentElement.lang;
    document.documentElement.lang = language;
    return () => {
      document.documentElement.lang = before;
    };
  }, [language]);
  if (!token || token === 'preview')
    return (
      <AccountFrame title={words.stop}>
        <p className="mt-3 text-muted">{words.incomplete}</p>
      </AccountFrame>
    );
  if (stop.isSuccess)
    return (
      <AccountFrame title={words.done}>
        <p className="mt-3" role="status">
          {words.result}
        </p>
      </AccountFrame>
    );
  return (
    <AccountFrame title={words.ask}>
      <p className="mt-3 text-muted">{words.meaning}</p>
      <ProblemNotice error={stop.error} />
      <p className="mt-5">
        <Button look="primary" isPending={stop.isPending} onPress={() => stop.mutate()}>
          {words.stop}
        </Button>
      </p>
    </AccountFrame>
  );
}
