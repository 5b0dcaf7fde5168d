import { useState } from 'react';
import { Button } from './button.tsx';

/** A link or key (or several, one a line) that is shown once, to be handed over by hand. */
export function CopyBox({ label, text }: { readonly label: string; readonly text: string }) {
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle');
  async function copy() {
    // The clipboard exists only on https and localhost; the text can always be selected.
    try {
      await navigator.clipboard.writeText(text);
      setState('copied');
    } catch {
      setState('failed');
    }
  }
  return (
    <div className="mt-2">
      <p className="text-xs font-medium text-muted">{label}</p>
      <div className="mt-1 flex flex-wrap items-start gap-2">
        <code className="min-w-0 grow rounded-sm border border-hairline bg-wash px-2 py-1 text-sm break-all whitespace-pre-line select-all">
          {text}
        </code>
        <Button onPress={() => void copy()}>Copy</Button>
      </div>
      <p role="status" className="text-xs text-muted">
        {state === 'copied' && 'Copied.'}
        {state === 'failed' && 'This browser does not let the page copy. Select the text and copy it.'}
      </p>
    </div>
  );
}
