import type { Question, Text } from '../definition.ts';
import { all, item, mirrored, open, t, template } from './compose.ts';
import { callBackPage } from './questions.ts';

const MARKET = t(
  'Choice of provider',
  'Wahl des Anbieters',
  'Elección de proveedor',
  'Choix du fournisseur',
  'Keuze van aanbieder',
);

const ENDS = {
  low: all(
    t(
      'Others are much better',
      'Andere sind viel besser',
      'Otros son mucho mejores',
      'Les autres sont bien meilleurs',
      'Anderen zijn veel beter',
    ),
  ),
  high: all(
    t(
      'This company is much better',
      'Dieses Unternehmen ist viel besser',
      'Esta empresa es mucho mejor',
      'Cette entreprise est bien meilleure',
      'Dit bedrijf is veel beter',
    ),
  ),
};

function against(id: string, customer: Text, mirror: Text): Question {
  return {
    id,
    type: 'rating',
    text: mirrored(customer, mirror),
    min: 1,
    max: 5,
    item: id,
    notApplicable: true,
    showIf: { not: { of: 'answer', key: 'knows_others', is: 'eq', value: 0 } },
    ...ENDS,
  };
}

export const COMPETITOR_COMPARISON = template({
  id: 'competitor-comparison',
  name: 'Competitor comparison',
  description: 'How you compare with others that people know, on five things, and what others do differently.',
  again: 180,
  title: mirrored(
    t('We and the others', 'Wir und die anderen', 'Nosotros y los demás', 'Nous et les autres', 'Wij en de anderen'),
    t(
      'We and the others, as customers see it',
      'Wir und die anderen aus Kundensicht',
      'Nosotros y los demás, según los clientes',
      'Nous et les autres, vus par les clients',
      'Wij en de anderen, volgens klanten',
    ),
  ),
  items: [
    item(
      'others_quality',
      '1-5',
      MARKET,
      t(
        'Quality against others',
        'Qualität im Vergleich',
        'Calidad frente a otros',
        'Qualité face aux autres',
        'Kwaliteit tegenover anderen',
      ),
    ),
    item(
      'others_price',
      '1-5',
      MARKET,
      t(
        'Price against others',
        'Preis im Vergleich',
        'Precio frente a otros',
        'Prix face aux autres',
        'Prijs tegenover anderen',
      ),
    ),
    item(
      'others_ease',
      '1-5',
      MARKET,
      t(
        'Ease against others',
        'Einfachheit im Vergleich',
        'Facilidad frente a otros',
        'Simplicité face aux autres',
        'Gemak tegenover anderen',
      ),
    ),
    item(
      'others_service',
      '1-5',
      MARKET,
      t(
        'Service against others',
        'Service im Vergleich',
        'Servicio frente a otros',
        'Service face aux autres',
        'Service tegenover anderen',
      ),
    ),
  ],
  pages: [
    {
      id: 'known',
      audiences: ['customer'],
      questions: [
        {
          id: 'knows_others',
          type: 'yesno',
          text: all(
            t(
              'Have you used another company of this kind in the last two years?',
              'Haben Sie in den letzten zwei Jahren ein anderes solches Unternehmen genutzt?',
              '¿Ha usado otra empresa de este tipo en los últimos dos años?',
              'Avez-vous fait appel à une autre entreprise de ce type ces deux dernières années ?',
              'Hebt u de laatste twee jaar een ander bedrijf van dit soort gebruikt?',
            ),
          ),
        },
        {
          id: 'which_other',
          type: 'short',
          maxLength: 100,
          showIf: { of: 'answer', key: 'knows_others', is: 'eq', value: 1 },
          text: all(
            t(
              'Which one do you know best?',
              'Welches kennen Sie am besten?',
              '¿Cuál conoce mejor?',
              'Laquelle connaissez-vous le mieux ?',
              'Welk bedrijf kent u het best?',
            ),
          ),
        },
      ],
    },
    {
      id: 'against',
      title: mirrored(
        t(
          'Compared with others that you know',
          'Verglichen mit anderen, die Sie kennen',
          'En comparación con otros que conoce',
          'Par rapport aux autres que vous connaissez',
          'Vergeleken met anderen die u kent',
        ),
        t(
          'How would customers compare us with others?',
          'Wie würden unsere Kunden uns mit anderen vergleichen?',
          '¿Cómo nos compararían los clientes con otros?',
          'Comment les clients nous comparent-ils aux autres ?',
          'Hoe zouden klanten ons met anderen vergelijken?',
        ),
      ),
      questions: [
        against(
          'others_quality',
          t(
            'How is our quality?',
            'Wie ist unsere Qualität?',
            '¿Cómo es nuestra calidad?',
            'Comment est notre qualité ?',
            'Hoe is onze kwaliteit?',
          ),
          t(
            'How do customers see our quality?',
            'Wie sehen unsere Kunden die Qualität?',
            '¿Cómo ven los clientes nuestra calidad?',
            'Comment les clients voient-ils notre qualité ?',
            'Hoe zien klanten onze kwaliteit?',
          ),
        ),
        against(
          'others_price',
          t(
            'How are our prices?',
            'Wie sind unsere Preise?',
            '¿Cómo son nuestros precios?',
            'Comment sont nos prix ?',
            'Hoe zijn onze prijzen?',
          ),
          t(
            'How do customers see our prices?',
            'Wie sehen unsere Kunden die Preise?',
            '¿Cómo ven los clientes nuestros precios?',
            'Comment les clients voient-ils nos prix ?',
            'Hoe zien klanten onze prijzen?',
          ),
        ),
        against(
          'others_ease',
          t(
            'How easy or hard is it to deal with us?',
            'Wie leicht oder schwer ist der Umgang mit uns?',
            '¿Es fácil o difícil tratar con nosotros?',
            'Est-il facile ou difficile de traiter avec nous ?',
            'Hoe makkelijk of moeilijk is het om met ons te werken?',
          ),
          t(
            'How easy or hard do customers find it to deal with us?',
            'Wie leicht oder schwer finden unsere Kunden den Umgang mit uns?',
            '¿A los clientes les resulta fácil o difícil tratar con nosotros?',
            'Les clients trouvent-ils facile ou difficile de traiter avec nous ?',
            'Hoe makkelijk of moeilijk vinden klanten het om met ons te werken?',
          ),
        ),
        against(
          'others_service',
          t(
            'How is our service?',
            'Wie ist unser Service?',
            '¿Cómo es nuestro servicio?',
            'Comment est notre service ?',
            'Hoe is onze service?',
          ),
          t(
            'How do customers see our service?',
            'Wie sehen unsere Kunden den Service?',
            '¿Cómo ven los clientes nuestro servicio?',
            'Comment les clients voient-ils notre service ?',
            'Hoe zien klanten onze service?',
          ),
        ),
      ],
    },
    {
      id: 'difference',
      questions: [
        open(
          'others_differently',
          mirrored(
            t(
              'What do others do differently? Is that good or bad?',
              'Was machen andere anders? Ist das gut oder schlecht?',
              '¿Qué hacen otros de otra manera? ¿Es bueno o malo?',
              'Que font les autres autrement ? Est-ce bien ou mal ?',
              'Wat doen anderen anders? Is dat goed of slecht?',
            ),
            t(
              'What do others do differently? Do customers find that good or bad?',
              'Was machen andere anders? Finden unsere Kunden das gut oder schlecht?',
              '¿Qué hacen otros de otra manera? ¿A los clientes les parece bien o mal?',
              'Que font les autres autrement ? Les clients trouvent-ils cela bien ou mal ?',
              'Wat doen anderen anders? Vinden klanten dat goed of slecht?',
            ),
          ),
        ),
      ],
    },
    callBackPage,
  ],
});
