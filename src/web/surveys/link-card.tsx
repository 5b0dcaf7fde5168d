import { useState } from 'react';
import { apiPath, inWorkspace, patch } from '../api.ts';
import { useChange } from '../journeys/queries.ts';
import { Button, ButtonAnchor } from '../ui/button.tsx';
import { CopyBox } from '../ui/copy-box.tsx';
import { AUDIENCE_NAMES } from '../ui/format.ts';
import { MarkIcon } from '../ui/mark.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { LinkDialog } from './link-dialog.tsx';
import { PosterDialog } from './poster-dialog.tsx';
import type { Link } from './queries.ts';

interface LinkCardProps {
  readonly workspaceId: string;
  readonly surveyId: string;
  readonly link: Link;
  readonly mayEdit: boolean;
  /** The wave that the answers belong to. */
  readonly wave?: string | undefined;
}

/** One open link: to copy, to print as a poster, to close. */
export function LinkCard({ workspaceId, surveyId, link, mayEdit, wave }: LinkCardProps) {
  const { audience, token, test, closed, channel } = link;
  const path = inWorkspace(workspaceId, 'surveys', surveyId, 'links', token);
  const change = useChange(workspaceId, (body: { closed: boolean }) => patch(path, body));
  const [open, setOpen] = useState<'poster' | 'change' | null>(null);
  const close = () => setOpen(null);
  const who = `${AUDIENCE_NAMES[audience]}${test ? ', to try it out' : ''}`;
  const guard = link.work > 0 && !test ? 'with proof of work' : '';
  const about = [link.name, test ? '' : channel, wave, guard].filter(Boolean).join(' · ');
  return (
    <section aria-label={about ? `${who}: ${about}` : who} className="border-t border-hairline py-3">
      <h3 className="flex flex-wrap items-center gap-x-2 text-sm font-medium">
        <MarkIcon audience={audience} lens={audience === 'customer' ? 'experience' : 'belief'} />
        {who}
        <span className="font-normal text-muted">
          {about}
          {closed && ' · closed: takes no answers'}
        </span>
      </h3>
      {!closed && (
        <CopyBox
          label={channel === 'kiosk' ? 'Address for the kiosk' : test ? 'Answers by it are never counted' : 'Address'}
          text={channel === 'kiosk' ? `${link.address}?kiosk` : link.address}
        />
      )}
      <div className="mt-1 flex flex-wrap items-center gap-2">
        {!closed && !test && (
          <>
            <Button onPress={() => setOpen('poster')}>Poster to print</Button>
            <ButtonAnchor href={apiPath(`${path}/qr.svg`)} download>
              QR code
            </ButtonAnchor>
          </>
        )}
        {!closed && (
          <ButtonAnchor look="plain" href={link.address} target="_blank" rel="noreferrer">
            Open
          </ButtonAnchor>
        )}
        {mayEdit && !test && !closed && (
          <Button look="plain" onPress={() => setOpen('change')}>
            Change
          </Button>
        )}
        {mayEdit && !test && (
          <Button look="plain" isPending={change.isPending} onPress={() => change.mutate({ closed: !closed })}>
            {closed ? 'Open the link again' : 'Close the link'}
          </Button>
        )}
      </div>
      <ProblemNotice error={change.error} />
      {open === 'poster' && <PosterDialog path={path} address={link.address} onClose={close} />}
      {open === 'change' && <LinkDialog workspaceId={workspaceId} path={path} link={link} onClose={close} />}
    </section>
  );
}
