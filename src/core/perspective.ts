/** Who was asked. */
export const AUDIENCES = ['leadership', 'staff', 'customer'] as const;
export type Audience = (typeof AUDIENCES)[number];

/** What an answer says of an item. */
export const LENSES = ['experience', 'belief', 'expectation', 'importance', 'walk', 'standard', 'promise'] as const;
export type Lens = (typeof LENSES)[number];

/** An audience with a lens, for example leadership:belief. */
export interface Perspective {
  readonly audience: Audience;
  readonly lens: Lens;
}

/** The lens that an answer has when nothing else is said: customers experience, everybody else believes. */
export function defaultLens(audience: Audience): Lens {
  return audience === 'customer' ? 'experience' : 'belief';
}

/** `leadership:belief`, the form used in options, URLs and file names. */
export function perspectiveKey(perspective: Perspective): string {
  return `${perspective.audience}:${perspective.lens}`;
}

/** Reads `audience:lens`, or `audience` alone with its default lens. Returns undefined for anything else. */
export function parsePerspective(text: string): Perspective | undefined {
  const [audience, lens, ...rest] = text.trim().toLowerCase().split(':');
  if (rest.length > 0 || !isAudience(audience)) return undefined;
  if (lens === undefined) return { audience, lens: defaultLens(audience) };
  return isLens(lens) ? { audience, lens } : undefined;
}

export function isAudience(text: string | undefined): text is Audience {
  return AUDIENCES.includes(text as Audience);
}

export function isLens(text: string | undefined): text is Lens {
  return LENSES.includes(text as Lens);
}
