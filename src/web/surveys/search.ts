import { type Audience, isAudience } from '../../core/perspective.ts';

export const DEVICES = ['phone', 'desktop', 'mail', 'widget'] as const;
export type Device = (typeof DEVICES)[number];
export const PARTS = ['texts', 'logic', 'appearance', 'settings'] as const;
export type Part = (typeof PARTS)[number];

/** What of a survey is open in the editor: an address that can be sent. */
export interface EditorSearch {
  readonly question?: string;
  readonly page?: string;
  readonly ending?: string;
  /** A part of the survey as a whole. */
  readonly part?: Part;
  /** Whose survey the preview shows. */
  readonly audience?: Audience;
  readonly language?: string;
  readonly device?: Device;
}

export function readEditorSearch(search: Record<string, unknown>): EditorSearch {
  const text = (name: string) => (typeof search[name] === 'string' && search[name] ? { [name]: search[name] } : {});
  const { audience, device, part } = search;
  return {
    ...text('question'),
    ...text('page'),
    ...text('ending'),
    ...text('language'),
    ...(PARTS.includes(part as Part) && { part: part as Part }),
    ...(isAudience(audience as string | undefined) && { audience: audience as Audience }),
    ...(DEVICES.includes(device as Device) && { device: device as Device }),
  };
}
