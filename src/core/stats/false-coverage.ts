/**
 * At which level must intervals be given for the gaps that were picked out of many because they look large?
 *
 * Selected intervals at 95 % miss more often than 5 %. At level 1 - R·q/m the expected share of selected intervals that
 * miss is at most q.
 *
 * Source: Benjamini & Yekutieli 2005, JASA 100:71.
 *
 * @param selected how many were selected (R), 1 to `looked`
 * @param looked how many gaps were looked at (m)
 * @param q false coverage rate; the same q that selected by Benjamini-Hochberg, 0.10 in reports
 *
 * @example
 * falseCoverageLevel(4, 15, 0.05) // 0.9866667
 */
export function falseCoverageLevel(selected: number, looked: number, q: number): number {
  return 1 - (selected * q) / looked;
}
