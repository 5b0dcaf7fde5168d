import type { ReactNode } from 'react';

interface AtProps {
  /** Percent of the drawing's width. */
  readonly x?: string;
  readonly y?: number;
  readonly children: ReactNode;
}

/** Places what is inside about a point. A group can't be moved by percent of the width; an inner drawing can. */
export function At({ x = '0', y = 0, children }: AtProps) {
  return (
    <svg x={x} y={y} overflow="visible" className="overflow-visible" aria-hidden="true">
      {children}
    </svg>
  );
}
