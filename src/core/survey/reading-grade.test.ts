import { expect, test } from 'vitest';
import { plainText, readingGrade, wordsOf } from './reading-grade.ts';
import type { JudgedLanguage } from './survey-language.ts';

const EASY: Readonly<Record<JudgedLanguage, string>> = {
  en: 'How was your visit? The staff were kind to me. I found what I came for. I did not wait long. I would come back. Please tell us what we can do better. You can write as much as you want. It takes two minutes. Thank you for your help.',
  de: 'Wie war Ihr Besuch? Das Team war nett zu mir. Ich fand das, was ich wollte. Ich musste nicht lange warten. Ich komme gern wieder. Was können wir besser machen? Sie können so viel schreiben, wie Sie wollen. Es dauert zwei Minuten. Danke für Ihre Hilfe.',
  es: '¿Cómo fue su visita? Me trataron bien. Vi lo que buscaba. No tuve que esperar mucho. Quiero volver pronto. ¿Qué podemos hacer mejor? Puede escribir todo lo que quiera. Son solo dos minutos. Muchas gracias por su ayuda. Hasta la próxima vez que venga a vernos.',
  fr: 'Comment était votre visite ? On a été gentil avec moi. J’ai vu ce que je voulais. Je n’ai pas attendu trop longtemps. Je vais revenir bientôt. Que pouvons-nous faire de mieux ? Vous pouvez écrire ce que vous voulez. Cela prend deux minutes. Merci de votre aide.',
  nl: 'Hoe was uw bezoek? De mensen waren aardig voor mij. Ik vond wat ik zocht. Ik hoefde niet lang te wachten. Ik kom graag terug. Wat kunnen we beter doen? U mag zo veel schrijven als u wilt. Het duurt maar twee minuten. Dank u wel voor uw hulp.',
};
const HARD: Readonly<Record<JudgedLanguage, string>> = {
  en: 'Notwithstanding the aforementioned considerations regarding organisational communication, participants are respectfully requested to characterise their comprehensive satisfaction with the administrative procedures implemented during the preceding quarterly reporting period, particularly concerning accessibility, responsiveness, professionalism, transparency and consistency of interdepartmental collaboration throughout the entirety of their commercial relationship with our organisation and its subsidiaries.',
  de: 'Ungeachtet der vorstehend erläuterten organisatorischen Rahmenbedingungen werden die Teilnehmerinnen und Teilnehmer gebeten, ihre Gesamtzufriedenheit hinsichtlich der Verwaltungsverfahren im vorangegangenen Berichtszeitraum umfassend zu charakterisieren, insbesondere bezüglich der Erreichbarkeit, Reaktionsgeschwindigkeit, Professionalität, Nachvollziehbarkeit und abteilungsübergreifenden Zusammenarbeit während der gesamten Geschäftsbeziehung mit unserem Unternehmen und seinen Tochtergesellschaften im deutschsprachigen Wirtschaftsraum.',
  es: 'No obstante las consideraciones anteriormente mencionadas relativas a la comunicación organizativa, se solicita respetuosamente a los participantes que caractericen exhaustivamente su satisfacción con los procedimientos administrativos implementados durante el período trimestral precedente, particularmente respecto de la accesibilidad, la profesionalidad, la transparencia y la coordinación interdepartamental durante toda su relación comercial con nuestra organización.',
  fr: 'Nonobstant les considérations susmentionnées relatives à la communication organisationnelle, les participants sont respectueusement invités à caractériser exhaustivement leur satisfaction concernant les procédures administratives appliquées durant la période trimestrielle précédente, particulièrement relativement à l’accessibilité, au professionnalisme, à la transparence et à la collaboration interdépartementale tout au long de leur relation commerciale avec notre organisation.',
  nl: 'Niettegenstaande de voornoemde overwegingen betreffende de organisatorische communicatie worden de deelnemers vriendelijk verzocht hun algehele tevredenheid over de administratieve procedures gedurende de voorafgaande rapportageperiode uitvoerig te karakteriseren, in het bijzonder met betrekking tot de toegankelijkheid, professionaliteit, transparantie en interdepartementale samenwerking gedurende de volledige zakelijke relatie met onze organisatie en haar dochterondernemingen.',
};

for (const language of Object.keys(EASY) as JudgedLanguage[]) {
  test(`${language}: everyday sentences are below grade 7, official ones above 12`, () => {
    expect(readingGrade([EASY[language]], language)?.grade).toBeLessThan(7);
    expect(readingGrade([HARD[language]], language)?.grade).toBeGreaterThan(12);
  });
}

test('a published passage: Flesch-Kincaid of the beginning of the Gettysburg Address', () => {
  // 271 words in 10 sentences as usually counted are grade 10.9 to 11.2; its first two sentences alone, 54 words with
  // 85 syllables, give 0.39 * 27 + 11.8 * 85 / 54 - 15.59 = 13.5.
  const text =
    'Four score and seven years ago our fathers brought forth on this continent, a new nation, conceived in Liberty, and dedicated to the proposition that all men are created equal. Now we are engaged in a great civil war, testing whether that nation, or any nation so conceived and so dedicated, can long endure.';
  const result = readingGrade([text], 'en');
  expect(result?.words).toBe(54);
  expect(result?.value).toBeGreaterThan(12.5);
  expect(result?.value).toBeLessThan(14.5);
});

test('each text is a sentence of its own, and a few words say nothing', () => {
  expect(readingGrade(['How was it?', 'Why?'], 'en')).toBeUndefined();
  const one = Array.from({ length: 10 }, () => 'How did you like your visit').join(' ');
  const ten = Array.from({ length: 10 }, () => 'How did you like your visit');
  expect(readingGrade([one], 'en')!.grade).toBeGreaterThan(readingGrade(ten, 'en')!.grade);
});

test('placeholders and marks of rich text are no words to read', () => {
  expect(plainText('**Hello** {{attribute:name|there}}, see [our site](https://example.org/long/path)')).toBe(
    'Hello X, see our site ',
  );
  expect(wordsOf('L’équipe vous a-t-elle aidé en 2026 ?')).toEqual([
    'L’équipe',
    'vous',
    'a',
    't',
    'elle',
    'aidé',
    'en',
  ]);
});
