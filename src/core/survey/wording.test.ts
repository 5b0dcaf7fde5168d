import { describe, expect, test } from 'vitest';
import type { JudgedLanguage } from './survey-language.ts';
import { askedTogether, leadingWords, rareWords, tooManyWords } from './wording.ts';

/**
 * Neutral questions as a survey would ask them, and bad ones by what is wrong with them: what the lists were tuned on.
 */
interface Sample {
  readonly good: readonly string[];
  readonly double: readonly string[];
  readonly leading: readonly string[];
}

const SAMPLES: Readonly<Record<JudgedLanguage, Sample>> = {
  en: {
    good: [
      'How likely are you to recommend us to a friend or colleague?',
      'How satisfied or dissatisfied are you with the delivery?',
      'How easy or difficult was it to place your order?',
      'The company made it easy for me to handle my issue.',
      'Compared with what you expected, how was your visit?',
      'When you called us and reached someone, how long did you wait?',
      'How would you rate the comfort of your seat?',
      'Did we solve your problem?',
      'Did your order arrive on time?',
      'Overall, how was your stay with Marks and Spencer?',
      'Staff kept me informed about the progress of my request.',
      'How clear was the information on the website?',
      'Did you agree or disagree with the decision?',
      'How many times have you visited us in the past 3 or 4 months?',
      'It was clear to me what would happen next.',
      'How quickly did we answer your question or request?',
      'How well did the product fit your needs?',
      'How important is a short wait to you?',
    ],
    double: [
      'How fast and friendly was our staff?',
      'How satisfied or dissatisfied are you with the price and the quality?',
      'The room was clean and quiet.',
      'Was the website easy to use and informative?',
      'How would you rate our food or drinks?',
      'The staff listened to me and solved my problem.',
      'How would you rate the speed as well as the accuracy of our reply?',
      'Our prices and opening hours suit me.',
    ],
    leading: [
      "Don't you think that our service has improved?",
      'How satisfied are you with our excellent support?',
      'How great was your experience today?',
      'Would you agree that our staff are helpful?',
      'As you know, we care about quality. How did we do?',
      'How much did you enjoy your stay?',
      'Most customers love our app. How do you find it?',
      'How happy are you with the result?',
      'How terrible was the wait?',
    ],
  },
  de: {
    good: [
      'Wie wahrscheinlich ist es, dass Sie uns Freunden oder Kollegen weiterempfehlen?',
      'Wie zufrieden oder unzufrieden sind Sie mit der Lieferung?',
      'Wie einfach oder schwierig war die Bestellung?',
      'Verglichen mit dem, was Sie erwartet haben: Wie war Ihr Besuch?',
      'Was erleben unsere Kundinnen und Kunden bei der Lieferung?',
      'Konnten wir Ihre Frage beantworten?',
      'Ich wusste jederzeit, wie es weitergeht.',
      'Wie bewerten Sie die Wartezeit?',
    ],
    double: [
      'Wie bewerten Sie Preis und Qualität?',
      'Das Team war freundlich und schnell.',
      'Die Seite ist übersichtlich sowie informativ.',
      'Wie bewerten Sie unsere Speisen oder Getränke?',
    ],
    leading: [
      'Finden Sie nicht auch, dass unser Service besser geworden ist?',
      'Wie zufrieden sind Sie mit uns?',
      'Wie bewerten Sie unser hervorragendes Angebot?',
      'Sind Sie auch der Meinung, dass wir hilfsbereit sind?',
      'Wie schlecht war die Beratung?',
    ],
  },
  es: {
    good: [
      '¿Qué probabilidad hay de que nos recomiende a un amigo o colega?',
      '¿Está satisfecho o insatisfecho con la entrega?',
      '¿Le resultó fácil o difícil hacer su pedido?',
      'En comparación con lo que esperaba, ¿cómo fue su visita?',
      '¿Resolvimos su problema?',
      'La empresa me facilitó la gestión de mi consulta.',
      '¿Cómo valora el tiempo de espera?',
    ],
    double: [
      '¿Cómo valora el precio y la calidad?',
      'El equipo fue amable y rápido.',
      '¿La página es clara e informativa?',
      '¿Cómo valora la comida o las bebidas?',
    ],
    leading: [
      '¿No cree que nuestro servicio ha mejorado?',
      '¿Cómo valora nuestra excelente atención?',
      '¿Está de acuerdo en que somos amables?',
      '¿Cómo de satisfecho está con nosotros?',
      '¿Cuánto le gustó su estancia?',
    ],
  },
  fr: {
    good: [
      'Recommanderiez-vous notre entreprise à un ami ou à un collègue ?',
      'Êtes-vous satisfait ou insatisfait de la livraison ?',
      'Passer commande vous a-t-il paru facile ou difficile ?',
      'Par rapport à vos attentes, comment était votre visite ?',
      'Avons-nous réglé votre problème ?',
      'L’entreprise m’a facilité la tâche.',
      'Que pensez-vous du temps d’attente ?',
    ],
    double: [
      'Que pensez-vous du prix et de la qualité ?',
      'L’équipe était aimable et rapide.',
      'Le site est clair ainsi que complet.',
      'Que pensez-vous des plats ou des boissons ?',
    ],
    leading: [
      'Ne trouvez-vous pas que notre service s’est amélioré ?',
      'Que pensez-vous de notre excellent accueil ?',
      'Êtes-vous d’accord pour dire que nous sommes aimables ?',
      'À quel point êtes-vous satisfait de nous ?',
      'Le service est bon, n’est-ce pas ?',
    ],
  },
  nl: {
    good: [
      'Hoe waarschijnlijk is het dat u ons aanbeveelt bij een vriend of collega?',
      'Bent u tevreden of ontevreden over de bezorging?',
      'Was het makkelijk of moeilijk om te bestellen?',
      'Vergeleken met wat u verwachtte, hoe was uw bezoek?',
      'Hebben wij uw probleem opgelost?',
      'Het bedrijf maakte het mij makkelijk.',
      'Ik wist of mijn bestelling onderweg was.',
      'Wat vindt u van de wachttijd?',
    ],
    double: [
      'Wat vindt u van de prijs en de kwaliteit?',
      'Het team was vriendelijk en snel.',
      'Wat vindt u van het eten of de drankjes?',
      'De site is duidelijk en volledig.',
    ],
    leading: [
      'Vindt u ook niet dat onze service beter is geworden?',
      'Hoe tevreden bent u over ons?',
      'Wat vindt u van onze uitstekende service?',
      'Bent u het ermee eens dat wij behulpzaam zijn?',
      'Hoe slecht was de wachttijd?',
    ],
  },
};

/**
 * Written after the lists, before they were run on it. On that first run 1 of 45 good ones was flagged and 5 of 46 bad ones
 * were missed; four of those are found since.
 */
const SECOND: Readonly<Record<JudgedLanguage, { readonly good: readonly string[]; readonly bad: readonly string[] }>> =
  {
    en: {
      good: [
        'How would you rate your most recent visit to our branch?',
        'How easy was it to find what you were looking for?',
        'To what extent do you agree or disagree that our prices are fair?',
        'The agent understood my problem.',
        'How did the wait compare with what you expected?',
        'Was your issue resolved on your first call?',
        'How likely are you to buy from us again?',
        'My questions were answered in a way I could understand.',
        'How clean was the bathroom?',
        'How often do you use our app in a week?',
        'If you contacted us by phone or chat, how helpful was the person?',
        'How would you describe the noise in your room at night?',
        'How much effort did you personally have to put forth to handle your request?',
        'Please rate the taste of your meal.',
        'How safe did you feel in the parking area?',
        'The checkout process was simple.',
        'How confident are you that your data is kept private?',
      ],
      bad: [
        'How helpful and knowledgeable was the agent?',
        'Was the food fresh and hot?',
        'Rate the speed and reliability of our internet service.',
        'The agent was polite and resolved my issue quickly.',
        'How easy was it to find and buy what you wanted?',
        'Are you happy with your salary and your team?',
        'How would you rate the price or quality of the product?',
        'The app is fast, simple and reliable.',
        'How satisfied are you with our service?',
        'How amazing was your stay?',
        'Isn’t our new app easier to use?',
        'Do you agree that our new opening hours are better?',
        'How badly did we do?',
        'Our award-winning team aims to please. How did they do?',
        'What did you love about our product?',
        'How concerned are you about the terrible traffic?',
        'You would recommend us, wouldn’t you?',
      ],
    },
    de: {
      good: [
        'Wie bewerten Sie Ihren letzten Besuch in unserer Filiale?',
        'Wie verständlich waren die Informationen auf der Rechnung?',
        'Wurde Ihr Anliegen beim ersten Anruf gelöst?',
        'Die Beraterin oder der Berater hat mein Problem verstanden.',
        'Wie oft nutzen Sie unsere App in der Woche?',
        'Stimmen Sie zu oder nicht zu: Die Preise sind fair.',
        'Ich fühlte mich im Parkhaus sicher.',
      ],
      bad: [
        'Wie hilfreich und kompetent war die Beratung?',
        'War das Essen frisch und warm?',
        'Bewerten Sie Tempo und Zuverlässigkeit unseres Netzes.',
        'Wie glücklich sind Sie mit Ihrer Wahl?',
        'Ist unsere neue App nicht viel besser?',
        'Wie großartig war Ihr Aufenthalt?',
        'Stimmen Sie uns zu, dass die Öffnungszeiten gut sind?',
      ],
    },
    es: {
      good: [
        '¿Cómo valora su última visita a nuestra oficina?',
        '¿Se resolvió su consulta en la primera llamada?',
        'La persona que me atendió entendió mi problema.',
        '¿Con qué frecuencia usa nuestra aplicación?',
        '¿Qué tan limpia estaba la habitación?',
        '¿Está de acuerdo o en desacuerdo con que los precios son justos?',
        'Me sentí seguro en el aparcamiento.',
      ],
      bad: [
        '¿Fue útil y amable la persona que le atendió?',
        '¿La comida estaba fresca y caliente?',
        'Valore la rapidez y la fiabilidad de nuestra red.',
        '¿Qué tan satisfecho está con nuestro servicio?',
        '¿No le parece mejor la nueva aplicación?',
        '¿Cómo de increíble fue su estancia?',
        '¿Está usted de acuerdo en que el horario es mejor?',
      ],
    },
    fr: {
      good: [
        'Comment jugez-vous votre dernière visite dans notre agence ?',
        'Votre demande a-t-elle été réglée dès le premier appel ?',
        'La personne a compris mon problème.',
        'À quelle fréquence utilisez-vous notre application ?',
        'Êtes-vous d’accord ou pas d’accord : les prix sont justes.',
        'La chambre était propre.',
        'Je me suis senti en sécurité dans le parking.',
      ],
      bad: [
        'Le conseiller était-il utile et aimable ?',
        'Le repas était-il frais et chaud ?',
        'Notez la rapidité et la fiabilité de notre réseau.',
        'Dans quelle mesure êtes-vous satisfait de notre service ?',
        'Ne trouvez-vous pas la nouvelle application meilleure ?',
        'Comment s’est passé votre formidable séjour ?',
        'Êtes-vous d’accord que les horaires sont meilleurs ?',
      ],
    },
    nl: {
      good: [
        'Wat vindt u van uw laatste bezoek aan onze winkel?',
        'Is uw vraag bij het eerste telefoontje opgelost?',
        'De medewerker begreep mijn probleem.',
        'Hoe vaak gebruikt u onze app per week?',
        'Bent u het eens of oneens: de prijzen zijn eerlijk.',
        'De kamer was schoon.',
        'Kunt u aangeven of de informatie duidelijk was?',
      ],
      bad: [
        'Was de medewerker behulpzaam en vriendelijk?',
        'Was het eten vers en warm?',
        'Beoordeel de snelheid en betrouwbaarheid van ons netwerk.',
        'Hoe blij bent u met uw keuze?',
        'Is onze nieuwe app niet veel beter?',
        'Hoe geweldig was uw verblijf?',
        'Bent u het met ons eens dat de openingstijden beter zijn?',
      ],
    },
  };
/** Judges by a verb alone, which no list here holds; kept so that a change that finds it shows. */
const MISSED = 'Should we waste more time on meetings?';

test.each(Object.entries(SECOND) as [JudgedLanguage, (typeof SECOND)[JudgedLanguage]][])(
  '%s: the second sample',
  (language, { good, bad }) => {
    const flagged = (text: string) => askedTogether(text, language) ?? leadingWords(text, language);
    expect(good.filter(flagged)).toEqual([]);
    expect(bad.filter((text) => !flagged(text))).toEqual([]);
  },
);

test('a known limit', () => {
  expect(leadingWords(MISSED, 'en') ?? askedTogether(MISSED, 'en')).toBeUndefined();
});

describe.each(Object.entries(SAMPLES) as [JudgedLanguage, Sample][])('%s', (language, sample) => {
  test('neutral questions pass', () => {
    const flagged = sample.good.filter((text) => askedTogether(text, language) || leadingWords(text, language));
    expect(flagged).toEqual([]);
  });
  test('two things in one question are found', () => {
    expect(sample.double.filter((text) => !askedTogether(text, language))).toEqual([]);
  });
  test('leading wording is found', () => {
    expect(sample.leading.filter((text) => !leadingWords(text, language))).toEqual([]);
  });
});

/** Both ends of the scale are named, in the three ways that people write them; then only one of them, or more than them. */
const SCALES: Readonly<Record<JudgedLanguage, { readonly both: readonly string[]; readonly bad: readonly string[] }>> =
  {
    en: {
      both: [
        'How would you rate the restrooms, from 1 (unacceptable) to 5 (outstanding)?',
        'How would you rate the restrooms (1 = terrible, 5 = excellent)?',
        'Rate the restrooms from unacceptable (1) to excellent (10).',
        'The signs, from −1 (awful) over 0 (fine) to 1 (great)',
      ],
      bad: [
        'How would you rate our excellent restrooms, from 1 (unacceptable) to 5 (outstanding)?',
        'How would you rate the restrooms, from 1 to 5 (outstanding)?',
        'How would you rate our 2 (excellent) restrooms?',
        'How outstanding was gate 1 (north)?',
      ],
    },
    de: {
      both: [
        'Wie bewerten Sie die Toiletten, von 1 (inakzeptabel) bis 5 (hervorragend)?',
        'Wie bewerten Sie die Toiletten (1 = schrecklich, 5 = ausgezeichnet)?',
      ],
      bad: [
        'Wie bewerten Sie unsere hervorragenden Toiletten, von 1 (inakzeptabel) bis 5 (hervorragend)?',
        'Wie bewerten Sie die Toiletten, von 1 bis 5 (hervorragend)?',
      ],
    },
    es: {
      both: [
        '¿Cómo valora los aseos, de 1 (inaceptable) a 5 (excelente)?',
        '¿Cómo valora los aseos (1 = pésimos, 5 = excelentes)?',
      ],
      bad: [
        '¿Cómo valora nuestros excelentes aseos, de 1 (inaceptable) a 5 (excelente)?',
        '¿Cómo valora los aseos, de 1 a 5 (excelente)?',
      ],
    },
    fr: {
      both: [
        'Comment jugez-vous les toilettes, de 1 (inacceptable) à 5 (exceptionnel) ?',
        'Comment jugez-vous les toilettes (1 = horribles, 5 = excellentes) ?',
      ],
      bad: [
        'Comment jugez-vous nos excellentes toilettes, de 1 (inacceptable) à 5 (exceptionnel) ?',
        'Comment jugez-vous les toilettes, de 1 à 5 (exceptionnel) ?',
      ],
    },
    nl: {
      both: [
        'Wat vindt u van de toiletten, van 1 (onaanvaardbaar) tot 5 (uitstekend)?',
        'Wat vindt u van de toiletten (1 = vreselijk, 5 = uitstekend)?',
      ],
      bad: [
        'Wat vindt u van onze uitstekende toiletten, van 1 (onaanvaardbaar) tot 5 (uitstekend)?',
        'Wat vindt u van de toiletten, van 1 tot 5 (uitstekend)?',
      ],
    },
  };

test.each(Object.entries(SCALES) as [JudgedLanguage, (typeof SCALES)[JudgedLanguage]][])(
  '%s: who names both ends of the scale leads to neither',
  (language, { both, bad }) => {
    expect(both.filter((text) => leadingWords(text, language))).toEqual([]);
    expect(bad.filter((text) => !leadingWords(text, language))).toEqual([]);
  },
);

test('says which words', () => {
  expect(askedTogether('How fast and friendly was our staff?', 'en')).toBe('fast and friendly');
  expect(askedTogether('How would you rate the speed as well as the accuracy?', 'en')).toBe(
    'speed as well as accuracy',
  );
  expect(leadingWords('How was our excellent support?', 'en')).toBe('excellent');
});

test('a long question is one with more than 25 words', () => {
  const words = (n: number) => Array.from({ length: n }, () => 'word').join(' ');
  expect(tooManyWords(words(25))).toBeUndefined();
  expect(tooManyWords(words(26))).toBe(26);
});

test('rare words are long ones that the survey itself does not explain', () => {
  const known = new Set(['responsiveness']);
  expect(rareWords('How is our responsiveness and interoperability?', 'en', known)).toEqual(['interoperability']);
  expect(rareWords('Wie war die Weiterempfehlung?', 'de', known)).toEqual([]);
  expect(rareWords('Wie war die Schadensregulierungsstelle?', 'de', known)).toEqual(['Schadensregulierungsstelle']);
  expect(rareWords('L’administration', 'fr', known)).toEqual([]);
});
