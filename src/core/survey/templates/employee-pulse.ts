import type { Question, Text, Wording } from '../definition.ts';
import { agree, item, open, t, template } from './compose.ts';

const WORK = t(
  'Working for customers',
  'Arbeit für Kundinnen und Kunden',
  'Trabajar para los clientes',
  'Travailler pour les clients',
  'Werken voor klanten',
);

/** Staff speak of themselves, leaders of staff: the alignment gap says where leaders see the work differently. */
function of(staff: Text, leadership: Text): Wording {
  return { staff, leadership };
}

export const EMPLOYEE_PULSE = template({
  id: 'employee-pulse',
  name: 'Employee pulse',
  description:
    'What staff need in order to serve customers well, and what stops them. Leaders say what they believe staff would answer.',
  audiences: ['leadership', 'staff'],
  again: 90,
  title: of(
    t(
      'Your work for our customers',
      'Ihre Arbeit für unsere Kundinnen und Kunden',
      'Su trabajo para nuestros clientes',
      'Votre travail pour nos clients',
      'Uw werk voor onze klanten',
    ),
    t(
      'How staff see their work for customers',
      'Wie das Team seine Arbeit sieht',
      'Cómo ve el equipo su trabajo',
      'Comment l’équipe voit son travail',
      'Hoe het team zijn werk ziet',
    ),
  ),
  items: [
    item(
      'work_tools',
      '1-5',
      WORK,
      t(
        'Tools for the job',
        'Mittel für die Arbeit',
        'Medios para el trabajo',
        'Moyens pour le travail',
        'Middelen voor het werk',
      ),
    ),
    item(
      'work_decide',
      '1-5',
      WORK,
      t(
        'Freedom to decide',
        'Freiheit zu entscheiden',
        'Libertad para decidir',
        'Liberté de décider',
        'Ruimte om te beslissen',
      ),
    ),
    item(
      'work_know',
      '1-5',
      WORK,
      t(
        'Knowing what customers want',
        'Wissen, was Kundinnen und Kunden wollen',
        'Saber qué quieren los clientes',
        'Savoir ce que veulent les clients',
        'Weten wat klanten willen',
      ),
    ),
    item(
      'work_heard',
      '1-5',
      WORK,
      t('Being heard', 'Gehört werden', 'Ser escuchado', 'Être entendu', 'Gehoord worden'),
    ),
    item(
      'work_time',
      '1-5',
      WORK,
      t(
        'Time for customers',
        'Zeit für Kundinnen und Kunden',
        'Tiempo para los clientes',
        'Temps pour les clients',
        'Tijd voor klanten',
      ),
    ),
  ],
  pages: [
    {
      id: 'work',
      questions: [
        statement(
          'work_tools',
          t(
            'I have what I need to help customers well.',
            'Ich habe, was ich brauche, um Kundinnen und Kunden gut zu helfen.',
            'Tengo lo que necesito para ayudar bien a los clientes.',
            'J’ai ce qu’il me faut pour bien aider les clients.',
            'Ik heb wat ik nodig heb om klanten goed te helpen.',
          ),
          t(
            'Staff have what they need to help customers well.',
            'Das Team hat, was es braucht, um Kundinnen und Kunden gut zu helfen.',
            'El equipo tiene lo que necesita para ayudar bien a los clientes.',
            'L’équipe a ce qu’il lui faut pour bien aider les clients.',
            'Het team heeft wat nodig is om klanten goed te helpen.',
          ),
        ),
        statement(
          'work_decide',
          t(
            'I have enough freedom to solve a problem.',
            'Ich habe genug Freiheit, um ein Problem zu lösen.',
            'Tengo libertad suficiente para resolver un problema.',
            'J’ai assez de liberté pour régler un problème.',
            'Ik heb genoeg ruimte om een probleem op te lossen.',
          ),
          t(
            'Staff have enough freedom to solve a problem.',
            'Das Team hat genug Freiheit, um ein Problem zu lösen.',
            'El equipo tiene libertad suficiente para resolver un problema.',
            'L’équipe a assez de liberté pour régler un problème.',
            'Het team heeft genoeg ruimte om een probleem op te lossen.',
          ),
        ),
        statement(
          'work_know',
          t(
            'I am told what customers say of us.',
            'Ich erfahre, was Kundinnen und Kunden über uns sagen.',
            'Me cuentan lo que dicen los clientes de nosotros.',
            'On me dit ce que les clients disent de nous.',
            'Ik hoor wat klanten over ons zeggen.',
          ),
          t(
            'Staff are told what customers say of us.',
            'Das Team erfährt, was Kundinnen und Kunden über uns sagen.',
            'Al equipo se le cuenta lo que dicen los clientes.',
            'On dit à l’équipe ce que les clients disent de nous.',
            'Het team hoort wat klanten over ons zeggen.',
          ),
        ),
        statement(
          'work_heard',
          t(
            'Something happens when I point out a problem.',
            'Wenn ich ein Problem melde, passiert etwas.',
            'Cuando señalo un problema, se hace algo.',
            'Quand je signale un problème, on agit.',
            'Als ik een probleem meld, gebeurt er iets.',
          ),
          t(
            'Something happens when staff point out a problem.',
            'Wenn das Team ein Problem meldet, passiert etwas.',
            'Cuando el equipo señala un problema, se hace algo.',
            'Quand l’équipe signale un problème, on agit.',
            'Als het team een probleem meldt, gebeurt er iets.',
          ),
        ),
        statement(
          'work_time',
          t(
            'I have enough time for each customer.',
            'Ich habe genug Zeit für alle, die zu uns kommen.',
            'Tengo tiempo suficiente para cada cliente.',
            'J’ai assez de temps pour chaque client.',
            'Ik heb genoeg tijd voor elke klant.',
          ),
          t(
            'Staff have enough time for each customer.',
            'Das Team hat genug Zeit für alle, die zu uns kommen.',
            'El equipo tiene tiempo suficiente para cada cliente.',
            'L’équipe a assez de temps pour chaque client.',
            'Het team heeft genoeg tijd voor elke klant.',
          ),
        ),
      ],
    },
    {
      id: 'barriers',
      questions: [
        open(
          'work_stops',
          of(
            t(
              'What stops you most from helping customers well?',
              'Was hindert Sie am meisten daran, gut zu helfen?',
              '¿Qué le impide más ayudar bien a los clientes?',
              'Qu’est-ce qui vous empêche le plus de bien aider les clients ?',
              'Wat houdt u het meest tegen om klanten goed te helpen?',
            ),
            t(
              'What stops staff most from helping customers well?',
              'Was hindert das Team am meisten daran, gut zu helfen?',
              '¿Qué le impide más al equipo ayudar bien a los clientes?',
              'Qu’est-ce qui empêche le plus l’équipe de bien aider les clients ?',
              'Wat houdt het team het meest tegen om klanten goed te helpen?',
            ),
          ),
        ),
        open(
          'work_change',
          of(
            t(
              'What would you change first?',
              'Was würden Sie als Erstes ändern?',
              '¿Qué cambiaría primero?',
              'Que changeriez-vous en premier ?',
              'Wat zou u als eerste veranderen?',
            ),
            t(
              'What would staff change first?',
              'Was würde das Team als Erstes ändern?',
              '¿Qué cambiaría primero el equipo?',
              'Que changerait l’équipe en premier ?',
              'Wat zou het team als eerste veranderen?',
            ),
          ),
        ),
      ],
    },
  ],
});

function statement(id: string, staff: Text, leadership: Text): Question {
  return agree(id, of(staff, leadership));
}
