import { agree, item, mirrored, open, t, template } from './compose.ts';
import { callBackPage, OVERALL_ITEM, overall } from './questions.ts';

const START = t('First weeks', 'Erste Wochen', 'Primeras semanas', 'Premières semaines', 'Eerste weken');

export const ONBOARDING = template({
  id: 'onboarding',
  name: 'Onboarding',
  description: 'After the first weeks: whether the start was clear, quick and as promised, and where people got stuck.',
  again: null,
  title: mirrored(
    t(
      'Your start with us',
      'Ihr Start bei uns',
      'Sus comienzos con nosotros',
      'Vos débuts avec nous',
      'Uw start bij ons',
    ),
    t(
      'How customers start with us',
      'Wie Kundinnen und Kunden bei uns starten',
      'Cómo empiezan los clientes con nosotros',
      'Les débuts des clients avec nous',
      'Hoe klanten bij ons starten',
    ),
  ),
  items: [
    OVERALL_ITEM,
    item(
      'first_steps',
      '1-5',
      START,
      t(
        'Clear first steps',
        'Klare erste Schritte',
        'Primeros pasos claros',
        'Premiers pas clairs',
        'Duidelijke eerste stappen',
      ),
      'tangibles',
    ),
    item(
      'start_time',
      '1-5',
      START,
      t(
        'Time to get started',
        'Zeit bis zum Start',
        'Tiempo hasta empezar',
        'Temps de mise en route',
        'Tijd tot de start',
      ),
      'responsiveness',
    ),
    item(
      'start_help',
      '1-5',
      START,
      t('Help at the start', 'Hilfe am Anfang', 'Ayuda al empezar', 'Aide au démarrage', 'Hulp bij de start'),
      'empathy',
    ),
    item(
      'as_promised',
      '1-5',
      START,
      t(
        'As promised before the purchase',
        'Wie vor dem Kauf zugesagt',
        'Como se prometió antes de la compra',
        'Conforme à la promesse avant l’achat',
        'Zoals beloofd vóór de aankoop',
      ),
      'reliability',
    ),
  ],
  pages: [
    { id: 'whole', questions: [overall] },
    {
      id: 'start',
      questions: [
        agree(
          'first_steps',
          mirrored(
            t(
              'I knew what to do first.',
              'Ich wusste, was ich zuerst tun soll.',
              'Sabía qué hacer primero.',
              'Je savais par quoi commencer.',
              'Ik wist wat ik eerst moest doen.',
            ),
            t(
              'New customers know what to do first.',
              'Neue Kundinnen und Kunden wissen, was sie zuerst tun sollen.',
              'Los clientes nuevos saben qué hacer primero.',
              'Les nouveaux clients savent par quoi commencer.',
              'Nieuwe klanten weten wat ze eerst moeten doen.',
            ),
          ),
        ),
        agree(
          'start_time',
          mirrored(
            t(
              'It did not take long until I could start.',
              'Es dauerte nicht lange, bis ich loslegen konnte.',
              'No pasó mucho tiempo hasta que pude empezar.',
              'Je n’ai pas attendu longtemps avant de commencer.',
              'Het duurde niet lang voordat ik kon beginnen.',
            ),
            t(
              'New customers can start without a long wait.',
              'Neue Kundinnen und Kunden können ohne lange Wartezeit loslegen.',
              'Los clientes nuevos pueden empezar sin esperar mucho.',
              'Les nouveaux clients peuvent commencer sans longue attente.',
              'Nieuwe klanten kunnen beginnen zonder lang te wachten.',
            ),
          ),
        ),
        agree(
          'start_help',
          mirrored(
            t(
              'I got help when I needed it.',
              'Ich bekam Hilfe, wenn ich sie brauchte.',
              'Recibí ayuda cuando la necesité.',
              'J’ai eu de l’aide quand il m’en fallait.',
              'Ik kreeg hulp toen ik die nodig had.',
            ),
            t(
              'New customers get help when they need it.',
              'Neue Kundinnen und Kunden bekommen Hilfe, wenn sie sie brauchen.',
              'Los clientes nuevos reciben ayuda cuando la necesitan.',
              'Les nouveaux clients ont de l’aide quand il leur en faut.',
              'Nieuwe klanten krijgen hulp als ze die nodig hebben.',
            ),
          ),
          { notApplicable: true },
        ),
        agree(
          'as_promised',
          mirrored(
            t(
              'I got what I was promised before I signed up.',
              'Ich bekam, was mir vorher zugesagt wurde.',
              'Recibí lo que me prometieron antes de contratar.',
              'J’ai reçu ce que l’on m’avait promis au départ.',
              'Ik kreeg wat mij vooraf was beloofd.',
            ),
            t(
              'New customers get what they were promised.',
              'Neue Kundinnen und Kunden bekommen, was ihnen zugesagt wurde.',
              'Los clientes nuevos reciben lo que se les prometió.',
              'Les nouveaux clients reçoivent ce qu’on leur a promis.',
              'Nieuwe klanten krijgen wat hun is beloofd.',
            ),
          ),
        ),
      ],
    },
    {
      id: 'stuck',
      questions: [
        open(
          'stuck',
          mirrored(
            t(
              'Where did you get stuck, if at all?',
              'Wo kamen Sie nicht weiter, wenn überhaupt?',
              '¿Dónde encontró dificultades, si las hubo?',
              'Où avez-vous eu des difficultés, s’il y en a eu ?',
              'Waar liep u vast, als dat gebeurde?',
            ),
            t(
              'Where do new customers get stuck?',
              'Wo kommen neue Kundinnen und Kunden nicht weiter?',
              '¿Dónde encuentran dificultades los clientes nuevos?',
              'Où les nouveaux clients ont-ils des difficultés ?',
              'Waar lopen nieuwe klanten vast?',
            ),
          ),
        ),
      ],
    },
    callBackPage,
  ],
});
