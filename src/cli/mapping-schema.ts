import { z } from 'zod';
import { DATE_FORMATS } from '../core/parse-cell.ts';
import { AUDIENCES, LENSES } from '../core/perspective.ts';

const name = z.string().min(1);
const audience = z.enum(AUDIENCES);
const lens = z.enum(LENSES);
const words = {
  missing: z.array(z.string()).exactOptional(),
  notApplicable: z.array(z.string()).exactOptional(),
  values: z.record(z.string(), z.number()).exactOptional(),
};
const shared = {
  dateFormat: z.enum(DATE_FORMATS).exactOptional(),
  unknownItems: z.enum(['create', 'reject']).exactOptional(),
  newItems: z
    .record(
      z.string(),
      z.strictObject({
        touchpoint: name.exactOptional(),
        name: name.exactOptional(),
        scale: name.exactOptional(),
        direction: z.enum(['up', 'down']).exactOptional(),
      }),
    )
    .exactOptional(),
};
const responseColumns = {
  respondent: name.exactOptional(),
  weight: name.exactOptional(),
  at: name.exactOptional(),
  channel: name.exactOptional(),
  contact: name.exactOptional(),
};

/** A mapping file: the interface `Mapping` of the core, strict, so that a misspelt field is named instead of ignored. */
export const mappingSchema = z.discriminatedUnion('layout', [
  z.strictObject({
    layout: z.literal('long'),
    columns: z.strictObject({
      ...responseColumns,
      audience: name.exactOptional(),
      lens: name.exactOptional(),
      item: name,
      value: name,
      scale: name.exactOptional(),
    }),
    audience: audience.exactOptional(),
    audiences: z.record(z.string(), audience).exactOptional(),
    lens: lens.exactOptional(),
    attributes: z.array(name).default([]),
    items: z.record(z.string(), name).exactOptional(),
    scale: name.exactOptional(),
    scales: z.record(z.string(), name).exactOptional(),
    ...words,
    ...shared,
  }),
  z.strictObject({
    layout: z.literal('wide'),
    audience: z.union([
      z.strictObject({ constant: audience }),
      z.strictObject({ column: name, values: z.record(z.string(), audience).exactOptional() }),
    ]),
    ...responseColumns,
    attributes: z.array(name).exactOptional(),
    unit: name.exactOptional(),
    items: z.array(
      z.strictObject({
        columns: z.array(name).min(1),
        item: name,
        audience: audience.exactOptional(),
        lens: lens.exactOptional(),
        scale: name.exactOptional(),
        ...words,
      }),
    ),
    ...shared,
  }),
]);
