import { useQuery } from '@tanstack/react-query';
import { Link as RouterLink } from '@tanstack/react-router';
import { useState } from 'react';
import { inWorkspace, post } from '../api.ts';
import { AnswersAtHand } from '../exchange/answers-at-hand.tsx';
import { useChange } from '../journeys/queries.ts';
import { sitesQuery } from '../moments/queries.ts';
import { Button, ButtonLink } from '../ui/button.tsx';
import { CopyBox } from '../ui/copy-box.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { Disclosure } from '../ui/disclosure.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { changesBetween } from './compare.ts';
import { useEditor } from './editor.ts';
import { makeMissingLinks } from './launch.ts';
import { LinkCard } from './link-card.tsx';
import { SIDE_BY_SIDE } from './names.ts';
import { OwnComputerNote } from './own-computer.tsx';
import { surveyLinksQuery } from './queries.ts';

interface PublishDialogProps {
  /** The latest version; null before the first. */
  readonly version: number | null;
  readonly revision: () => number;
  /** Saves what is not saved yet; false when that did not work. */
  readonly flush: () => Promise<boolean>;
  readonly onClose: () => void;
}

/** What goes out, what stands in the way; and right after it the links to send. */
export function PublishDialog({ version, revision, flush, onClose }: PublishDialogProps) {
  const { workspaceId, surveyId, survey, published, findings } = useEditor();
  const [done, setDone] = useState<number | null>(null);
  const errors = findings.filter(({ level }) => level === 'error');
  const warnings = findings.filter(({ level }) => level === 'warning');
  const changes = published ? changesBetween(published, survey) : [];
  const publish = useChange(workspaceId, async () => {
    if (!(await flush())) throw new Error('The last changes could not be saved. Look at the top of the editor first.');
    const path = inWorkspace(workspaceId, 'surveys', surveyId);
    const answer = await post<{ version: number }>(`${path}/publish`, { revision: revision() });
    await makeMissingLinks(workspaceId, surveyId, survey.audiences);
    return answer.version;
  });
  if (done !== null) return <Published version={done} onClose={onClose} />;
  const next = (version ?? 0) + 1;
  const nothingNew = published !== undefined && changes.length === 0;
  return (
    <Dialog title={nothingNew ? 'Nothing to publish' : `Publish version ${next}?`} isOpen onClose={onClose} wide>
      <div className="flex flex-col gap-3 text-sm">
        {published && !nothingNew && (
          <div>
            <p>Since version {version}:</p>
            <List label="What changed" lines={changes} />
          </div>
        )}
        {nothingNew && <p>Version {version} is what is here. Its links:</p>}
        {errors.length > 0 && (
          <div role="alert">
            <p className="text-danger">
              {errors.length === 1 ? 'One thing stands' : `${errors.length} things stand`} in the way:
            </p>
            <List label="What stands in the way" lines={errors.map(({ message }) => message)} />
          </div>
        )}
        {warnings.length > 0 && (
          <Disclosure title={`${warnings.length === 1 ? 'One warning' : `${warnings.length} warnings`} to look at`}>
            <List label="Warnings" lines={warnings.map(({ message }) => message)} />
          </Disclosure>
        )}
        {errors.length === 0 && !nothingNew && (
          <p className="text-muted">
            Who answers from now on gets version {next}. Answers that are on their way are read under the version that
            they were given to.
          </p>
        )}
      </div>
      <ProblemNotice error={publish.error} />
      <DialogActions>
        <Button onPress={onClose}>Not yet</Button>
        <Button
          look="primary"
          isDisabled={errors.length > 0}
          isPending={publish.isPending}
          onPress={() => publish.mutate(undefined, { onSuccess: setDone })}
        >
          {nothingNew ? 'Show the links' : 'Publish'}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

function List({ label, lines }: { readonly label: string; readonly lines: readonly string[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable with the keyboard
    <section className="my-1 max-h-48 overflow-y-auto" aria-label={label} tabIndex={0}>
      <ul className="list-disc pl-5 text-muted">
        {lines.map((line, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two lines may say the same
          <li key={`${line} ${i}`} className="wrap-anywhere">
            {line}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Published({ version, onClose }: { readonly version: number; readonly onClose: () => void }) {
  const { workspaceId, surveyId, survey } = useEditor();
  const links = useQuery(surveyLinksQuery(workspaceId, surveyId)).data?.links ?? [];
  const shown = SIDE_BY_SIDE.filter((audience) => survey.audiences.includes(audience)).flatMap(
    (audience) => links.find((link) => link.audience === audience && !link.test && !link.closed) ?? [],
  );
  const tests = links.filter((link) => link.test);
  const test = tests.find(({ audience }) => audience === 'customer') ?? tests[0];
  return (
    <Dialog title={`Version ${version} is published`} isOpen onClose={onClose} wide>
      <AnswersAtHand workspaceId={workspaceId} surveyId={surveyId} />
      <p className="text-sm text-muted">Whoever has a link may answer. Send each audience its own.</p>
      {shown[0] && <OwnComputerNote address={shown[0].address} />}
      {shown.map((link) => (
        <LinkCard key={link.token} workspaceId={workspaceId} surveyId={surveyId} link={link} mayEdit={false} />
      ))}
      {test && <LinkCard workspaceId={workspaceId} surveyId={surveyId} link={test} mayEdit={false} />}
      <Embed workspaceId={workspaceId} surveyId={surveyId} />
      <DialogActions>
        <ButtonLink to="/w/$workspaceId/surveys/$surveyId/ask" params={{ workspaceId, surveyId }}>
          More ways to ask
        </ButtonLink>
        <Button look="primary" onPress={onClose} autoFocus>
          Done
        </Button>
      </DialogActions>
    </Dialog>
  );
}

/** The script tag of each site; what it shows and when are the survey's moments. */
export function Embed({ workspaceId, surveyId }: { readonly workspaceId: string; readonly surveyId: string }) {
  const sites = useQuery(sitesQuery(workspaceId)).data?.sites ?? [];
  return (
    <Disclosure title="In pages of your own: pop-up, slide-in or embedded">
      {sites.map(({ id, key, name }) => (
        <CopyBox
          key={id}
          label={`Script tag of ${name}, once in every page`}
          // The dashboard itself stands at the address that pages have to load from.
          text={`<script src="${window.location.origin}/w/loader.js" data-site="${key}" async></script>`}
        />
      ))}
      <p className="mt-1">
        {sites.length === 0 && (
          <>
            First add the{' '}
            <RouterLink className="link" to="/w/$workspaceId/asking" params={{ workspaceId }}>
              site
            </RouterLink>
            , which gives you one script tag.{' '}
          </>
        )}
        When and where this survey appears is said under <MomentsLink workspaceId={workspaceId} surveyId={surveyId} />.
      </p>
    </Disclosure>
  );
}

/** The way to the moments of a survey. */
function MomentsLink({ workspaceId, surveyId }: { readonly workspaceId: string; readonly surveyId: string }) {
  return (
    <RouterLink className="link" to="/w/$workspaceId/surveys/$surveyId/moments" params={{ workspaceId, surveyId }}>
      Moments
    </RouterLink>
  );
}
