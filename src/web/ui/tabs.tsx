import { createLink } from '@tanstack/react-router';
import type { ComponentProps, ReactNode } from 'react';

/** The views of one part of the workspace: links, since every view has an address. */
export function SubNav({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <nav
      aria-label={label}
      className="mb-5 flex flex-wrap gap-x-5 gap-y-1 border-b border-hairline text-sm print:hidden"
    >
      {children}
    </nav>
  );
}

export const SubLink = createLink((props: ComponentProps<'a'>) => (
  <a
    {...props}
    className="-mb-px border-b-2 border-transparent py-1.5 text-muted hover:text-ink aria-[current=page]:border-ink aria-[current=page]:text-ink"
  />
));
