import type { MatrixRow, Question } from '../definition.ts';
import { AGREEMENT, all, item, mirrored, open, t, template } from './compose.ts';
import { callBackPage, RECOMMEND_ITEM } from './questions.ts';

const COMPANY = RECOMMEND_ITEM.touchpoint;

/** Two for each dimension. The same words stand under both questions and for all audiences, so that they compare. */
const ITEMS = [
  item(
    'easy_to_find',
    '1-7',
    COMPANY,
    t(
      'Easy to find one’s way',
      'Gut zurechtfinden',
      'Fácil de orientarse',
      'Facile de s’y retrouver',
      'Makkelijk de weg vinden',
    ),
    'tangibles',
  ),
  item(
    'plain_words',
    '1-7',
    COMPANY,
    t('Plain words', 'Klare Worte', 'Palabras claras', 'Mots clairs', 'Heldere taal'),
    'tangibles',
  ),
  item(
    'keeps_promises',
    '1-7',
    COMPANY,
    t('Keeps its word', 'Hält Wort', 'Cumple lo que promete', 'Tient parole', 'Doet wat het belooft'),
    'reliability',
  ),
  item(
    'right_first_time',
    '1-7',
    COMPANY,
    t('Right the first time', 'Gleich richtig', 'Bien a la primera', 'Juste du premier coup', 'Meteen goed'),
    'reliability',
  ),
  item(
    'answers_fast',
    '1-7',
    COMPANY,
    t('Answers fast', 'Antwortet schnell', 'Responde rápido', 'Répond vite', 'Antwoordt snel'),
    'responsiveness',
  ),
  item(
    'says_how_long',
    '1-7',
    COMPANY,
    t(
      'Says how long it takes',
      'Sagt, wie lange es dauert',
      'Dice cuánto tardará',
      'Dit combien de temps il faut',
      'Zegt hoe lang het duurt',
    ),
    'responsiveness',
  ),
  item(
    'knows_the_job',
    '1-7',
    COMPANY,
    t('Knows the job', 'Versteht das Fach', 'Conoce su trabajo', 'Connaît son métier', 'Kent het vak'),
    'assurance',
  ),
  item(
    'data_safe',
    '1-7',
    COMPANY,
    t('Data are safe', 'Daten sind sicher', 'Datos seguros', 'Données en sécurité', 'Gegevens zijn veilig'),
    'assurance',
  ),
  item('listens', '1-7', COMPANY, t('Listens', 'Hört zu', 'Escucha', 'Écoute', 'Luistert'), 'empathy'),
  item(
    'hours_that_suit',
    '1-7',
    COMPANY,
    t('Hours that suit', 'Passende Zeiten', 'Horarios adecuados', 'Horaires adaptés', 'Tijden die passen'),
    'empathy',
  ),
] as const;

const ROWS: readonly MatrixRow[] = [
  row(
    'easy_to_find',
    t(
      '… is well laid out.',
      '… ist übersichtlich.',
      '… está bien organizada.',
      '… est bien organisée.',
      '… is overzichtelijk.',
    ),
  ),
  row(
    'plain_words',
    t(
      '… uses plain words.',
      '… drückt sich klar aus.',
      '… usa palabras claras.',
      '… parle avec des mots clairs.',
      '… gebruikt heldere taal.',
    ),
  ),
  row(
    'keeps_promises',
    t(
      '… does what it has promised.',
      '… tut, was es zusagt.',
      '… cumple lo que promete.',
      '… fait ce qui a été promis.',
      '… doet wat is beloofd.',
    ),
  ),
  row(
    'right_first_time',
    t(
      '… gets it right the first time.',
      '… macht es gleich richtig.',
      '… lo hace bien a la primera.',
      '… fait bien du premier coup.',
      '… doet het meteen goed.',
    ),
  ),
  row(
    'answers_fast',
    t('… answers fast.', '… antwortet schnell.', '… responde rápido.', '… répond vite.', '… antwoordt snel.'),
  ),
  row(
    'says_how_long',
    t(
      '… says how long things take.',
      '… sagt, wie lange etwas dauert.',
      '… dice cuánto va a tardar.',
      '… dit combien de temps il faut.',
      '… zegt hoe lang iets duurt.',
    ),
  ),
  row(
    'knows_the_job',
    t(
      '… has people who know their job.',
      '… hat Leute, die ihr Fach verstehen.',
      '… tiene gente que conoce su trabajo.',
      '… a des gens qui connaissent leur métier.',
      '… heeft mensen die hun vak kennen.',
    ),
  ),
  row(
    'data_safe',
    t(
      '… keeps data safe.',
      '… geht sicher mit Daten um.',
      '… protege bien los datos.',
      '… protège bien les données.',
      '… gaat veilig om met gegevens.',
    ),
  ),
  row('listens', t('… listens.', '… hört zu.', '… sabe escuchar.', '… sait écouter.', '… luistert goed.')),
  row(
    'hours_that_suit',
    t(
      '… is there at hours that suit.',
      '… ist zu passenden Zeiten da.',
      '… atiende a horas que convienen.',
      '… est là à des heures qui conviennent.',
      '… is er op tijden die passen.',
    ),
  ),
];

function row(id: string, text: MatrixRow['text'][keyof MatrixRow['text']]): MatrixRow {
  return { id, text: all(text ?? {}), item: id };
}

const matrix = { type: 'matrix', min: 1, max: 7, rows: ROWS, notApplicable: true, ...AGREEMENT } as const;

const expected: Question = {
  ...matrix,
  id: 'expected',
  lens: 'expectation',
  text: mirrored(
    t(
      'A good company of this kind …',
      'Ein gutes Unternehmen dieser Art …',
      'Una buena empresa de este tipo …',
      'Une bonne entreprise de ce type …',
      'Een goed bedrijf van dit soort …',
    ),
    t(
      'What customers expect: a good company …',
      'Was Kundinnen und Kunden erwarten: Ein gutes Unternehmen …',
      'Lo que esperan los clientes: una buena empresa …',
      'Ce que les clients attendent : une bonne entreprise …',
      'Wat klanten verwachten: een goed bedrijf …',
    ),
  ),
};

const lived: Question = {
  ...matrix,
  id: 'lived',
  text: mirrored(
    t(
      'And we? This company …',
      'Und wir? Dieses Unternehmen …',
      '¿Y nosotros? Esta empresa …',
      'Et nous ? Cette entreprise …',
      'En wij? Dit bedrijf …',
    ),
    t(
      'What customers would say of us: this company …',
      'Was sie über uns sagen würden: Dieses Unternehmen …',
      'Qué dirían de nosotros: esta empresa …',
      'Ce qu’ils diraient de nous : cette entreprise …',
      'Wat zij over ons zouden zeggen: dit bedrijf …',
    ),
  ),
};

export const SERVICE_QUALITY = template({
  id: 'service-quality',
  name: 'Expected and received',
  description:
    'What people expect of a good company and what they get from you, in ten pairs over the five dimensions of service quality.',
  again: 365,
  title: mirrored(
    t(
      'What you expect and what you get',
      'Was Sie erwarten und was Sie bekommen',
      'Lo que espera y lo que recibe',
      'Ce que vous attendez et ce que vous recevez',
      'Wat u verwacht en wat u krijgt',
    ),
    t(
      'What customers expect and what they get',
      'Was erwartet wird und was ankommt',
      'Lo que esperan y lo que reciben los clientes',
      'Ce que les clients attendent et ce qu’ils reçoivent',
      'Wat klanten verwachten en wat ze krijgen',
    ),
  ),
  items: ITEMS,
  pages: [
    { id: 'expectation', questions: [expected] },
    { id: 'experience', questions: [lived] },
    {
      id: 'biggest',
      questions: [
        open(
          'biggest_gap',
          mirrored(
            t(
              'Where do we fall short of what you expect?',
              'Wo bleiben wir hinter Ihren Erwartungen zurück?',
              '¿En qué no llegamos a lo que espera?',
              'Où restons-nous en deçà de vos attentes ?',
              'Waar krijgt u minder dan u verwacht?',
            ),
            t(
              'Where do we fall short of what customers expect?',
              'Wo bleiben wir hinter dem zurück, was erwartet wird?',
              '¿En qué no llegamos a lo que esperan los clientes?',
              'Où restons-nous en deçà des attentes des clients ?',
              'Waar krijgen klanten minder dan zij verwachten?',
            ),
          ),
        ),
      ],
    },
    callBackPage,
  ],
});
