import { getRouteApi } from '@tanstack/react-router';
import { useRights } from '../session.ts';
import { Page } from '../ui/page.tsx';
import { Waves } from './waves.tsx';

const here = getRouteApi('/w/$workspaceId/surveys/$surveyId/ask');

export function AskScreen() {
  const { workspaceId, surveyId } = here.useParams();
  const { mayEdit } = useRights(workspaceId);
  return (
    <Page title="Ask">
      <Waves workspaceId={workspaceId} surveyId={surveyId} mayEdit={mayEdit} />
    </Page>
  );
}
