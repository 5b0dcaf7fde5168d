import type { Interval } from '../cannot-say.ts';

/**
 * The interval of a difference of two independent estimates from their own intervals (MOVER, "square and add"):
 * d - sqrt((e1-l1)² + (u2-e2)²) to d + sqrt((u1-e1)² + (e2-l2)²).
 *
 * It carries over what is good about each interval: asymmetry, and width at the edges. No assumption beyond
 * independence.
 *
 * Source: Zou & Donner 2008, Statistics in Medicine 27:1693; Newcombe 1998 for shares.
 *
 * @example
 * squareAndAdd(0.8, [0.7, 0.9], 0.5, [0.4, 0.6]) // [0.158579, 0.441421]
 */
export function squareAndAdd(from: number, fromInterval: Interval, to: number, toInterval: Interval): Interval {
  const d = from - to;
  return [
    d - Math.hypot(from - fromInterval[0], toInterval[1] - to),
    d + Math.hypot(fromInterval[1] - from, to - toInterval[0]),
  ];
}
