import { agree, item, mirrored, t, template } from './compose.ts';
import { callBackPage, RECOMMEND_ITEM, reasonsPage, recommend } from './questions.ts';

const COMPANY = RECOMMEND_ITEM.touchpoint;

export const RELATIONSHIP_NPS = template({
  id: 'relationship-nps',
  name: 'Relationship NPS',
  description:
    'How customers see the whole relationship: recommendation, the reason for it, and three things behind it.',
  again: 180,
  title: mirrored(
    t('How do you see us?', 'Wie sehen Sie uns?', '¿Cómo nos ve?', 'Comment nous voyez-vous ?', 'Hoe ziet u ons?'),
    t(
      'How do customers see us?',
      'Wie sehen unsere Kundinnen und Kunden uns?',
      '¿Cómo nos ven los clientes?',
      'Comment les clients nous voient-ils ?',
      'Hoe zien klanten ons?',
    ),
  ),
  items: [
    RECOMMEND_ITEM,
    item(
      'value',
      '1-5',
      COMPANY,
      t('Value for money', 'Preis-Leistung', 'Relación calidad-precio', 'Rapport qualité-prix', 'Prijs-kwaliteit'),
    ),
    item('trust', '1-5', COMPANY, t('Trust', 'Vertrauen', 'Confianza', 'Confiance', 'Vertrouwen'), 'assurance'),
    item(
      'simple',
      '1-5',
      COMPANY,
      t('Easy to deal with', 'Einfacher Umgang', 'Trato sencillo', 'Relation simple', 'Eenvoudig contact'),
      'empathy',
    ),
  ],
  pages: [
    { id: 'recommendation', questions: [recommend] },
    reasonsPage,
    {
      id: 'relationship',
      questions: [
        agree(
          'value',
          mirrored(
            t(
              'What I get is worth the price.',
              'Was ich bekomme, ist den Preis wert.',
              'Lo que recibo vale lo que cuesta.',
              'Ce que je reçois vaut son prix.',
              'Wat ik krijg, is de prijs waard.',
            ),
            t(
              'Customers find that what they get is worth the price.',
              'Kundinnen und Kunden finden: Was sie bekommen, ist den Preis wert.',
              'Los clientes creen que lo que reciben vale lo que cuesta.',
              'Les clients trouvent que ce qu’ils reçoivent vaut son prix.',
              'Klanten vinden dat wat zij krijgen de prijs waard is.',
            ),
          ),
        ),
        agree(
          'trust',
          mirrored(
            t(
              'I can rely on what the company says.',
              'Ich kann mich auf das verlassen, was das Unternehmen sagt.',
              'Puedo fiarme de lo que dice la empresa.',
              'Je peux me fier à ce que dit l’entreprise.',
              'Ik kan vertrouwen op wat het bedrijf zegt.',
            ),
            t(
              'Customers can rely on what we say.',
              'Kundinnen und Kunden können sich auf das verlassen, was wir sagen.',
              'Los clientes pueden fiarse de lo que decimos.',
              'Les clients peuvent se fier à ce que nous disons.',
              'Klanten kunnen vertrouwen op wat wij zeggen.',
            ),
          ),
        ),
        agree(
          'simple',
          mirrored(
            t(
              'It is easy to deal with the company.',
              'Der Umgang mit dem Unternehmen ist einfach.',
              'Es fácil tratar con la empresa.',
              'Il est facile de traiter avec l’entreprise.',
              'Het is makkelijk om zaken te doen met het bedrijf.',
            ),
            t(
              'Customers find it easy to deal with us.',
              'Kundinnen und Kunden finden den Umgang mit uns einfach.',
              'A los clientes les resulta fácil tratar con nosotros.',
              'Les clients trouvent facile de traiter avec nous.',
              'Klanten vinden het makkelijk om zaken met ons te doen.',
            ),
          ),
        ),
      ],
    },
    callBackPage,
  ],
});
