import { agree, item, mirrored, open, rate, t, template } from './compose.ts';
import { callBackPage } from './questions.ts';

const STAGE = t('This stage', 'Dieser Abschnitt', 'Esta etapa', 'Cette étape', 'Deze fase');

export const JOURNEY_STAGE = template({
  id: 'journey-stage',
  name: 'Journey stage',
  description:
    'For any stage of the journey, in four ratings that stay the same so that stages compare. Name the stage in the title.',
  again: 60,
  title: mirrored(
    t(
      'How was this step for you?',
      'Wie war dieser Schritt für Sie?',
      '¿Cómo fue este paso para usted?',
      'Comment s’est passée cette étape pour vous ?',
      'Hoe was deze stap voor u?',
    ),
    t(
      'How is this step for customers?',
      'Wie ist dieser Schritt für unsere Kundinnen und Kunden?',
      '¿Cómo es este paso para los clientes?',
      'Comment cette étape se passe-t-elle pour les clients ?',
      'Hoe is deze stap voor klanten?',
    ),
  ),
  items: [
    item(
      'stage_overall',
      '1-5',
      STAGE,
      t('Stage overall', 'Abschnitt insgesamt', 'Etapa en conjunto', 'Étape dans son ensemble', 'Fase als geheel'),
    ),
    item(
      'stage_clear',
      '1-5',
      STAGE,
      t(
        'Knowing what comes next',
        'Wissen, was als Nächstes kommt',
        'Saber qué viene después',
        'Savoir ce qui vient ensuite',
        'Weten wat er volgt',
      ),
      'tangibles',
    ),
    item(
      'stage_time',
      '1-5',
      STAGE,
      t('Time it takes', 'Dauer', 'Tiempo que lleva', 'Durée', 'Duur'),
      'responsiveness',
    ),
    item(
      'stage_care',
      '1-5',
      STAGE,
      t('Being treated well', 'Gut behandelt werden', 'Buen trato', 'Qualité de l’accueil', 'Goed behandeld worden'),
      'empathy',
    ),
  ],
  pages: [
    {
      id: 'stage',
      questions: [
        rate(
          'stage_overall',
          mirrored(
            t(
              'How was this step, all in all?',
              'Wie war dieser Schritt, alles in allem?',
              '¿Cómo fue este paso, en general?',
              'Comment était cette étape, dans l’ensemble ?',
              'Hoe was deze stap, alles bij elkaar?',
            ),
            t(
              'How do customers find this step, all in all?',
              'Wie finden unsere Kundinnen und Kunden diesen Schritt, alles in allem?',
              '¿Qué les parece este paso a los clientes, en general?',
              'Comment les clients jugent-ils cette étape, dans l’ensemble ?',
              'Hoe vinden klanten deze stap, alles bij elkaar?',
            ),
          ),
          { required: 'soft' },
        ),
        agree(
          'stage_clear',
          mirrored(
            t(
              'I knew what would come next.',
              'Ich wusste, was als Nächstes kommt.',
              'Sabía qué venía después.',
              'Je savais ce qui viendrait ensuite.',
              'Ik wist wat er zou volgen.',
            ),
            t(
              'Customers know what comes next.',
              'Unsere Kundinnen und Kunden wissen, was als Nächstes kommt.',
              'Los clientes saben qué viene después.',
              'Les clients savent ce qui vient ensuite.',
              'Klanten weten wat er volgt.',
            ),
          ),
        ),
        agree(
          'stage_time',
          mirrored(
            t(
              'It took no longer than it should.',
              'Es dauerte nicht länger als nötig.',
              'No llevó más tiempo del necesario.',
              'Cela n’a pas pris plus de temps que nécessaire.',
              'Het duurde niet langer dan nodig.',
            ),
            t(
              'For customers, it takes no longer than it should.',
              'Für unsere Kundinnen und Kunden dauert es nicht länger als nötig.',
              'A los clientes no les lleva más tiempo del necesario.',
              'Pour les clients, cela ne prend pas plus de temps que nécessaire.',
              'Voor klanten duurt het niet langer dan nodig.',
            ),
          ),
        ),
        agree(
          'stage_care',
          mirrored(
            t(
              'I was treated well.',
              'Ich wurde gut behandelt.',
              'Me trataron bien.',
              'J’ai reçu un bon accueil.',
              'Ik werd goed behandeld.',
            ),
            t(
              'Customers feel that they are treated well.',
              'Unsere Kundinnen und Kunden fühlen sich gut behandelt.',
              'Los clientes sienten que los tratamos bien.',
              'Les clients trouvent qu’ils reçoivent un bon accueil.',
              'Klanten voelen zich goed behandeld.',
            ),
          ),
        ),
      ],
    },
    {
      id: 'reason',
      questions: [
        open(
          'stage_low',
          mirrored(
            t(
              'What went wrong?',
              'Was lief schief?',
              '¿Qué salió mal?',
              'Qu’est-ce qui n’allait pas ?',
              'Wat ging er mis?',
            ),
            t(
              'What goes wrong for customers?',
              'Was läuft für unsere Kundinnen und Kunden schief?',
              '¿Qué les sale mal a los clientes?',
              'Qu’est-ce qui ne va pas pour les clients ?',
              'Wat gaat er mis voor klanten?',
            ),
          ),
          { showIf: { of: 'answer', key: 'stage_overall', is: 'le', value: 2 } },
        ),
        open(
          'stage_better',
          mirrored(
            t(
              'What would make this step better?',
              'Was würde diesen Schritt besser machen?',
              '¿Qué mejoraría este paso?',
              'Qu’est-ce qui améliorerait cette étape ?',
              'Wat zou deze stap beter maken?',
            ),
            t(
              'What would make this step better for customers?',
              'Was würde diesen Schritt für unsere Kundinnen und Kunden besser machen?',
              '¿Qué mejoraría este paso para los clientes?',
              'Qu’est-ce qui améliorerait cette étape pour les clients ?',
              'Wat zou deze stap beter maken voor klanten?',
            ),
          ),
          { showIf: { not: { of: 'answer', key: 'stage_overall', is: 'le', value: 2 } } },
        ),
      ],
    },
    callBackPage,
  ],
});
