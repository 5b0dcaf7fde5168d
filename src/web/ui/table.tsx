import type { ComponentProps, ReactNode } from 'react';

/** Scrolls inside its own box where it is too wide, never the page; reachable with the keyboard. */
export function ScrollBox({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable with the keyboard
    <section className="relative overflow-x-auto" aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}

/** A hairline table. */
export function Table({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <ScrollBox label={label}>
      <table className="w-full border-collapse text-sm">{children}</table>
    </ScrollBox>
  );
}

const CELL = 'border-b border-hairline py-2 pr-4 text-left align-top last:pr-0';

export function Th({ className = '', ...props }: ComponentProps<'th'>) {
  return <th scope="col" {...props} className={`${CELL} text-xs font-medium text-muted ${className}`} />;
}
export function Td({ className = '', ...props }: ComponentProps<'td'>) {
  return <td {...props} className={`${CELL} ${className}`} />;
}
/** A number: right-aligned, figures of equal width. */
export function Num({ className = '', ...props }: ComponentProps<'td'>) {
  return <td {...props} className={`${CELL} text-right whitespace-nowrap tabular-nums ${className}`} />;
}
