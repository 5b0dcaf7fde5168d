import { z } from 'zod';

/** A day, YYYY-MM-DD, that PostgreSQL can store: it has no year 0. */
export const daySchema = z.iso.date().refine((day) => !day.startsWith('0000'), 'must be a day from the year 1 on.');
