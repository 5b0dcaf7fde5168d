import { createLink } from '@tanstack/react-router';
import type { ComponentProps } from 'react';
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components';

type Look = 'primary' | 'quiet' | 'danger' | 'plain';

const BASE =
  'inline-flex min-h-8 items-center justify-center gap-1.5 rounded-sm py-1 text-sm font-medium whitespace-nowrap cursor-pointer no-underline disabled:cursor-not-allowed disabled:opacity-50';
const LOOKS: Record<Look, string> = {
  primary: 'px-3 bg-ink text-ground hover:bg-ink/85',
  quiet: 'px-3 border border-field text-ink hover:bg-wash',
  danger: 'px-3 border border-danger text-danger hover:bg-wash',
  plain: 'text-ink underline decoration-hairline underline-offset-4 hover:decoration-current',
};

export interface ButtonProps extends Omit<AriaButtonProps, 'className' | 'isPending'> {
  readonly look?: Look;
  readonly className?: string;
  /** What it started is still running: it keeps the focus and does nothing more. */
  readonly isPending?: boolean;
}

export function Button({ look = 'quiet', className = '', isPending = false, ...props }: ButtonProps) {
  const pending = isPending ? ({ type: 'button', onPress: () => {} } as const) : {};
  return (
    <AriaButton
      {...props}
      {...pending}
      className={`${BASE} ${LOOKS[look]} ${isPending ? 'cursor-progress opacity-60' : ''} ${className}`}
    />
  );
}

interface AnchorProps extends ComponentProps<'a'> {
  readonly look?: Look;
}

/** A download or a page outside the dashboard, looking like a button. */
export function ButtonAnchor({ look = 'quiet', className = '', ...props }: AnchorProps) {
  return <a {...props} className={`${BASE} ${LOOKS[look]} ${className}`} />;
}

/** A link to another view that looks like a button. */
export const ButtonLink = createLink(ButtonAnchor);
