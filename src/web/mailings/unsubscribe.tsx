import { useMutation } from '@tanstack/react-query';
import { AccountFrame } from '../accounts/frame.tsx';
import { useFragmentToken } from '../accounts/token-from-fragment.ts';
import { post } from '../api.ts';
import { Button } from '../ui/button.tsx';
import { ProblemNotice } from '../ui/notice.tsx';

/** Behind the link in a mail. A button, because programs that look for viruses open every link. */
export function Unsubscribe() {
  const token = useFragmentToken();
  const stop = useMutation({ mutationFn: () => post('/unsubscribe', { token }) });
  if (!token || token === 'preview')
    return (
      <AccountFrame title="Unsubscribe">
        <p className="mt-3 text-muted">The link is not complete. Open it from the mail again.</p>
      </AccountFrame>
    );
  if (stop.isSuccess)
    return (
      <AccountFrame title="Done">
        <p className="mt-3" role="status">
          You are not asked again.
        </p>
      </AccountFrame>
    );
  return (
    <AccountFrame title="Don’t ask me again?">
      <p className="mt-3 text-muted">No survey will be sent to your address any more.</p>
      <ProblemNotice error={stop.error} />
      <p className="mt-5">
        <Button look="primary" isPending={stop.isPending} onPress={() => stop.mutate()}>
          Don’t ask me again
        </Button>
      </p>
    </AccountFrame>
  );
}
