import { agree, all, item, mirrored, open, t, template } from './compose.ts';
import { callBackPage } from './questions.ts';

const LEAVING = t('Leaving', 'Kündigung', 'Baja', 'Départ', 'Opzeggen');
const USE = t('Everyday use', 'Nutzung im Alltag', 'Uso diario', 'Usage quotidien', 'Dagelijks gebruik');

export const CANCELLATION = template({
  id: 'cancellation',
  name: 'Cancellation',
  description: 'When somebody leaves: the main reason, what would have kept them, and how leaving itself went.',
  again: null,
  title: mirrored(
    t('You are leaving us', 'Sie verlassen uns', 'Nos deja', 'Vous nous quittez', 'U gaat bij ons weg'),
    t(
      'Why customers leave us',
      'Warum Kundinnen und Kunden uns verlassen',
      'Por qué nos dejan los clientes',
      'Pourquoi les clients nous quittent',
      'Waarom klanten bij ons weggaan',
    ),
  ),
  items: [
    item(
      'needs_met',
      '1-5',
      USE,
      t('Meets needs', 'Erfüllt den Bedarf', 'Cubre las necesidades', 'Répond aux besoins', 'Voldoet aan de wensen'),
    ),
    item('fair_price', '1-5', USE, t('Fair price', 'Fairer Preis', 'Precio justo', 'Prix juste', 'Eerlijke prijs')),
    item(
      'leaving',
      '1-5',
      LEAVING,
      t('Ease of leaving', 'Einfache Kündigung', 'Facilidad de la baja', 'Simplicité du départ', 'Gemak van opzeggen'),
      'responsiveness',
    ),
  ],
  pages: [
    {
      id: 'reason',
      questions: [
        {
          id: 'main_reason',
          type: 'single',
          other: true,
          shuffle: true,
          required: 'soft',
          text: mirrored(
            t(
              'What is your main reason for leaving?',
              'Was ist der wichtigste Grund für Ihre Kündigung?',
              '¿Cuál es el motivo principal de su baja?',
              'Quelle est la raison principale de votre départ ?',
              'Wat is de belangrijkste reden dat u weggaat?',
            ),
            t(
              'What is the main reason why customers leave?',
              'Was ist der wichtigste Grund, warum Kundinnen und Kunden kündigen?',
              '¿Cuál es el motivo principal de las bajas?',
              'Quelle est la raison principale des départs de clients ?',
              'Wat is de belangrijkste reden dat klanten weggaan?',
            ),
          ),
          choices: [
            { id: 'price', text: all(t('The price', 'Der Preis', 'El precio', 'Le prix', 'De prijs')) },
            { id: 'quality', text: all(t('The quality', 'Die Qualität', 'La calidad', 'La qualité', 'De kwaliteit')) },
            { id: 'service', text: all(t('The service', 'Der Service', 'El servicio', 'Le service', 'De service')) },
            {
              id: 'other_offer',
              text: all(
                t(
                  'A better offer elsewhere',
                  'Ein besseres Angebot',
                  'Una oferta mejor',
                  'Une meilleure offre ailleurs',
                  'Een beter aanbod elders',
                ),
              ),
            },
            {
              id: 'no_need',
              text: all(
                t('No longer needed', 'Kein Bedarf mehr', 'Ya no lo necesito', 'Plus de besoin', 'Niet meer nodig'),
              ),
            },
          ],
        },
        open(
          'competitor_offer',
          mirrored(
            t(
              'What do others do better?',
              'Was machen andere besser?',
              '¿Qué hacen mejor los demás?',
              'Que font mieux les autres ?',
              'Wat doen anderen beter?',
            ),
            t(
              'What do others offer that customers want?',
              'Was bieten andere, was Kundinnen und Kunden wollen?',
              '¿Qué ofrecen otros que los clientes quieren?',
              'Que proposent les autres que les clients veulent ?',
              'Wat bieten anderen dat klanten willen?',
            ),
          ),
          { showIf: { of: 'answer', key: 'main_reason', is: 'eq', value: 'other_offer' } },
        ),
      ],
    },
    {
      id: 'before',
      questions: [
        agree(
          'needs_met',
          mirrored(
            t(
              'What I had from you met my needs.',
              'Ihr Angebot passte zu meinem Bedarf.',
              'Lo que tenía cubría mis necesidades.',
              'Votre offre répondait à mes besoins.',
              'Uw aanbod paste bij mijn wensen.',
            ),
            t(
              'What we offer meets the needs of customers.',
              'Unser Angebot passt zum Bedarf der Kundinnen und Kunden.',
              'Lo que ofrecemos cubre las necesidades de los clientes.',
              'Notre offre répond aux besoins des clients.',
              'Ons aanbod past bij de wensen van klanten.',
            ),
          ),
        ),
        agree(
          'fair_price',
          mirrored(
            t(
              'The price was fair.',
              'Der Preis war fair.',
              'El precio era justo.',
              'Le prix était juste.',
              'De prijs was eerlijk.',
            ),
            t(
              'Customers find our prices fair.',
              'Kundinnen und Kunden finden unsere Preise fair.',
              'A los clientes les parecen justos nuestros precios.',
              'Les clients trouvent nos prix justes.',
              'Klanten vinden onze prijzen eerlijk.',
            ),
          ),
        ),
        agree(
          'leaving',
          mirrored(
            t(
              'It was easy to cancel.',
              'Die Kündigung war einfach.',
              'Fue fácil darse de baja.',
              'Il a été facile de résilier.',
              'Opzeggen was makkelijk.',
            ),
            t(
              'Customers find it easy to cancel.',
              'Kundinnen und Kunden finden das Kündigen einfach.',
              'A los clientes les resulta fácil darse de baja.',
              'Les clients trouvent facile de résilier.',
              'Klanten vinden opzeggen makkelijk.',
            ),
          ),
        ),
      ],
    },
    {
      id: 'stay',
      questions: [
        open(
          'would_stay',
          mirrored(
            t(
              'What would have made you stay?',
              'Was hätte Sie zum Bleiben bewegt?',
              '¿Qué le habría hecho quedarse?',
              'Qu’est-ce qui vous aurait fait rester ?',
              'Waardoor was u wel gebleven?',
            ),
            t(
              'What would make more customers stay?',
              'Was würde mehr Kundinnen und Kunden zum Bleiben bewegen?',
              '¿Qué haría que se quedaran más clientes?',
              'Qu’est-ce qui ferait rester plus de clients ?',
              'Waardoor zouden meer klanten blijven?',
            ),
          ),
        ),
      ],
    },
    callBackPage,
  ],
});
