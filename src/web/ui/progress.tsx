import { ProgressBar } from 'react-aria-components';

interface ProgressProps {
  readonly label: string;
  /** 0 to 1; left out while nobody can say. */
  readonly share?: number | undefined;
  readonly detail?: string | undefined;
}

export function Progress({ label, share, detail }: ProgressProps) {
  return (
    <ProgressBar
      aria-label={label}
      className="max-w-xl py-2 text-sm"
      {...(share === undefined ? { isIndeterminate: true } : { value: share * 100 })}
    >
      {({ percentage, valueText }) => (
        <>
          <div className="flex justify-between gap-4">
            <span>{label}</span>
            <span className="text-muted">{detail ?? valueText}</span>
          </div>
          <svg className="mt-1 block w-full" height="4" aria-hidden="true">
            <rect width="100%" height="4" className="fill-band" />
            <rect width={percentage === undefined ? '35%' : `${percentage}%`} height="4" className="fill-ink" />
          </svg>
        </>
      )}
    </ProgressBar>
  );
}
