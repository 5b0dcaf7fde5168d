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
      questions: [
        compare(
          'vs_promise',
          t(
            'Compared with what you expected, how well did we keep our word?',
            'Verglichen mit dem, was Sie erwartet haben: Wie gut haben wir Wort gehalten?',
            'En comparación con lo que esperaba, ¿cómo cumplimos lo prometido?',
            'Par rapport à ce que vous attendiez, avons-nous tenu parole ?',
            'Vergeleken met wat u verwachtte, hoe goed hielden wij ons woord?',
          ),
          t(
            'Compared with what customers expect, how well do we keep our word?',
            'Verglichen mit dem, was Kundinnen und Kunden erwarten: Wie gut halten wir Wort?',
            'En comparación con lo que esperan los clientes, ¿cómo cumplimos lo prometido?',
            'Par rapport à ce que les clients attendent, tenons-nous parole ?',
            'Vergeleken met wat klanten verwachten, hoe goed houden wij ons woord?',
          ),
        ),
        compare(
          'vs_speed',
          t(
            'Compared with what you expected, how fast were we?',
            'Verglichen mit dem, was Sie erwartet haben: Wie schnell waren wir?',
            'En comparación con lo que esperaba, ¿cómo fue nuestra rapidez?',
            'Par rapport à ce que vous attendiez, avons-nous été rapides ?',
            'Vergeleken met wat u verwachtte, hoe snel waren wij?',
          ),
          t(
            'Compared with what customers expect, how fast are we?',
            'Verglichen mit dem, was Kundinnen und Kunden erwarten: Wie schnell sind wir?',
            'En comparación con lo que esperan los clientes, ¿cómo es nuestra rapidez?',
            'Par rapport à ce que les clients attendent, sommes-nous rapides ?',
            'Vergeleken met wat klanten verwachten, hoe snel zijn wij?',
          ),
        ),
        compare(
          'vs_skill',
          t(
            'Compared with what you expected, how well did we know our job?',
            'Verglichen mit dem, was Sie erwartet haben: Wie gut kannten wir unser Fach?',
            'En comparación con lo que esperaba, ¿cómo conocíamos nuestro trabajo?',
            'Par rapport à ce que vous attendiez, connaissions-nous notre métier ?',
            'Vergeleken met wat u verwachtte, hoe goed kenden wij ons vak?',
          ),
          t(
            'Compared with what customers expect, how well do we know our job?',
            'Verglichen mit dem, was Kundinnen und Kunden erwarten: Wie gut kennen wir unser Fach?',
            'En comparación con lo que esperan los clientes, ¿cómo conocemos nuestro trabajo?',
            'Par rapport à ce que les clients attendent, connaissons-nous notre métier ?',
            'Vergeleken met wat klanten verwachten, hoe goed kennen wij ons vak?',
          ),
        ),
        compare(
          'vs_care',
          t(
            'Compared with what you expected, how well did we listen?',
            'Verglichen mit dem, was Sie erwartet haben: Wie gut haben wir zugehört?',
            'En comparación con lo que esperaba, ¿cómo le escuchamos?',
            'Par rapport à ce que vous attendiez, avons-nous été à l’écoute ?',
            'Vergeleken met wat u verwachtte, hoe goed luisterden wij?',
          ),
          t(
            'Compared with what customers expect, how well do we listen?',
            'Verglichen mit dem, was Kundinnen und Kunden erwarten: Wie gut hören wir zu?',
            'En comparación con lo que esperan los clientes, ¿cómo los escuchamos?',
            'Par rapport à ce que les clients attendent, sommes-nous à l’écoute ?',
            'Vergeleken met wat klanten verwachten, hoe goed luisteren wij?',
          ),
        ),
        compare(
          'vs_place',
          t(
            'Compared with what you expected, how did you find your way around?',
            'Verglichen mit dem, was Sie erwartet haben: Wie kamen Sie bei uns zurecht?',
            'En comparación con lo que esperaba, ¿cómo se orientó?',
            'Par rapport à ce que vous attendiez, était-il facile de vous y retrouver ?',
            'Vergeleken met wat u verwachtte, hoe vond u bij ons de weg?',
          ),
          t(
            'Compared with what customers expect, how do they find their way around?',
            'Verglichen mit dem, was Kundinnen und Kunden erwarten: Wie kommen sie bei uns zurecht?',
            'En comparación con lo que esperan los clientes, ¿cómo se orientan?',
            'Par rapport à ce que les clients attendent, leur est-il facile de s’y retrouver ?',
            'Vergeleken met wat klanten verwachten, hoe vinden zij bij ons de weg?',
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
