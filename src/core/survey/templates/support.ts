import { AGREEMENT, agree, all, item, mirrored, open, t, template } from './compose.ts';
import { callBackPage, EASE_ITEM } from './questions.ts';

const SUPPORT = t('Support', 'Kundenservice', 'Atención al cliente', 'Service client', 'Klantenservice');

export const SUPPORT_CONTACT = template({
  id: 'support',
  name: 'Support',
  description: 'After a contact with support: solved or not, how easy it was (CES 2.0), and how people were treated.',
  again: 30,
  title: mirrored(
    t(
      'Your contact with our support',
      'Ihr Kontakt mit unserem Kundenservice',
      'Su contacto con nuestra atención al cliente',
      'Votre échange avec notre service client',
      'Uw contact met onze klantenservice',
    ),
    t(
      'What customers say of our support',
      'Was Kundinnen und Kunden über unseren Service sagen',
      'Qué dicen los clientes de nuestra atención',
      'Ce que les clients disent de notre service',
      'Wat klanten van onze klantenservice vinden',
    ),
  ),
  items: [
    EASE_ITEM,
    item('solved', 'yes/no', SUPPORT, t('Solved', 'Gelöst', 'Resuelto', 'Résolu', 'Opgelost'), 'reliability'),
    item(
      'support_wait',
      '1-5',
      SUPPORT,
      t(
        'Time until the answer',
        'Zeit bis zur Antwort',
        'Tiempo hasta la respuesta',
        'Délai de réponse',
        'Tijd tot het antwoord',
      ),
      'responsiveness',
    ),
    item(
      'support_knowledge',
      '1-5',
      SUPPORT,
      t('Knowledge', 'Fachwissen', 'Conocimientos', 'Compétence', 'Vakkennis'),
      'assurance',
    ),
    item(
      'support_care',
      '1-5',
      SUPPORT,
      t(
        'Being taken seriously',
        'Ernst genommen werden',
        'Sentirse escuchado',
        'Être pris au sérieux',
        'Serieus genomen worden',
      ),
      'empathy',
    ),
  ],
  pages: [
    {
      id: 'outcome',
      questions: [
        {
          id: 'solved',
          type: 'yesno',
          item: 'solved',
          required: 'soft',
          text: mirrored(
            t(
              'Did we solve your problem?',
              'Haben wir Ihr Anliegen gelöst?',
              '¿Resolvimos su problema?',
              'Avons-nous réglé votre problème ?',
              'Hebben wij uw probleem opgelost?',
            ),
            t(
              'Would a typical customer say that we solved the problem?',
              'Würden die meisten sagen, dass wir ihr Anliegen gelöst haben?',
              '¿Diría un cliente típico que resolvimos su problema?',
              'Un client typique dirait-il que nous avons réglé son problème ?',
              'Zou een gewone klant zeggen dat wij het probleem hebben opgelost?',
            ),
          ),
        },
        {
          id: 'ease',
          type: 'ces',
          item: 'ease',
          ...AGREEMENT,
          text: mirrored(
            t(
              'The company made it easy for me to handle my issue.',
              'Das Unternehmen hat es mir leicht gemacht, mein Anliegen zu klären.',
              'La empresa me lo puso fácil para resolver mi asunto.',
              'L’entreprise m’a facilité la résolution de mon problème.',
              'Het bedrijf maakte het mij makkelijk om mijn vraag op te lossen.',
            ),
            t(
              'We make it easy for customers to handle their issue.',
              'Wir machen es Kundinnen und Kunden leicht, ihr Anliegen zu klären.',
              'Se lo ponemos fácil a los clientes para resolver su asunto.',
              'Nous facilitons aux clients la résolution de leur problème.',
              'Wij maken het klanten makkelijk om hun vraag op te lossen.',
            ),
          ),
        },
      ],
    },
    {
      id: 'open_issue',
      showIf: { of: 'answer', key: 'solved', is: 'eq', value: 0 },
      questions: [
        open(
          'unsolved',
          mirrored(
            t(
              'What is still open?',
              'Was ist noch offen?',
              '¿Qué queda por resolver?',
              'Que reste-t-il à régler ?',
              'Wat is er nog niet opgelost?',
            ),
            t(
              'What do we most often leave unsolved?',
              'Was lassen wir am häufigsten offen?',
              '¿Qué dejamos sin resolver más a menudo?',
              'Que laissons-nous le plus souvent sans solution ?',
              'Wat lossen wij het vaakst niet op?',
            ),
          ),
        ),
      ],
    },
    {
      id: 'treatment',
      questions: [
        agree(
          'support_wait',
          mirrored(
            t(
              'I got an answer soon enough.',
              'Ich bekam schnell genug eine Antwort.',
              'Recibí una respuesta con la rapidez necesaria.',
              'J’ai reçu une réponse assez vite.',
              'Ik kreeg snel genoeg antwoord.',
            ),
            t(
              'Customers get an answer soon enough.',
              'Kundinnen und Kunden bekommen schnell genug eine Antwort.',
              'Los clientes reciben respuesta con la rapidez necesaria.',
              'Les clients reçoivent une réponse assez vite.',
              'Klanten krijgen snel genoeg antwoord.',
            ),
          ),
        ),
        agree(
          'support_knowledge',
          mirrored(
            t(
              'The person I spoke with knew what to do.',
              'Mein Gegenüber wusste, was zu tun war.',
              'La persona que me atendió sabía qué hacer.',
              'La personne qui m’a répondu savait quoi faire.',
              'De medewerker wist wat er moest gebeuren.',
            ),
            t(
              'Customers find that our support knows what to do.',
              'Kundinnen und Kunden finden: Unser Service weiß, was zu tun ist.',
              'Los clientes creen que sabemos qué hacer.',
              'Les clients trouvent que notre service sait quoi faire.',
              'Klanten vinden dat wij weten wat er moet gebeuren.',
            ),
          ),
        ),
        agree(
          'support_care',
          mirrored(
            t(
              'I was taken seriously.',
              'Ich wurde ernst genommen.',
              'Me tomaron en serio.',
              'Ma demande a été prise au sérieux.',
              'Ik werd serieus genomen.',
            ),
            t(
              'Customers feel that we take them seriously.',
              'Kundinnen und Kunden fühlen sich von uns ernst genommen.',
              'Los clientes sienten que los tomamos en serio.',
              'Les clients trouvent que leur demande est prise au sérieux.',
              'Klanten merken dat wij hen serieus nemen.',
            ),
          ),
        ),
        open(
          'support_more',
          all(
            t(
              'Is there anything else you want to tell us?',
              'Möchten Sie uns noch etwas sagen?',
              '¿Quiere decirnos algo más?',
              'Souhaitez-vous ajouter quelque chose ?',
              'Wilt u ons nog iets vertellen?',
            ),
          ),
        ),
      ],
    },
    callBackPage,
  ],
});
