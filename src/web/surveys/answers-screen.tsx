import { Page } from '../ui/page.tsx';

export function AnswersScreen() {
  return <Page title="Survey">{null}</Page>;
}
