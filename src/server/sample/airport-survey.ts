import { AUDIENCES } from '../../core/perspective.ts';
import type { Question, SurveyDefinition, Wording } from '../../core/survey/definition.ts';
import { SAMPLE_STAGES, type SampleItem } from './journey.ts';

// What the sample workspace asks in its own name, so that whoever looks at it can answer at once: every item of the
// journey, of leaders, staff and customers. The passengers' answers and the simulated ones are in surveys of their own.

export const AIRPORT_SURVEY = 'Airport survey';

const says = (en: string): Wording => ({ customer: { en } });

export const AIRPORT_DEFINITION: SurveyDefinition = {
  format: 'parallax-survey/1',
  title: {
    customer: { en: 'Your way through the airport' },
    staff: { en: 'Our passengers’ way through the airport' },
    leadership: { en: 'Our passengers’ way through the airport' },
  },
  languages: ['en'],
  audiences: AUDIENCES,
  pages: [
    ...SAMPLE_STAGES.map((stage, i) => ({
      id: `stage${i + 1}`,
      title: says(stage.name),
      questions: stage.touchpoints.flatMap((touchpoint) => touchpoint.items.map(question)),
    })),
    {
      id: 'words',
      questions: [
        {
          id: 'improve',
          type: 'long',
          text: {
            customer: { en: 'What should we do better?' },
            staff: { en: 'What stops you from giving passengers a better day?' },
            leadership: { en: 'What should we do better for passengers?' },
          },
        },
      ],
    },
  ],
  endings: [{ id: 'thanks', title: says('Thank you. Your answers are stored.') }],
  hidden: [],
  quotas: [],
  appearance: {},
  settings: { progress: true, back: true, anonymousCustomers: false, askAgainAfterDays: 90 },
};

function question({ key, wording, scale }: SampleItem): Question {
  const asked = {
    id: key,
    item: key,
    notApplicable: true,
    text: { customer: { en: wording.customer }, staff: { en: wording.staff }, leadership: { en: wording.leadership } },
  };
  if (scale.max - scale.min === 1) return { ...asked, type: 'yesno' };
  if (scale.max === 10) return { ...asked, type: 'nps' };
  return { ...asked, type: 'rating', min: scale.min, max: scale.max };
}
