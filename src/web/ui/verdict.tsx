import type { Pattern, Verdict } from '../../core/gap.ts';

const VERDICTS: Record<Verdict, { readonly word: string; readonly icon: string; readonly meaning: string }> = {
  // Two bars apart, two bars together, together but slanted, a broken bar.
  open: { word: 'open', icon: 'M3 2V12M11 2V12M5 7H9', meaning: 'A gap is there, larger than chance explains.' },
  aligned: { word: 'aligned', icon: 'M3 5H11M3 9H11', meaning: 'Any gap is smaller than the tolerance.' },
  aligned_not_zero: {
    word: 'aligned, not zero',
    icon: 'M2.5 5.5Q5 3 7 5T11.5 4.5M2.5 9.5Q5 7 7 9T11.5 8.5',
    meaning: 'There is a gap, but it is smaller than the tolerance.',
  },
  undetermined: {
    word: 'undetermined',
    icon: 'M4.5 5A2.5 2.5 0 1 1 8 7.2Q7 7.8 7 9M7 11.6V12',
    meaning: 'The answers do not decide it yet.',
  },
};

const PATTERNS: Record<Pattern, { readonly word: string; readonly meaning: string }> = {
  blind_spot: { word: 'blind spot', meaning: 'We believe more than customers live.' },
  hidden_strength: { word: 'hidden strength', meaning: 'Customers live more than we believe.' },
  shared_strength: { word: 'shared strength', meaning: 'We agree, and customers are well served.' },
  shared_pain: { word: 'shared pain', meaning: 'We agree that customers are not well served.' },
  unknown: { word: 'unknown', meaning: 'The answers do not decide it yet.' },
};

/** The verdict in a word with its icon; weight, not colour, says which ones need attention. */
export function VerdictWord({ verdict }: { readonly verdict: Verdict }) {
  const { word, icon, meaning } = VERDICTS[verdict];
  return (
    <span
      className={`inline-flex items-center gap-1.5 whitespace-nowrap ${verdict === 'open' ? 'font-semibold' : ''}`}
      title={meaning}
    >
      <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true" className="shrink-0">
        <path d={icon} className="fill-none stroke-current" strokeWidth="1.6" strokeLinecap="round" />
      </svg>
      {word}
    </span>
  );
}

export function PatternWord({ pattern }: { readonly pattern: Pattern | null }) {
  if (!pattern) return <span className="text-muted">–</span>;
  return <span title={PATTERNS[pattern].meaning}>{PATTERNS[pattern].word}</span>;
}

export function verdictMeaning(verdict: Verdict): string {
  return VERDICTS[verdict].meaning;
}
export function patternMeaning(pattern: Pattern): string {
  return PATTERNS[pattern].meaning;
}
