import { mirrored, open, t, template } from './compose.ts';
import { callBackPage, OVERALL_ITEM, overall } from './questions.ts';

export const FOUR_QUESTIONS = template({
  id: 'four-questions',
  name: 'The four questions',
  description:
    'What we do well, what could improve, what others do differently, what to continue or start: the same four for leaders, staff and customers.',
  again: 180,
  title: mirrored(
    t(
      'Four questions for you',
      'Vier Fragen an Sie',
      'Cuatro preguntas para usted',
      'Quatre questions pour vous',
      'Vier vragen aan u',
    ),
    t(
      'Four questions about our customers',
      'Vier Fragen zu unseren Kundinnen und Kunden',
      'Cuatro preguntas sobre nuestros clientes',
      'Quatre questions sur nos clients',
      'Vier vragen over onze klanten',
    ),
  ),
  items: [OVERALL_ITEM],
  pages: [
    {
      id: 'four',
      questions: [
        open(
          'do_well',
          mirrored(
            t(
              'What do we do well?',
              'Was machen wir gut?',
              '¿Qué hacemos bien?',
              'Que faisons-nous bien ?',
              'Wat doen wij goed?',
            ),
            t(
              'What do we do well for our customers?',
              'Was machen wir für unsere Kundinnen und Kunden gut?',
              '¿Qué hacemos bien para nuestros clientes?',
              'Que faisons-nous bien pour nos clients ?',
              'Wat doen wij goed voor onze klanten?',
            ),
          ),
        ),
        open(
          'could_improve',
          mirrored(
            t(
              'What could we improve?',
              'Was könnten wir besser machen?',
              '¿Qué podríamos mejorar?',
              'Que pourrions-nous améliorer ?',
              'Wat kunnen wij beter doen?',
            ),
            t(
              'What could we improve for our customers?',
              'Was könnten wir für unsere Kundinnen und Kunden besser machen?',
              '¿Qué podríamos mejorar para nuestros clientes?',
              'Que pourrions-nous améliorer pour nos clients ?',
              'Wat kunnen wij beter doen voor onze klanten?',
            ),
          ),
        ),
        open(
          'others_do',
          mirrored(
            t(
              'What do other companies do differently? Is that good or bad?',
              'Was machen andere Unternehmen anders? Ist das gut oder schlecht?',
              '¿Qué hacen otras empresas de otra manera? ¿Es bueno o malo?',
              'Que font d’autres entreprises autrement ? Est-ce bien ou mal ?',
              'Wat doen andere bedrijven anders? Is dat goed of slecht?',
            ),
            t(
              'What do others do differently? Is that good or bad for customers?',
              'Was machen andere anders? Ist das für Kundinnen und Kunden gut oder schlecht?',
              '¿Qué hacen otros de otra manera? ¿Es bueno o malo para los clientes?',
              'Que font les autres autrement ? Est-ce bien ou mal pour les clients ?',
              'Wat doen anderen anders? Is dat goed of slecht voor klanten?',
            ),
          ),
        ),
        open(
          'continue_or_start',
          mirrored(
            t(
              'What should we continue to do, or start to do?',
              'Was sollten wir weiter tun oder neu beginnen?',
              '¿Qué deberíamos seguir haciendo o empezar a hacer?',
              'Que devrions-nous continuer ou commencer à faire ?',
              'Wat moeten wij blijven doen of gaan doen?',
            ),
            t(
              'What should we continue or start to do for customers?',
              'Was sollten wir für Kundinnen und Kunden weiter tun oder neu beginnen?',
              '¿Qué deberíamos seguir o empezar a hacer para los clientes?',
              'Que devrions-nous continuer ou commencer à faire pour les clients ?',
              'Wat moeten wij voor klanten blijven doen of gaan doen?',
            ),
          ),
        ),
      ],
    },
    { id: 'whole', questions: [overall] },
    callBackPage,
  ],
});
