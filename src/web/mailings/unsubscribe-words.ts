/** What stands behind the link in a mail, in the languages that mails have words for; `{sender}` is the organisation. */
interface UnsubscribeWords {
  readonly ask: string;
  readonly meaning: string;
  readonly stop: string;
  readonly done: string;
  readonly result: string;
  readonly incomplete: string;
  /** Behind the link of a test mail. */
  readonly sample: string;
}

const EN: UnsubscribeWords = {
  ask: 'Don’t ask me again?',
  meaning: '{sender} will send no survey to your address any more, and show you none on websites where it knows you.',
  stop: 'Don’t ask me again',
  done: 'Done',
  result: '{sender} does not ask you again.',
  incomplete: 'The link is not complete. Open it from the mail again.',
  sample: 'This mail was a sample: nothing is changed. In a real one, a button here ends all asking.',
};

const WORDS: Readonly<Record<string, UnsubscribeWords>> = {
  en: EN,
  de: {
    ask: 'Nicht mehr fragen?',
    meaning:
      '{sender} schickt keine Umfrage mehr an Ihre Adresse und zeigt Ihnen auch keine auf Websites, auf denen Sie bekannt sind.',
    stop: 'Nicht mehr fragen',
    done: 'Erledigt',
    result: '{sender} fragt Sie nicht mehr.',
    incomplete: 'Der Link ist nicht vollständig. Öffnen Sie ihn noch einmal aus der Mail.',
    sample: 'Diese Mail war ein Muster: Es ändert sich nichts. In einer echten beendet hier ein Knopf alle Fragen.',
  },
  es: {
    ask: '¿No preguntarle más?',
    meaning:
      '{sender} no enviará ninguna encuesta más a su dirección ni se la mostrará en sitios web donde se le conoce.',
    stop: 'No preguntarme más',
    done: 'Hecho',
    result: '{sender} no volverá a preguntarle.',
    incomplete: 'El enlace no está completo. Ábralo otra vez desde el correo.',
    sample:
      'Este correo era una muestra: no cambia nada. En uno real, un botón de esta página pone fin a todas las preguntas.',
  },
  fr: {
    ask: 'Ne plus vous solliciter ?',
    meaning:
      '{sender} n’enverra plus aucune enquête à votre adresse et ne vous en montrera plus sur les sites où vous êtes connu.',
    stop: 'Ne plus me solliciter',
    done: 'C’est fait',
    result: '{sender} ne vous sollicitera plus.',
    incomplete: 'Le lien n’est pas complet. Ouvrez-le à nouveau depuis le message.',
    sample:
      'Ce message était un exemple : rien n’est modifié. Dans un vrai, un bouton de cette page met fin à toute sollicitation.',
  },
  nl: {
    ask: 'Niet meer vragen?',
    meaning: '{sender} stuurt geen enquête meer naar uw adres en toont u er ook geen op websites waar u bekend bent.',
    stop: 'Vraag mij niet meer',
    done: 'Klaar',
    result: '{sender} vraagt u niet meer.',
    incomplete: 'De link is niet volledig. Open hem nog eens vanuit de mail.',
    sample:
      'Deze mail was een voorbeeld: er verandert niets. In een echte maakt een knop hier een eind aan alle vragen.',
  },
};

/** In the first of these languages that there are words for; English otherwise. */
export function unsubscribeWords(wanted: readonly string[]): {
  readonly language: string;
  readonly words: UnsubscribeWords;
} {
  for (const tag of wanted) {
    const language = tag.split('-')[0]?.toLowerCase() ?? '';
    const words = Object.hasOwn(WORDS, language) ? WORDS[language] : undefined;
    if (words) return { language, words };
  }
  return { language: 'en', words: EN };
}
