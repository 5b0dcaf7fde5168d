import type { Question, Text } from '../definition.ts';
import { all, item, mirrored, open, t, template } from './compose.ts';
import { callBackPage } from './questions.ts';

const VISIT = t(
  'The last contact',
  'Der letzte Kontakt',
  'El último contacto',
  'Le dernier contact',
  'Het laatste contact',
);

/** One question holds expectation and experience at once: the middle of the scale is "as I expected". */
const ENDS = {
  low: all(
    t(
      'Much worse than expected',
      'Viel schlechter als erwartet',
      'Mucho peor de lo esperado',
      'Bien pire que prévu',
      'Veel slechter dan verwacht',
    ),
  ),
  high: all(
    t(
      'Much better than expected',
      'Viel besser als erwartet',
      'Mucho mejor de lo esperado',
      'Bien mieux que prévu',
      'Veel beter dan verwacht',
    ),
  ),
};

function compare(id: string, customer: Text, mirror: Text): Question {
  return {
    id,
    type: 'rating',
    text: mirrored(customer, mirror),
    min: 1,
    max: 5,
    item: id,
    notApplicable: true,
    ...ENDS,
  };
}

export const COMPARED_WITH_EXPECTED = template({
  id: 'compared-with-expected',
  name: 'Compared with what I expected',
  description: 'The short form: one rating for each of five things, from much worse to much better than expected.',
  title: mirrored(
    t(
      'Was it as you expected?',
      'War es so, wie Sie es erwartet haben?',
      '¿Fue como esperaba?',
      'Était-ce comme prévu ?',
      'Was het zoals u verwachtte?',
    ),
    t(
      'Is it as customers expect?',
      'Ist es so, wie es erwartet wird?',
      '¿Es como esperan los clientes?',
      'Est-ce comme les clients le prévoient ?',
      'Is het zoals klanten verwachten?',
    ),
  ),
  items: [
    item(
      'vs_place',
      '1-5',
      VISIT,
      t(
        'Place or page, against expectation',
        'Ort oder Seite, gemessen an der Erwartung',
        'Lugar o página, frente a lo esperado',
        'Lieu ou site, par rapport à l’attente',
        'Plek of site, vergeleken met de verwachting',
      ),
      'tangibles',
    ),
    item(
      'vs_promise',
      '1-5',
      VISIT,
      t(
        'Kept promises, against expectation',
        'Zusagen, gemessen an der Erwartung',
        'Promesas cumplidas, frente a lo esperado',
        'Promesses tenues, par rapport à l’attente',
        'Beloftes, vergeleken met de verwachting',
      ),
      'reliability',
    ),
    item(
      'vs_speed',
      '1-5',
      VISIT,
      t(
        'Speed, against expectation',
        'Tempo, gemessen an der Erwartung',
        'Rapidez, frente a lo esperado',
        'Rapidité, par rapport à l’attente',
        'Snelheid, vergeleken met de verwachting',
      ),
      'responsiveness',
    ),
    item(
      'vs_skill',
      '1-5',
      VISIT,
      t(
        'Skill, against expectation',
        'Können, gemessen an der Erwartung',
        'Competencia, frente a lo esperado',
        'Compétence, par rapport à l’attente',
        'Vakkennis, vergeleken met de verwachting',
      ),
      'assurance',
    ),
    item(
      'vs_care',
      '1-5',
      VISIT,
      t(
        'Care, against expectation',
        'Zuwendung, gemessen an der Erwartung',
        'Atención, frente a lo esperado',
        'Attention, par rapport à l’attente',
        'Aandacht, vergeleken met de verwachting',
      ),
      'empathy',
    ),
  ],
  pages: [
    {
      id: 'compared',
      title: mirrored(
        t(
          'Compared with what you expected …',
          'Verglichen mit dem, was Sie erwartet haben …',
          'En comparación con lo que esperaba …',
          'Par rapport à ce que vous attendiez …',
          'Vergeleken met wat u verwachtte …',
        ),
        t(
          'Compared with what customers expect …',
          'Verglichen mit dem, was erwartet wird …',
          'En comparación con lo que esperan los clientes …',
          'Par rapport à ce que les clients attendent …',
          'Vergeleken met wat klanten verwachten …',
        ),
      ),
      questions: [
        compare(
          'vs_promise',
          t(
            '… how well did we keep our word?',
            '… wie gut haben wir Wort gehalten?',
            '… ¿cómo cumplimos lo prometido?',
            '… comment avons-nous tenu parole ?',
            '… hoe goed hielden wij ons woord?',
          ),
          t(
            '… how well do we keep our word?',
            '… wie gut halten wir Wort?',
            '… ¿cómo cumplimos lo prometido a los clientes?',
            '… comment tenons-nous parole ?',
            '… hoe goed houden wij ons woord?',
          ),
        ),
        compare(
          'vs_speed',
          t(
            '… how fast were we?',
            '… wie schnell waren wir?',
            '… ¿qué tan rápidos fuimos?',
            '… avons-nous été rapides ?',
            '… hoe snel waren wij?',
          ),
          t(
            '… how fast are we?',
            '… wie schnell sind wir?',
            '… ¿qué tan rápidos somos?',
            '… sommes-nous rapides ?',
            '… hoe snel zijn wij?',
          ),
        ),
        compare(
          'vs_skill',
          t(
            '… how well did we know our job?',
            '… wie gut kannten wir unser Fach?',
            '… ¿cómo conocíamos nuestro trabajo?',
            '… connaissions-nous notre métier ?',
            '… hoe goed kenden wij ons vak?',
          ),
          t(
            '… how well do we know our job?',
            '… wie gut kennen wir unser Fach?',
            '… ¿cómo conocemos nuestro trabajo?',
            '… connaissons-nous notre métier ?',
            '… hoe goed kennen wij ons vak?',
          ),
        ),
        compare(
          'vs_care',
          t(
            '… how well did we listen?',
            '… wie gut haben wir zugehört?',
            '… ¿cómo le escuchamos?',
            '… vous avons-nous bien écouté ?',
            '… hoe goed luisterden wij?',
          ),
          t(
            '… how well do we listen?',
            '… wie gut hören wir zu?',
            '… ¿cómo escuchamos a los clientes?',
            '… écoutons-nous bien les clients ?',
            '… hoe goed luisteren wij?',
          ),
        ),
        compare(
          'vs_place',
          t(
            '… how did you find your way around?',
            '… wie kamen Sie bei uns zurecht?',
            '… ¿cómo se orientó?',
            '… vous y êtes-vous retrouvé ?',
            '… hoe makkelijk vond u de weg?',
          ),
          t(
            '… how do they find their way around?',
            '… wie kommen sie bei uns zurecht?',
            '… ¿cómo se orientan?',
            '… s’y retrouvent-ils ?',
            '… hoe makkelijk vinden zij de weg?',
          ),
        ),
      ],
    },
    {
      id: 'surprise',
      questions: [
        open(
          'surprise',
          mirrored(
            t(
              'What was different from what you expected?',
              'Was war anders, als Sie es erwartet haben?',
              '¿Qué fue distinto de lo que esperaba?',
              'Qu’est-ce qui était différent de vos attentes ?',
              'Wat was anders dan u verwachtte?',
            ),
            t(
              'What is different from what customers expect?',
              'Was ist anders, als es erwartet wird?',
              '¿Qué es distinto de lo que esperan los clientes?',
              'Qu’est-ce qui diffère des attentes des clients ?',
              'Wat is anders dan klanten verwachten?',
            ),
          ),
        ),
      ],
    },
    callBackPage,
  ],
});
