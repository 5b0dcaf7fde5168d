import type { ReactNode } from 'react';
import { MarkIcon } from '../ui/mark.tsx';
import { useTitle } from '../ui/page.tsx';

/** The plain page around signing in, set-up and invitations. */
export function AccountFrame({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  useTitle(title);
  return (
    <main id="main" className="mx-auto flex min-h-screen max-w-sm flex-col justify-center px-5 py-10">
      <p className="mb-8 flex items-center gap-2 font-semibold tracking-tight">
        <Logo /> Parallax
      </p>
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
