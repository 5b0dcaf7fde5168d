import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import type { Audience } from '../../core/perspective.ts';
import { inWorkspace, post } from '../api.ts';
import { useChange, wavesQuery } from '../journeys/queries.ts';
import { useRights } from '../session.ts';
import { Button, ButtonLink } from '../ui/button.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { Disclosure } from '../ui/disclosure.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { AUDIENCE_NAMES, count } from '../ui/format.ts';
import { Empty, Loading, ProblemNotice } from '../ui/notice.tsx';
import { Page, Section } from '../ui/page.tsx';
import { LinkCard } from './link-card.tsx';
import { SIDE_BY_SIDE } from './names.ts';
import { OwnComputerNote } from './own-computer.tsx';
import { Embed } from './publish-dialog.tsx';
import { draftQuery, type Link, surveyLinksQuery } from './queries.ts';
import { Waves } from './waves.tsx';
import { WorkField } from './work-field.tsx';

const here = getRouteApi('/w/$workspaceId/surveys/$surveyId/ask');

/** Every way to reach people with a survey. */
export function AskScreen() {
  const { workspaceId, surveyId } = here.useParams();
  const { mayEdit } = useRights(workspaceId);
  const draft = useQuery(draftQuery(workspaceId, surveyId));
  const isPublished = draft.data ? draft.data.version !== null : undefined;
  return (
    <Page title={draft.data ? `Ask: ${draft.data.name}` : 'Ask'} lead="Every way to put this survey before people.">
      <ProblemNotice error={draft.error} onRetry={() => void draft.refetch()} />
      {draft.isPending && <Loading what="the survey" />}
      {isPublished === false && draft.data?.definition && (
        <Empty title="Not published yet">
          <p>Links take answers once a version is published.</p>
          <p className="actions">
            <ButtonLink look="primary" to="/w/$workspaceId/surveys/$surveyId" params={{ workspaceId, surveyId }}>
              To the editor
            </ButtonLink>
          </p>
        </Empty>
      )}
      {isPublished && (
        <Links
          workspaceId={workspaceId}
          surveyId={surveyId}
          audiences={draft.data?.definition?.audiences ?? []}
          mayEdit={mayEdit}
        />
      )}
      <Waves workspaceId={workspaceId} surveyId={surveyId} mayEdit={mayEdit} />
    </Page>
  );
}

interface LinksProps {
  readonly workspaceId: string;
  readonly surveyId: string;
  readonly audiences: readonly Audience[];
  readonly mayEdit: boolean;
}

function Links({ workspaceId, surveyId, audiences, mayEdit }: LinksProps) {
  const links = useQuery(surveyLinksQuery(workspaceId, surveyId));
  const waves = useQuery(wavesQuery(workspaceId, surveyId)).data?.waves ?? [];
  const [adding, setAdding] = useState(false);
  const all = links.data?.links ?? [];
  const open = all.filter(({ test, closed }) => !test && !closed);
  const closed = all.filter((link) => !link.test && link.closed);
  const cards = (list: readonly Link[]) =>
    list.map((link) => (
      <LinkCard
        key={link.token}
        workspaceId={workspaceId}
        surveyId={surveyId}
        link={link}
        mayEdit={mayEdit}
        wave={waves.find(({ id }) => id === link.waveId)?.name}
      />
    ));
  return (
    <Section title="Open links" aside="Whoever has one may answer">
      <div className="max-w-3xl">
        <ProblemNotice error={links.error} />
        {links.isPending && <Loading what="the links" />}
        {links.data && open.length === 0 && <p className="mb-2 text-sm text-muted">No open link.</p>}
        {open[0] && <OwnComputerNote address={open[0].address} />}
        {cards(open)}
        <p className="flex flex-wrap items-center gap-4 border-t border-hairline pt-3">
          {mayEdit && <Button onPress={() => setAdding(true)}>New link, QR poster or kiosk</Button>}
        </p>
        <div className="mt-2 flex flex-col items-start gap-2">
          <Embed workspaceId={workspaceId} surveyId={surveyId} />
          <Disclosure title="Try it out: answers are marked and never counted">
            {cards(all.filter(({ test }) => test))}
          </Disclosure>
          {closed.length > 0 && (
            <Disclosure title={`Closed links (${count(closed.length)})`}>{cards(closed)}</Disclosure>
          )}
        </div>
      </div>
      {adding && (
        <NewLink
          workspaceId={workspaceId}
          surveyId={surveyId}
          audiences={audiences}
          waves={waves}
          onClose={() => setAdding(false)}
        />
      )}
    </Section>
  );
}

const CHANNELS = [
  { channel: 'link', name: 'Link, to send or post' },
  { channel: 'qr', name: 'QR code on paper' },
  { channel: 'kiosk', name: 'Kiosk: a tablet that begins anew for each person' },
  { channel: 'web', name: 'In a page' },
  { channel: 'in-app', name: 'In an app' },
  { channel: 'mail', name: 'In mails sent elsewhere' },
];

interface NewLinkProps {
  readonly workspaceId: string;
  readonly surveyId: string;
  readonly audiences: readonly Audience[];
  readonly waves: readonly { readonly id: string; readonly name: string; readonly audience: Audience }[];
  readonly onClose: () => void;
}

/** A link of its own for each place tells answers apart by where they came from. */
function NewLink({ workspaceId, surveyId, audiences, waves, onClose }: NewLinkProps) {
  const asked = SIDE_BY_SIDE.filter((one) => audiences.includes(one));
  const [audience, setAudience] = useState<Audience>(asked[0] ?? 'customer');
  const [channel, setChannel] = useState('link');
  const [name, setName] = useState('');
  const [waveId, setWave] = useState('');
  const [work, setWork] = useState(0);
  const fitting = waves.filter((wave) => wave.audience === audience);
  const make = useChange(workspaceId, () =>
    post(inWorkspace(workspaceId, 'surveys', surveyId, 'links'), {
      ...{ audience, channel, name, work },
      waveId: waveId || null,
    }),
  );
  return (
    <Dialog title="New link" isOpen onClose={onClose}>
      <div className="flex flex-col gap-3">
        <SelectField
          label="For"
          value={audience}
          onChange={(value) => {
            setAudience(value as Audience);
            setWave('');
          }}
        >
          {asked.map((one) => (
            <option key={one} value={one}>
              {AUDIENCE_NAMES[one]}
            </option>
          ))}
        </SelectField>
        {audience !== 'customer' && (
          <p className="text-sm text-muted">
            Anybody who has this link may answer, as often as they like. With personal links of a wave each person
            answers once, and nobody can tell who answered what.
          </p>
        )}
        <SelectField label="Where it is shown" value={channel} onChange={setChannel}>
          {CHANNELS.map((one) => (
            <option key={one.channel} value={one.channel}>
              {one.name}
            </option>
          ))}
        </SelectField>
        <TextField
          label="Name (optional)"
          value={name}
          onChange={setName}
          maxLength={200}
          placeholder="Entrance, ground floor"
        />
        {fitting.length > 0 && (
          <SelectField label="Wave (optional)" value={waveId} onChange={setWave}>
            <option value="">none</option>
            {fitting.map((wave) => (
              <option key={wave.id} value={wave.id}>
                {wave.name}
              </option>
            ))}
          </SelectField>
        )}
        <WorkField work={work} onChange={setWork} />
        <ProblemNotice error={make.error} />
      </div>
      <DialogActions>
        <Button onPress={onClose}>Cancel</Button>
        <Button
          look="primary"
          isPending={make.isPending}
          onPress={() => make.mutate(undefined, { onSuccess: onClose })}
        >
          Make the link
        </Button>
      </DialogActions>
    </Dialog>
  );
}
