import { useBlocker } from '@tanstack/react-router';
import { ConfirmDialog } from './dialog.tsx';

interface UnsavedProps {
  /** What is changed and not saved, such as “the schedule”; nothing: going elsewhere needs no question. */
  readonly what: readonly string[];
}

/** Asks before a view with unsaved work is left: by a link, by the browser's buttons, or by closing the window. */
export function Unsaved({ what }: UnsavedProps) {
  const isUnsaved = what.length > 0;
  const leave = useBlocker({
    // What stands in the address of one view, such as a filter, leaves it as it is.
    shouldBlockFn: ({ current, next }) => isUnsaved && current.pathname !== next.pathname,
    enableBeforeUnload: () => isUnsaved,
    withResolver: true,
  });
  return (
    <ConfirmDialog
      title="Leave without saving?"
      isOpen={leave.status === 'blocked'}
      onClose={() => leave.reset?.()}
      keep="Stay here"
      action="Leave and lose the changes"
      onConfirm={async () => leave.proceed?.()}
    >
      Your changes to {what.join(' and ')} are not saved yet.
    </ConfirmDialog>
  );
}
