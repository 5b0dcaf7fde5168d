import { z } from 'zod';

export const sampleMadeSchema = z.object({
  id: z.guid(),
  name: z.string(),
  role: z.literal('owner'),
  sample: z.literal(true),
  /** Where the data are from; has to be shown with them. */
  attribution: z.string(),
});
export type SampleMade = z.infer<typeof sampleMadeSchema>;
