import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, Outlet } from '@tanstack/react-router';
import { surveysQuery } from '../journeys/queries.ts';
import { SubLink, SubNav } from '../ui/tabs.tsx';

const here = getRouteApi('/w/$workspaceId/surveys/$surveyId');

/** What all views of one survey have above them: its name and the ways between them. */
export function SurveyFrame() {
  const { workspaceId, surveyId } = here.useParams();
  const survey = useQuery(surveysQuery(workspaceId)).data?.surveys.find(({ id }) => id === surveyId);
  const params = { workspaceId, surveyId };
  return (
    <>
      <p className="mb-1 text-sm text-muted wrap-anywhere print:hidden">
        <Link to="/w/$workspaceId/surveys" params={{ workspaceId }} className="link">
          Surveys
        </Link>
        {survey && <> / {survey.name}</>}
      </p>
      <SubNav label="Survey">
        <SubLink
          to="/w/$workspaceId/surveys/$surveyId"
          params={params}
          activeOptions={{ exact: true, includeSearch: false }}
        >
          Edit
        </SubLink>
        <SubLink to="/w/$workspaceId/surveys/$surveyId/ask" params={params}>
          Ask
        </SubLink>
        <SubLink to="/w/$workspaceId/surveys/$surveyId/waves" params={params}>
          Waves by mail
        </SubLink>
        <SubLink to="/w/$workspaceId/surveys/$surveyId/moments" params={params}>
          Moments
        </SubLink>
        <SubLink to="/w/$workspaceId/surveys/$surveyId/answers" params={params}>
          Answers
        </SubLink>
      </SubNav>
      <Outlet />
    </>
  );
}
