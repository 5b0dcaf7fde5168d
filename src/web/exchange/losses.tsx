import type { SurveyUpload } from '../../server/exchange/schema.ts';
import { count } from '../ui/format.ts';
import { TallBox } from './tall-box.tsx';

type Loss = SurveyUpload['report'][number];

/** What could not be carried over, by question; what is about the whole file comes first. */
export function Losses({ losses }: { readonly losses: readonly Loss[] }) {
  if (losses.length === 0) return <p className="text-sm">Everything of the file is carried over.</p>;
  const groups = new Map<string | null, string[]>();
  for (const { question, message } of losses) {
    const there = groups.get(question);
    if (there) there.push(message);
    else groups.set(question, [message]);
  }
  const ordered = [...groups].sort(([a], [b]) => Number(a !== null) - Number(b !== null));
  return (
    <div>
      <h3 className="mb-1 text-sm font-semibold">
        Not carried over as it stands <span className="font-normal text-muted">({count(losses.length)})</span>
      </h3>
      <TallBox label="Not carried over as it stands">
        <dl>
          {ordered.map(([question, messages]) => (
            <div key={question ?? ''} className="border-b border-hairline py-1.5 last:border-0">
              <dt dir="auto" className="font-medium wrap-anywhere">
                {question ?? 'About the file'}
              </dt>
              {messages.map((message) => (
                <dd key={message} className="text-muted wrap-anywhere">
                  {message}
                </dd>
              ))}
            </div>
          ))}
        </dl>
      </TallBox>
    </div>
  );
}
