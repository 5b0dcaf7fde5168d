import { type SeededRandom, seededRandom } from '../../core/stats/seeded-random.ts';
import { OWNER_OF, SAMPLE_ITEMS, type SampleItem, TEAMS } from './journey.ts';
import type { SampleResponse } from './passengers.ts';

// SIMULATED people. A belief is what passengers said in 2017, plus what this audience gets wrong about the item, plus a
// person's own optimism, plus noise, rounded to a point of the scale.

export const SEED = 20_170_501;
export const LEADERS = 12;
export const STAFF = 180;
/** People in the (invented) audience from which the staff come; of the leaders, all answered. */
export const STAFF_AUDIENCE = 620;
export const SIMULATED_WAVES = { leadership: 'Leaders 2017 (simulated)', staff: 'Staff 2017 (simulated)' } as const;

/** In points of a 1–5 scale: what leaders and staff believe too much, or too little. */
const WRONG_BY: Readonly<Record<string, readonly [leaders: number, staff: number]>> = {
  ease_getting_here: [0.05, -0.1],
  sat_roads: [0.35, 0.1],
  sat_park: [0.6, 0.1],
  sat_ltparking: [0.3, -0.25],
  sat_rental: [0.25, 0],
  clean_rental: [0.2, 0.05],
  sat_airtrain: [0, 0.1],
  clean_airtrain: [0.1, 0],
  ease_security: [-0.65, -0.35],
  safe: [0.1, 0],
  sat_sign: [0.6, 0.3],
  ease_wayfinding: [0.2, 0.1],
  sat_walkways: [0, -0.05],
  sat_screens: [0.1, 0.1],
  sat_infoup: [-0.1, 0.3],
  sat_infodown: [-0.15, 0.25],
  sat_wifi: [-0.85, -0.5],
  sat_food: [0.05, -0.1],
  clean_food: [0.1, -0.1],
  sat_store: [0.7, 0.15],
  sat_art: [-0.5, -0.2],
  clean_restroom: [0.65, -0.35],
  clean_boarding: [0.05, -0.15],
  sat_all: [0.75, 0.15],
  clean_all: [0.3, -0.1],
  problem: [0.4, 0.15],
  ltr: [0.35, 0],
};
/** Leaders who never see a thing do not judge it: so few answer that the gap stays open to doubt. */
const FEW_LEADERS: Readonly<Record<string, number>> = { sat_ltparking: 7, sat_rental: 6, clean_rental: 7 };

/** Leaders and staff for these passengers; the same ones every time. */
export function simulateBeliefs(passengers: readonly SampleResponse[]): SampleResponse[] {
  const random = seededRandom(SEED);
  const lived = new Map(SAMPLE_ITEMS.map((item) => [item.key, livedIn(passengers, '2017', item)]));
  const leaders = Array.from({ length: LEADERS }, (_, i) => {
    const optimism = 0.2 * normal(random);
    return {
      key: `leader-${i + 1}`,
      audience: 'leadership' as const,
      wave: SIMULATED_WAVES.leadership,
      answeredOn: '2017-06-01',
      channel: 'link',
      weight: 1,
      attributes: { division: i < 7 ? 'Operations' : 'Commercial' },
      answers: SAMPLE_ITEMS.filter((item) => i < (FEW_LEADERS[item.key] ?? LEADERS)).map((item) => ({
        item: item.key,
        value: belief(random, item, lived.get(item.key)!, (WRONG_BY[item.key]?.[0] ?? 0) + optimism),
      })),
    };
  });
  const teams = Object.entries(TEAMS).flatMap(([team, people]) => Array<string>(people).fill(team));
  const staff = teams.map((team, i) => {
    const optimism = 0.25 * normal(random);
    return {
      key: `staff-${i + 1}`,
      audience: 'staff' as const,
      wave: SIMULATED_WAVES.staff,
      answeredOn: '2017-06-01',
      channel: i % 3 === 0 ? 'kiosk' : 'link',
      weight: 1,
      attributes: { team, years: ['under 2', '2 to 10', 'over 10'][random.below(3)]! },
      answers: SAMPLE_ITEMS.map((item) => {
        // People think a little better of what their own team does.
        const own = OWNER_OF.get(item.key) === team ? 0.2 : 0;
        const wrongBy = (WRONG_BY[item.key]?.[1] ?? 0) + optimism + own;
        return { item: item.key, value: belief(random, item, lived.get(item.key)!, wrongBy) };
      }),
    };
  });
  return [...leaders, ...staff];
}

interface Lived {
  readonly mean: number;
  readonly sd: number;
}

function livedIn(passengers: readonly SampleResponse[], wave: string, item: SampleItem): Lived {
  const values = passengers.flatMap((passenger) =>
    passenger.wave === wave ? passenger.answers.filter((answer) => answer.item === item.key).map((a) => a.value) : [],
  );
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, sd: Math.sqrt(squares / (values.length - 1)) };
}

/** `wrongBy` is in points of a 1–5 scale and stretched to the item's own. */
function belief(random: SeededRandom, { scale }: SampleItem, lived: Lived, wrongBy: number): number {
  const stretch = (scale.max - scale.min) / 4;
  // Yes or no: the belief moves the share, and the share is drawn.
  if (scale.max - scale.min === 1) {
    return random.fraction() < Math.min(0.95, Math.max(0.02, lived.mean + wrongBy * stretch)) ? 1 : 0;
  }
  const value = lived.mean + wrongBy * stretch + 0.7 * lived.sd * normal(random);
  return Math.min(scale.max, Math.max(scale.min, Math.round(value)));
}

/** Box and Muller 1958. */
function normal(random: SeededRandom): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.fraction()));
  return radius * Math.cos(2 * Math.PI * random.fraction());
}
