import { Page } from '../ui/page.tsx';

export function SurveyEditor() {
  return <Page title="Survey">{null}</Page>;
}
