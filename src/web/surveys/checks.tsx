import type { SurveyFinding } from '../../core/survey/check-survey.ts';
import { count } from '../ui/format.ts';
import { pageOf } from './edit.ts';
import { useEditor } from './editor.ts';
import type { EditorSearch } from './search.ts';

/** Said in one phrase: what stands in the way, what should be looked at. */
export function checksInWords(findings: readonly SurveyFinding[]): string {
  const errors = findings.filter(({ level }) => level === 'error').length;
  const warnings = findings.length - errors;
  const said = (n: number, what: string) => (n === 0 ? [] : [`${count(n)} ${what}${n === 1 ? '' : 's'}`]);
  return [...said(errors, 'error'), ...said(warnings, 'warning')].join(', ') || 'nothing to note';
}

/** What stands in the way of publishing, and what should be looked at; each leads to its place. */
export function Checks() {
  const { findings, survey, open } = useEditor();
  const places = (finding: SurveyFinding): EditorSearch => {
    const question = finding.question;
    const texts = {
      ...(finding.audience && survey.audiences.includes(finding.audience) && { audience: finding.audience }),
      ...(finding.language && survey.languages.includes(finding.language) && { language: finding.language }),
    };
    if (question && pageOf(survey, question)) return { question, ...texts };
    if (finding.page && survey.pages.some(({ id }) => id === finding.page)) return { page: finding.page, ...texts };
    if (finding.code === 'low_contrast' || finding.code === 'contrast') return { part: 'appearance' };
    if (finding.code === 'bad_quota') return { part: 'logic' };
    const ending = finding.code === 'bad_redirect' ? survey.endings.find(({ redirect }) => redirect) : undefined;
    if (ending) return { ending: ending.id };
    return { part: 'texts', ...texts };
  };
  return (
    <section aria-label="Checks" className="min-w-0">
      <h2 className="text-sm font-semibold">Checks: {checksInWords(findings)}</h2>
      {findings.length === 0 && <p className="text-sm text-muted">Ready to publish.</p>}
      <ul className="max-h-80 overflow-y-auto text-sm">
        {findings.map((finding, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two findings may say the same
          <li key={`${finding.code} ${i}`} className="border-t border-hairline">
            <button
              type="button"
              className="flex w-full cursor-pointer gap-2 py-1.5 text-left hover:bg-wash"
              onClick={() => open(places(finding), true)}
            >
              <span
                className={`shrink-0 text-xs ${finding.level === 'error' ? 'font-medium text-danger' : 'text-muted'}`}
              >
                {finding.level}
              </span>
              <span className="min-w-0 wrap-anywhere">{finding.message}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
