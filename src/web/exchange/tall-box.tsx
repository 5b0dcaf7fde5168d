import type { ReactNode } from 'react';

/** Something long within a dialog: it scrolls by itself, and the keyboard reaches it. */
export function TallBox({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable with the keyboard
    <section className="max-h-64 overflow-y-auto border-y border-hairline text-sm" aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
