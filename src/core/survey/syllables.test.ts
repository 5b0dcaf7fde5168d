import { expect, test } from 'vitest';
import type { JudgedLanguage } from './survey-language.ts';
import { syllables } from './syllables.ts';

/** Counted by hand, as a dictionary parts them in speech. */
const COUNTED: Readonly<Record<JudgedLanguage, string>> = {
  en: 'how 1 likely 2 are 1 you 1 to 1 recommend 3 us 1 friend 1 or 1 colleague 2 delivery 4 experience 4 service 2 expected 3 easy 2 agree 2 company 3 made 1 it 1 questions 2 improve 2 people 2 table 2 purchase 2 quality 3 reason 2 important 3 employees 3 received 2 question 2 customer 3 website 2 information 4 staff 1 ordered 2 handled 2 wanted 2 changes 2 leave 1 area 3 video 3 create 2 beautiful 3 business 2 different 3 usually 4 science 2 being 2 safe 1 safely 2 statement 2 places 2',
  de: 'wie 1 wahrscheinlich 3 ist 1 es 1 dass 1 sie 1 uns 1 weiterempfehlen 5 lieferung 3 erwartet 3 einfach 2 zufrieden 3 unternehmen 4 kunde 2 kundinnen 3 freundlich 2 qualität 3 information 4 region 3 häufig 2 mitarbeiter 4 leute 2 seite 2 beratung 3 idee 2 real 2 aufgabe 3 neu 1 bequem 2 hätten 2 erlebnis 3 tatsächlich 3 kauf 1 antwort 2',
  es: 'qué 1 probable 3 es 1 que 1 nos 1 recomiende 4 usted 2 amigo 3 entrega 3 experiencia 4 servicio 3 esperaba 4 fácil 2 empresa 3 cliente 3 calidad 3 razón 2 importante 4 pregunta 3 hoy 1 país 2 bueno 2 guía 2 ciudad 2 leer 2 muy 1 cuenta 2 persona 3 día 2 tiempo 2 mejor 2 todavía 4 ayuda 3',
  fr: 'comment 2 livraison 3 service 2 entreprise 3 client 2 attendiez 3 facile 2 recommander 4 question 2 qualité 3 personne 2 raison 2 important 3 nous 1 vous 1 avez 2 expérience 3 réponse 2 équipe 2 eau 1 beaucoup 2 pays 2 aujourd’hui 3 plus 1 problème 2 aide 1 choisi 2 idées 2 livrés 2 tout 1 quelle 1 moment 2',
  nl: 'hoe 1 waarschijnlijk 3 is 1 het 1 dat 1 u 1 ons 1 aanbeveelt 3 bezorging 3 verwacht 2 makkelijk 3 bedrijf 2 klant 1 klanten 2 vriend 1 collega 3 kwaliteit 3 reden 2 belangrijk 3 vraag 1 ervaring 3 medewerkers 4 geëist 2 mooie 2 nieuwe 2 informatie 4 zoeken 2 keuze 2 beter 2 duidelijk 3 opnieuw 2 samen 2',
};

for (const [language, list] of Object.entries(COUNTED) as [JudgedLanguage, string][]) {
  test(`${language}: nearly every everyday word is counted as it is spoken`, () => {
    const tokens = list.split(' ');
    const wrong: string[] = [];
    let difference = 0;
    for (let i = 0; i < tokens.length; i += 2) {
      const [word, spoken] = [tokens[i]!, Number(tokens[i + 1])];
      const counted = syllables(word, language);
      difference += counted - spoken;
      if (counted !== spoken) wrong.push(`${word} ${counted}`);
    }
    const words = tokens.length / 2;
    expect(wrong.length / words, wrong.join(', ')).toBeLessThanOrEqual(0.1);
    // Errors cancel out: less than six in a hundred words on the whole.
    expect(Math.abs(difference) / words, wrong.join(', ')).toBeLessThanOrEqual(0.06);
  });
}
