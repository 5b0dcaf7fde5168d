/** The fixed words of mails, and the texts that stand in where a wave has none of its own. */
export interface MailWords {
  readonly invitation: { readonly subject: string; readonly body: string };
  readonly reminder: { readonly subject: string; readonly body: string };
  /** Instead of these to leaders and staff, who say what they believe and not how it was for them. */
  readonly inside: Pick<MailWords, 'invitation' | 'reminder'>;
  readonly answer: string;
  /** Below the first question: the answer is confirmed on the page. */
  readonly confirm: string;
  readonly personal: string;
  /** `{{n}}`: the anonymity threshold. */
  readonly anonymous: string;
  /** In reminders to those of whom it must not be known at once that they have answered. */
  readonly answered: string;
  readonly unsubscribe: string;
  readonly yes: string;
  readonly no: string;
}

export const MAIL_LANGUAGES = ['en', 'de', 'es', 'fr', 'nl'] as const;
export type MailLanguage = (typeof MAIL_LANGUAGES)[number];

export const MAIL_WORDS: Readonly<Record<MailLanguage, MailWords>> = {
  en: {
    invitation: {
      subject: '{{attribute:organisation}}: how was it for you?',
      body: 'Hello {{attribute:name|there}},\n\nhow was it for you? A few questions, a few minutes: your answer decides what {{attribute:organisation|we}} will do better.',
    },
    reminder: {
      subject: 'A reminder: {{attribute:organisation}} would like to hear from you',
      body: 'Hello {{attribute:name|there}},\n\nwe have not heard from you yet. There is still time to say how it was.',
    },
    inside: {
      invitation: {
        subject: '{{attribute:organisation}}: how do you see it?',
        body: 'Hello {{attribute:name|there}},\n\nhow do you see it? A few questions, a few minutes: your answer decides what {{attribute:organisation|we}} will do better.',
      },
      reminder: {
        subject: 'A reminder: {{attribute:organisation}} would like to hear from you',
        body: 'Hello {{attribute:name|there}},\n\nwe have not heard from you yet. There is still time to say how you see it.',
      },
    },
    answer: 'Answer now',
    confirm: 'Your choice opens the page, where you confirm it.',
    personal: 'This link is yours alone and works once. Please don’t pass it on.',
    anonymous: 'Your answers are anonymous: they are shown only together with those of at least {{n}} people.',
    answered: 'If you have answered already, thank you: to keep answers anonymous, we learn of it later.',
    unsubscribe: 'Don’t ask me again',
    yes: 'Yes',
    no: 'No',
  },
  de: {
    invitation: {
      subject: '{{attribute:organisation}}: Wie war es für Sie?',
      body: 'Guten Tag {{attribute:name|}},\n\nwie war es für Sie? Ein paar Fragen, wenige Minuten: Ihre Antwort entscheidet mit, was {{attribute:organisation}} besser macht.',
    },
    reminder: {
      subject: 'Zur Erinnerung: {{attribute:organisation}} möchte von Ihnen hören',
      body: 'Guten Tag {{attribute:name|}},\n\nwir haben noch nichts von Ihnen gehört. Es ist noch Zeit zu sagen, wie es war.',
    },
    inside: {
      invitation: {
        subject: '{{attribute:organisation}}: Wie sehen Sie es?',
        body: 'Guten Tag {{attribute:name|}},\n\nwie sehen Sie es? Ein paar Fragen, wenige Minuten: Ihre Antwort entscheidet mit, was {{attribute:organisation}} besser macht.',
      },
      reminder: {
        subject: 'Zur Erinnerung: {{attribute:organisation}} möchte von Ihnen hören',
        body: 'Guten Tag {{attribute:name|}},\n\nwir haben noch nichts von Ihnen gehört. Es ist noch Zeit zu sagen, wie Sie es sehen.',
      },
    },
    answer: 'Jetzt antworten',
    confirm: 'Ihre Wahl öffnet die Seite; dort bestätigen Sie sie.',
    personal: 'Dieser Link gilt nur für Sie und nur einmal. Bitte geben Sie ihn nicht weiter.',
    anonymous: 'Ihre Antworten sind anonym: Sie werden nur zusammen mit denen von mindestens {{n}} Personen gezeigt.',
    answered: 'Falls Sie schon geantwortet haben: danke. Damit Antworten anonym bleiben, erfahren wir das erst später.',
    unsubscribe: 'Nicht mehr fragen',
    yes: 'Ja',
    no: 'Nein',
  },
  es: {
    invitation: {
      subject: '{{attribute:organisation}}: ¿cómo le fue?',
      body: 'Hola {{attribute:name|}},\n\n¿cómo le fue? Unas preguntas, unos minutos: su respuesta decide qué mejora {{attribute:organisation}}.',
    },
    reminder: {
      subject: 'Recordatorio: {{attribute:organisation}} quiere conocer su opinión',
      body: 'Hola {{attribute:name|}},\n\ntodavía no tenemos su respuesta. Aún está a tiempo de contarnos cómo le fue.',
    },
    inside: {
      invitation: {
        subject: '{{attribute:organisation}}: ¿cómo lo ve usted?',
        body: 'Hola {{attribute:name|}},\n\n¿cómo lo ve usted? Unas preguntas, unos minutos: su respuesta decide qué mejora {{attribute:organisation}}.',
      },
      reminder: {
        subject: 'Recordatorio: {{attribute:organisation}} quiere conocer su opinión',
        body: 'Hola {{attribute:name|}},\n\ntodavía no tenemos su respuesta. Aún está a tiempo de contarnos cómo lo ve.',
      },
    },
    answer: 'Responder ahora',
    confirm: 'Su elección abre la página, donde la confirma.',
    personal: 'Este enlace es solo para usted y funciona una vez. Por favor, no lo comparta.',
    anonymous: 'Sus respuestas son anónimas: solo se muestran junto con las de al menos {{n}} personas.',
    answered: 'Si ya ha respondido, gracias: para que las respuestas sean anónimas, lo sabemos más tarde.',
    unsubscribe: 'No preguntarme más',
    yes: 'Sí',
    no: 'No',
  },
  fr: {
    invitation: {
      subject: '{{attribute:organisation}} : comment cela s’est-il passé ?',
      body: 'Bonjour {{attribute:name|}},\n\ncomment cela s’est-il passé ? Quelques questions, quelques minutes : votre réponse décide de ce que {{attribute:organisation}} améliore.',
    },
    reminder: {
      subject: 'Rappel : {{attribute:organisation}} aimerait avoir votre avis',
      body: 'Bonjour {{attribute:name|}},\n\nnous n’avons pas encore votre réponse. Il est encore temps de nous dire comment cela s’est passé.',
    },
    inside: {
      invitation: {
        subject: '{{attribute:organisation}} : qu’en pensez-vous ?',
        body: 'Bonjour {{attribute:name|}},\n\nqu’en pensez-vous ? Quelques questions, quelques minutes : votre réponse décide de ce que {{attribute:organisation}} améliore.',
      },
      reminder: {
        subject: 'Rappel : {{attribute:organisation}} aimerait avoir votre avis',
        body: 'Bonjour {{attribute:name|}},\n\nnous n’avons pas encore votre réponse. Il est encore temps de nous dire ce que vous en pensez.',
      },
    },
    answer: 'Répondre maintenant',
    confirm: 'Votre choix ouvre la page, où vous le confirmez.',
    personal: 'Ce lien est personnel et ne sert qu’une fois. Merci de ne pas le transmettre.',
    anonymous: 'Vos réponses sont anonymes : elles ne sont montrées qu’avec celles d’au moins {{n}} personnes.',
    answered:
      'Si vous avez déjà répondu, merci : pour que les réponses restent anonymes, nous ne l’apprenons que plus tard.',
    unsubscribe: 'Ne plus me solliciter',
    yes: 'Oui',
    no: 'Non',
  },
  nl: {
    invitation: {
      subject: '{{attribute:organisation}}: hoe was het voor u?',
      body: 'Hallo {{attribute:name|}},\n\nhoe was het voor u? Een paar vragen, een paar minuten: uw antwoord bepaalt mee wat {{attribute:organisation}} beter doet.',
    },
    reminder: {
      subject: 'Herinnering: {{attribute:organisation}} hoort graag van u',
      body: 'Hallo {{attribute:name|}},\n\nwe hebben nog niets van u gehoord. Er is nog tijd om te zeggen hoe het was.',
    },
    inside: {
      invitation: {
        subject: '{{attribute:organisation}}: hoe ziet u het?',
        body: 'Hallo {{attribute:name|}},\n\nhoe ziet u het? Een paar vragen, een paar minuten: uw antwoord bepaalt mee wat {{attribute:organisation}} beter doet.',
      },
      reminder: {
        subject: 'Herinnering: {{attribute:organisation}} hoort graag van u',
        body: 'Hallo {{attribute:name|}},\n\nwe hebben nog niets van u gehoord. Er is nog tijd om te zeggen hoe u het ziet.',
      },
    },
    answer: 'Nu antwoorden',
    confirm: 'Uw keuze opent de pagina; daar bevestigt u haar.',
    personal: 'Deze link is alleen voor u en werkt één keer. Geef hem niet door.',
    anonymous: 'Uw antwoorden zijn anoniem: ze worden alleen getoond samen met die van ten minste {{n}} mensen.',
    answered: 'Hebt u al geantwoord, dank u: om antwoorden anoniem te houden, horen we dat pas later.',
    unsubscribe: 'Vraag mij niet meer',
    yes: 'Ja',
    no: 'Nee',
  },
};

/** The first of these languages that there are words for; English otherwise. */
export function mailLanguage(...wanted: readonly (string | null | undefined)[]): MailLanguage {
  for (const tag of wanted) {
    const found = MAIL_LANGUAGES.find((language) => language === tag?.split('-')[0]?.toLowerCase());
    if (found) return found;
  }
  return 'en';
}
