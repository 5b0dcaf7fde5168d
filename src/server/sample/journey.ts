import { SCALES, type Scale } from '../../core/scale.ts';
import type { SERVQUAL } from '../items/schema.ts';

// The airport's journey, laid out from the columns of the passenger survey. Items keep the names of the columns.

export interface SampleItem {
  readonly key: string;
  readonly name: string;
  readonly scale: Scale;
  readonly wording: { readonly customer: string; readonly staff: string; readonly leadership: string };
  readonly servqualDimension: (typeof SERVQUAL)[number] | null;
}

export interface SampleTouchpoint {
  readonly name: string;
  readonly description: string;
  readonly team: string;
  /** The first item stands for the touchpoint. */
  readonly items: readonly [SampleItem, ...SampleItem[]];
}

export interface SampleStage {
  readonly name: string;
  readonly touchpoints: readonly SampleTouchpoint[];
}

export const HEADLINE_ITEM = 'sat_all';

/** Each with the number of simulated staff in it: 180 together. */
export const TEAMS = {
  'Ground transport': 22,
  Parking: 18,
  Terminal: 30,
  Facilities: 34,
  Concessions: 28,
  IT: 14,
  Security: 24,
  'Customer experience': 10,
} as const satisfies Record<string, number>;
type Team = keyof typeof TEAMS;

/** The same thing asked of each audience. */
function mirrored(question: string): SampleItem['wording'] {
  return {
    customer: `How do you rate ${question}?`,
    staff: `How do you believe passengers rate ${question}?`,
    leadership: `How do you believe our passengers rate ${question}?`,
  };
}

function satisfaction(key: string, name: string, what: string): SampleItem {
  const wording = mirrored(`${what}, from 1 (unacceptable) to 5 (outstanding)`);
  return { key, name, scale: SCALES['1-5'], wording, servqualDimension: null };
}

function cleanliness(key: string, name: string, what: string): SampleItem {
  const wording = mirrored(`the cleanliness of ${what}, from 1 (dirty) to 5 (clean)`);
  return { key, name, scale: SCALES['1-5'], wording, servqualDimension: 'tangibles' };
}

/** Effort, asked so that easy is high. */
function ease(key: string, name: string, what: string): SampleItem {
  const end = `, from 1 (difficult) to 5 (easy)?`;
  return {
    key,
    name,
    scale: SCALES['1-5'],
    wording: {
      customer: `How easy was ${what}${end}`,
      staff: `How easy do you believe passengers find ${what}${end}`,
      leadership: `How easy do you believe our passengers find ${what}${end}`,
    },
    servqualDimension: 'responsiveness',
  };
}

function touchpoint(
  name: string,
  team: Team,
  description: string,
  ...items: SampleTouchpoint['items']
): SampleTouchpoint {
  return { name, team, description, items };
}

const SAFE: SampleItem = {
  key: 'safe',
  name: 'Feeling safe',
  scale: SCALES['1-5'],
  wording: {
    customer: 'How safe do you feel at the airport, from 1 (not safe) to 5 (very safe)?',
    staff: 'How safe do you believe passengers feel at the airport, from 1 (not safe) to 5 (very safe)?',
    leadership: 'How safe do you believe our passengers feel at the airport, from 1 (not safe) to 5 (very safe)?',
  },
  servqualDimension: 'assurance',
};

const PROBLEM: SampleItem = {
  key: 'problem',
  name: 'Met a problem',
  scale: { min: 0, max: 1, step: 1, direction: 'down', topBox: 0 },
  wording: {
    customer: 'Did you meet any problem at the airport today?',
    staff: 'Think of one passenger at random: did this passenger meet a problem today?',
    leadership: 'Think of one of our passengers at random: did this passenger meet a problem today?',
  },
  servqualDimension: 'reliability',
};

const RECOMMEND: SampleItem = {
  key: 'ltr',
  name: 'Would recommend',
  scale: SCALES['0-10'],
  wording: {
    customer: 'How likely are you to recommend the airport to a friend or colleague, from 0 (not at all) to 10?',
    staff: 'How likely do you believe passengers are to recommend the airport, from 0 (not at all) to 10?',
    leadership: 'How likely do you believe our passengers are to recommend the airport, from 0 (not at all) to 10?',
  },
  servqualDimension: null,
};

export const SAMPLE_STAGES: readonly SampleStage[] = [
  {
    name: 'Getting here',
    touchpoints: [
      touchpoint(
        'Getting here and roads',
        'Ground transport',
        'The way to the airport, and the signs on its roads.',
        ease('ease_getting_here', 'Ease of getting here', 'getting to the airport'),
        satisfaction('sat_roads', 'Signs on the roads', 'the signs and directions on the airport roadways'),
      ),
    ],
  },
  {
    name: 'Parking and AirTrain',
    touchpoints: [
      touchpoint(
        'Parking',
        'Parking',
        'Car parks at the terminals.',
        satisfaction('sat_park', 'Parking', 'the airport parking facilities'),
      ),
      touchpoint(
        'Long-term parking',
        'Parking',
        'The distant car park, and the bus from it.',
        satisfaction('sat_ltparking', 'Long-term parking', 'the long-term parking and its shuttle bus'),
      ),
      touchpoint(
        'Rental cars',
        'Concessions',
        'The Rental Car Center.',
        satisfaction('sat_rental', 'Rental cars', 'the Rental Car Center'),
        cleanliness('clean_rental', 'Rental cars: cleanliness', 'the Rental Car Center'),
      ),
      touchpoint(
        'AirTrain',
        'Ground transport',
        'The train between terminals, car parks and rental cars.',
        satisfaction('sat_airtrain', 'AirTrain', 'the AirTrain'),
        cleanliness('clean_airtrain', 'AirTrain: cleanliness', 'the AirTrain'),
      ),
    ],
  },
  {
    name: 'Check-in and security',
    touchpoints: [
      touchpoint(
        'Security',
        'Security',
        'Passing through security and screening.',
        ease('ease_security', 'Ease of security', 'passing through security and screening'),
      ),
      touchpoint('Safety', 'Security', 'Feeling safe in the terminals.', SAFE),
    ],
  },
  {
    name: 'Finding the way',
    touchpoints: [
      touchpoint(
        'Signs',
        'Terminal',
        'Signs and directions in the terminals.',
        satisfaction('sat_sign', 'Signs', 'the signs and directions inside the airport'),
        ease('ease_wayfinding', 'Ease of finding the way', 'finding the way around the airport'),
      ),
      touchpoint(
        'Walkways',
        'Terminal',
        'Escalators, elevators and moving walkways.',
        satisfaction('sat_walkways', 'Walkways', 'the escalators, elevators and moving walkways'),
      ),
      touchpoint(
        'Screens',
        'IT',
        'Information on screens and monitors.',
        satisfaction('sat_screens', 'Screens', 'the information on screens and monitors'),
      ),
      touchpoint(
        'Information desks',
        'Customer experience',
        'Desks at the departures and at the baggage claim.',
        satisfaction('sat_infoup', 'Information desks, departures', 'the information desks in the departure area'),
        satisfaction('sat_infodown', 'Information desks, arrivals', 'the information desks near the baggage claim'),
      ),
    ],
  },
  {
    name: 'At the gate and amenities',
    touchpoints: [
      touchpoint('Wi-Fi', 'IT', 'Free Wi-Fi.', satisfaction('sat_wifi', 'Wi-Fi', 'getting and using the free Wi-Fi')),
      touchpoint(
        'Food',
        'Concessions',
        'Restaurants and snacks.',
        satisfaction('sat_food', 'Food', 'the restaurants'),
        cleanliness('clean_food', 'Food: cleanliness', 'the restaurants'),
      ),
      touchpoint(
        'Shops',
        'Concessions',
        'Shops and concessions.',
        satisfaction('sat_store', 'Shops', 'the shops and concessions'),
      ),
      touchpoint(
        'Art',
        'Customer experience',
        'Artwork and exhibitions.',
        satisfaction('sat_art', 'Art', 'the artwork and exhibitions'),
      ),
      touchpoint(
        'Restrooms',
        'Facilities',
        'Restrooms in the terminals.',
        cleanliness('clean_restroom', 'Restrooms', 'the restrooms'),
      ),
      touchpoint(
        'Boarding areas',
        'Facilities',
        'Waiting at the gate.',
        cleanliness('clean_boarding', 'Boarding areas', 'the boarding areas'),
      ),
    ],
  },
  {
    name: 'Overall',
    touchpoints: [
      touchpoint(
        'Overall',
        'Customer experience',
        'The airport as a whole.',
        satisfaction('sat_all', 'The airport as a whole', 'the airport as a whole'),
        cleanliness('clean_all', 'Cleanliness as a whole', 'the airport as a whole'),
        PROBLEM,
        RECOMMEND,
      ),
    ],
  },
];

export const SAMPLE_ITEMS: readonly SampleItem[] = SAMPLE_STAGES.flatMap((stage) =>
  stage.touchpoints.flatMap((touchpoint) => touchpoint.items),
);

/** The team that owns the touchpoint of an item. */
export const OWNER_OF: ReadonlyMap<string, string> = new Map(
  SAMPLE_STAGES.flatMap((stage) =>
    stage.touchpoints.flatMap(({ team, items }) => items.map((item) => [item.key, team] as const)),
  ),
);
