import type { Page, Question, Test } from '../definition.ts';
import { all, item, mirrored, open, rate, t } from './compose.ts';

/** Questions that several templates ask in the same words, so that their answers compare across surveys. */

const COMPANY = t(
  'The company as a whole',
  'Das Unternehmen insgesamt',
  'La empresa en su conjunto',
  'L’entreprise dans son ensemble',
  'Het bedrijf als geheel',
);

export const RECOMMEND_ITEM = item(
  'recommend',
  '0-10',
  COMPANY,
  t('Recommendation', 'Empfehlung', 'Recomendación', 'Recommandation', 'Aanbeveling'),
);
export const OVERALL_ITEM = item(
  'overall',
  '1-5',
  COMPANY,
  t('Overall experience', 'Gesamteindruck', 'Experiencia general', 'Impression générale', 'Totale ervaring'),
);
export const EASE_ITEM = item('ease', '1-7', COMPANY, t('Ease', 'Einfachheit', 'Facilidad', 'Simplicité', 'Gemak'));

/** NPS. */
export const recommend: Question = {
  id: 'recommend',
  type: 'nps',
  item: 'recommend',
  required: 'soft',
  text: mirrored(
    t(
      'How likely are you to recommend us to a friend or colleague?',
      'Wie wahrscheinlich ist es, dass Sie uns weiterempfehlen?',
      '¿Qué probabilidad hay de que nos recomiende a un amigo o colega?',
      'Quelle est la probabilité que vous nous recommandiez à un ami ou à un collègue ?',
      'Hoe waarschijnlijk is het dat u ons aanbeveelt bij een vriend of collega?',
    ),
    t(
      'How likely are our customers to recommend us to a friend or colleague?',
      'Wie wahrscheinlich ist es, dass unsere Kundinnen und Kunden uns weiterempfehlen?',
      '¿Qué probabilidad hay de que nuestros clientes nos recomienden a un amigo o colega?',
      'Quelle est la probabilité que nos clients nous recommandent à un ami ou à un collègue ?',
      'Hoe waarschijnlijk is het dat onze klanten ons aanbevelen bij een vriend of collega?',
    ),
  ),
  low: all(
    t(
      'Not at all likely',
      'Gar nicht wahrscheinlich',
      'Nada probable',
      'Pas du tout probable',
      'Helemaal niet waarschijnlijk',
    ),
  ),
  high: all(t('Very likely', 'Sehr wahrscheinlich', 'Muy probable', 'Très probable', 'Heel waarschijnlijk')),
};

/** What is asked after a recommendation follows from how it was: what to repair, what is missing, what to keep. */
export const reasonsPage: Page = {
  id: 'reasons',
  showIf: { of: 'answer', key: 'recommend', is: 'answered' },
  questions: [
    open(
      'low_reason',
      mirrored(
        t(
          'What should we do better?',
          'Was sollten wir besser machen?',
          '¿Qué deberíamos hacer mejor?',
          'Que devrions-nous faire mieux ?',
          'Wat moeten wij beter doen?',
        ),
        t(
          'What do customers miss most?',
          'Was fehlt unseren Kundinnen und Kunden am meisten?',
          '¿Qué echan más en falta los clientes?',
          'Qu’est-ce qui manque le plus aux clients ?',
          'Wat missen klanten het meest?',
        ),
      ),
      { showIf: score('le', 6) },
    ),
    open(
      'middle_reason',
      mirrored(
        t(
          'What would have made it a 9 or 10?',
          'Was fehlt für eine 9 oder 10?',
          '¿Qué faltó para un 9 o un 10?',
          'Que manque-t-il pour un 9 ou un 10 ?',
          'Wat ontbreekt er voor een 9 of 10?',
        ),
        t(
          'What keeps customers from a 9 or 10?',
          'Was fehlt den Kundinnen und Kunden für eine 9 oder 10?',
          '¿Qué les falta a los clientes para un 9 o un 10?',
          'Que manque-t-il aux clients pour un 9 ou un 10 ?',
          'Wat missen klanten voor een 9 of 10?',
        ),
      ),
      { showIf: { all: [score('ge', 7), score('le', 8)] } },
    ),
    open(
      'high_reason',
      mirrored(
        t(
          'What do you like most about us?',
          'Was gefällt Ihnen an uns am meisten?',
          '¿Qué es lo que más le gusta de nosotros?',
          'Qu’est-ce qui vous plaît le plus chez nous ?',
          'Wat bevalt u het meest aan ons?',
        ),
        t(
          'What do customers like most about us?',
          'Was gefällt unseren Kundinnen und Kunden am meisten?',
          '¿Qué es lo que más les gusta a los clientes?',
          'Qu’est-ce qui plaît le plus aux clients ?',
          'Wat bevalt klanten het meest?',
        ),
      ),
      { showIf: score('ge', 9) },
    ),
  ],
};

function score(is: Test['is'], value: number): Test {
  return { of: 'answer', key: 'recommend', is, value };
}

export const overall: Question = rate(
  'overall',
  mirrored(
    t(
      'Overall, how was your experience with us?',
      'Wie war Ihre Erfahrung mit uns insgesamt?',
      'En general, ¿cómo ha sido su experiencia con nosotros?',
      'Globalement, comment jugez-vous votre expérience avec nous ?',
      'Hoe was uw ervaring met ons, alles bij elkaar?',
    ),
    t(
      'Overall, how do customers rate their experience with us?',
      'Wie bewerten unsere Kundinnen und Kunden uns insgesamt?',
      'En general, ¿cómo valoran los clientes su experiencia con nosotros?',
      'Globalement, comment les clients jugent-ils leur expérience avec nous ?',
      'Hoe vinden klanten hun ervaring met ons, alles bij elkaar?',
    ),
  ),
  { required: 'soft' },
);

/** What could be better, for templates that end with an open question. */
export const improve: Question = open(
  'improve',
  mirrored(
    t(
      'What is the one thing we should improve?',
      'Was sollten wir als Erstes verbessern?',
      '¿Qué deberíamos mejorar primero?',
      'Que devrions-nous améliorer en premier ?',
      'Wat moeten wij als eerste verbeteren?',
    ),
    t(
      'What would customers want us to improve first?',
      'Was sollten wir aus Kundensicht als Erstes verbessern?',
      '¿Qué querrían los clientes que mejoráramos primero?',
      'Que voudraient les clients que nous améliorions en premier ?',
      'Wat moeten wij volgens klanten als eerste verbeteren?',
    ),
  ),
);

/** Only customers are asked: leaders and staff answer without their names. */
export const callBackPage: Page = {
  id: 'contact',
  audiences: ['customer'],
  questions: [
    {
      id: 'may_contact',
      type: 'consent',
      text: all(
        t(
          'You may write to me about my answers.',
          'Sie dürfen mir wegen meiner Antworten schreiben.',
          'Pueden escribirme acerca de mis respuestas.',
          'Vous pouvez m’écrire au sujet de mes réponses.',
          'U mag mij schrijven over mijn antwoorden.',
        ),
      ),
    },
    {
      id: 'email',
      type: 'email',
      showIf: { of: 'answer', key: 'may_contact', is: 'eq', value: true },
      text: all(
        t(
          'Your e-mail address',
          'Ihre E-Mail-Adresse',
          'Su correo electrónico',
          'Votre adresse e-mail',
          'Uw e-mailadres',
        ),
      ),
    },
  ],
};
