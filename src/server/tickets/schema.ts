import { z } from 'zod';

/** A number below the modulus, hexadecimal. */
const numberSchema = z.string().regex(/^[0-9a-f]{1,512}$/, 'must be a hexadecimal number of at most 2048 bits');

export const ticketRequestSchema = z.strictObject({
  /** Of a personal link. */
  token: z.string().min(1).max(200),
  /** The blinded number; the same one may be sent again, another one is refused. */
  blinded: numberSchema,
});

export const ticketSchema = z.object({
  /** The signature on the blinded number. */
  signed: z.string(),
});
