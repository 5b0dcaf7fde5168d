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
      questions: [
        against(
          'others_quality',
          t(
            'Compared with others, how is our quality?',
            'Wie ist unsere Qualität, verglichen mit anderen?',
            '¿Cómo es nuestra calidad frente a la de otros?',
            'Comment est notre qualité par rapport aux autres ?',
            'Hoe is onze kwaliteit naast die van anderen?',
          ),
          t(
            'Compared with others, how do customers see our quality?',
            'Wie sehen unsere Kundinnen und Kunden die Qualität, verglichen mit anderen?',
            '¿Cómo ven los clientes nuestra calidad frente a la de otros?',
            'Comment les clients voient-ils notre qualité par rapport aux autres ?',
            'Hoe vinden klanten onze kwaliteit naast die van anderen?',
          ),
        ),
        against(
          'others_price',
          t(
            'Compared with others, how are our prices?',
            'Wie sind unsere Preise, verglichen mit anderen?',
            '¿Cómo son nuestros precios frente a los de otros?',
            'Comment sont nos prix par rapport aux autres ?',
            'Hoe zijn onze prijzen naast die van anderen?',
          ),
          t(
            'Compared with others, how do customers see our prices?',
            'Wie sehen unsere Kundinnen und Kunden die Preise, verglichen mit anderen?',
            '¿Cómo ven los clientes nuestros precios frente a los de otros?',
            'Comment les clients voient-ils nos prix par rapport aux autres ?',
            'Hoe vinden klanten onze prijzen naast die van anderen?',
          ),
        ),
        against(
          'others_ease',
          t(
            'Compared with others, how easy or hard is it to deal with us?',
            'Wie leicht oder schwer ist der Umgang mit uns, verglichen mit anderen?',
            'Frente a otros, ¿es fácil o difícil tratar con nosotros?',
            'Par rapport aux autres, est-il facile ou difficile de traiter avec nous ?',
            'Is het met ons makkelijker of moeilijker dan met anderen?',
          ),
          t(
            'Compared with others, how easy or hard do customers find it to deal with us?',
            'Wie leicht oder schwer finden sie den Umgang mit uns, verglichen mit anderen?',
            'Frente a otros, ¿les resulta fácil o difícil a los clientes tratar con nosotros?',
            'Par rapport aux autres, les clients trouvent-ils facile ou difficile de traiter avec nous ?',
            'Vinden klanten het met ons makkelijker of moeilijker dan met anderen?',
          ),
        ),
        against(
          'others_service',
          t(
            'Compared with others, how is our service?',
            'Wie ist unser Service, verglichen mit anderen?',
            '¿Cómo es nuestro servicio frente al de otros?',
            'Comment est notre service par rapport aux autres ?',
            'Hoe is onze service naast die van anderen?',
          ),
          t(
            'Compared with others, how do customers see our service?',
            'Wie sehen unsere Kundinnen und Kunden den Service, verglichen mit anderen?',
            '¿Cómo ven los clientes nuestro servicio frente al de otros?',
            'Comment les clients voient-ils notre service par rapport aux autres ?',
            'Hoe vinden klanten onze service naast die van anderen?',
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
              'Was machen andere anders? Finden unsere Kundinnen und Kunden das gut oder schlecht?',
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
