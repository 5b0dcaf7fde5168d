import type { ReactNode } from 'react';
import { Disclosure as AriaDisclosure, Button, DisclosurePanel } from 'react-aria-components';

/** Something one press away: a method, the other items of a touchpoint. */
export function Disclosure({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <AriaDisclosure className="group/open text-sm">
      <Button
        slot="trigger"
        className="inline-flex cursor-pointer items-center gap-1.5 py-0.5 text-muted hover:text-ink print:hidden"
      >
        <svg width="8" height="8" viewBox="0 0 8 8" aria-hidden="true" className="group-data-expanded/open:rotate-90">
          <path d="M2 1l3.5 3L2 7" className="fill-none stroke-current" strokeWidth="1.4" />
        </svg>
        {title}
      </Button>
      <DisclosurePanel className="max-w-prose text-muted [&:not([hidden])]:pt-1 [&:not([hidden])]:pb-2">
        {children}
      </DisclosurePanel>
    </AriaDisclosure>
  );
}
