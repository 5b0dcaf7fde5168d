import { useState } from 'react';
import type { Ending } from '../../core/survey/definition.ts';
import { inWorkspace, put as putApi } from '../api.ts';
import { useChange } from '../journeys/queries.ts';
import { useRights } from '../session.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { changeEnding, orNothing, put, removeEnding } from './edit.ts';
import { useEditor } from './editor.ts';
import { WordingField } from './wording-field.tsx';

export function EndingForm({ ending }: { readonly ending: Ending }) {
  const { survey, edit, open, mayEdit } = useEditor();
  const change = (label: string, make: (ending: Ending) => Ending, field?: string) =>
    edit(label, (before) => changeEnding(before, ending.id, make), field && `${ending.id} ${field}`);
  const isFirst = survey.endings[0]?.id === ending.id;
  return (
    <section aria-label="Thank-you page" className="flex flex-col gap-5">
      <header className="flex items-center justify-between gap-3">
        <h2 tabIndex={-1} className="font-semibold outline-none">
          Thank-you page
        </h2>
        {mayEdit && survey.endings.length > 1 && (
          <Button
            onPress={() => {
              edit('delete the thank-you page', (before) => removeEnding(before, ending.id));
              open({ part: 'texts' }, true);
            }}
          >
            Delete
          </Button>
        )}
      </header>
      <p className="text-sm text-muted">
        {isFirst ? 'The last page leads here.' : 'Shown where a page or a quota leads to it.'}
      </p>
      <WordingField
        label="Heading"
        name="title"
        compact
        wording={ending.title}
        onChange={(title, field) => change('write the thank-you page', (one) => ({ ...one, title }), field)}
      />
      <WordingField
        label="Text (optional)"
        name="text"
        wording={ending.text}
        onChange={(text, field) =>
          change('write the thank-you page', (one) => put(one, 'text', orNothing(text)), field)
        }
      />
      <Redirect
        ending={ending}
        onChange={(to) => change('change where it leads', (one) => put(one, 'redirect', to), 'redirect')}
      />
    </section>
  );
}

interface RedirectProps {
  readonly ending: Ending;
  readonly onChange: (address: string | undefined) => void;
}

/** Where respondents go on: only https, and only to hosts that owners and leads have put on the list. */
function Redirect({ ending, onChange }: RedirectProps) {
  const { workspaceId, hosts, mayEdit } = useEditor();
  const { mayLead } = useRights(workspaceId);
  const [typed, setTyped] = useState<string | null>(null);
  const shown = typed ?? ending.redirect ?? '';
  const host = hostOf(shown);
  const add = useChange(workspaceId, (name: string) =>
    putApi(inWorkspace(workspaceId, 'redirect-hosts'), { hosts: [...hosts, name] }),
  );
  const isKnown = host !== undefined && hosts.includes(host);
  return (
    <div>
      <TextField
        label="Then go on to (optional)"
        type="url"
        value={shown}
        placeholder="https://www.example.com/thanks"
        maxLength={2000}
        isDisabled={!mayEdit}
        isInvalid={shown !== '' && host === undefined}
        onChange={(text) => {
          setTyped(text);
          // Half an address could not be saved.
          if (text === '' || hostOf(text)) onChange(text || undefined);
        }}
        onBlur={() => host && setTyped(null)}
        hint={
          shown !== '' && host === undefined
            ? 'Begin with https:// and name a host.'
            : 'After three seconds, on pages of their own.'
        }
      />
      {host !== undefined && !isKnown && (
        <div role="status" className="mt-2 text-sm">
          {host} is not on the workspace’s list of hosts.{' '}
          {mayLead ? (
            <Button look="plain" isPending={add.isPending} onPress={() => add.mutate(host)}>
              Put {host} on the list
            </Button>
          ) : (
            'Ask an owner or lead to put it there.'
          )}
          <ProblemNotice error={add.error} />
        </div>
      )}
    </div>
  );
}

function hostOf(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined;
  const { protocol, host, username } = new URL(address);
  return protocol === 'https:' && username === '' && host.includes('.') ? host : undefined;
}
