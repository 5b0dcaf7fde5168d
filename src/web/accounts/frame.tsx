import type { ReactNode } from 'react';
import { MarkIcon } from '../ui/mark.tsx';
import { useTitle } from '../ui/page.tsx';

interface FrameProps {
  readonly title: string;
  /** The organisation that speaks, where people who know nothing of the product read the page. */
  readonly sender?: string | undefined;
  readonly children: ReactNode;
}

/** The plain page around signing in, set-up and invitations. */
export function AccountFrame({ title, sender, children }: FrameProps) {
  useTitle(title, sender);
  return (
    <main id="main" className="mx-auto flex min-h-screen max-w-sm flex-col justify-center px-5 py-10">
      {sender === undefined ? (
        <p className="mb-8 flex items-center gap-2 font-semibold tracking-tight">
          <Logo /> Parallax
        </p>
      ) : (
        <p className="mb-8 font-semibold tracking-tight wrap-anywhere" dir="auto">
          {sender}
        </p>
      )}
      <h1 className="text-2xl font-semibold tracking-tight">{title}</h1>
      {children}
    </main>
  );
}

export function Logo() {
  return (
    <span className="inline-flex items-center gap-0.5" aria-hidden="true">
      <MarkIcon audience="customer" lens="experience" />
      <span className="block h-px w-3 bg-field" />
      <MarkIcon audience="leadership" lens="belief" />
    </span>
  );
}
