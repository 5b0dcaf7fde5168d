/** What every mail knows of itself and its reader besides the contact's attributes. */
export const MAIL_ATTRIBUTES = ['name', 'organisation', 'survey'] as const;

/**
 * What a reader would stumble over in a text of a mail, one sentence each: placeholders that a mail does not know stand in
 * it as they were written, and those for which nobody has a value leave a hole. See `fillIn`.
 *
 * @param attributes what the contacts of the audience have; undefined while that is not known, when nothing is said of them
 */
export function mailPlaceholderFaults(text: string, attributes: readonly string[] | undefined): string[] {
  const faults: string[] = [];
  // What is between braces has none itself, so that hostile text takes linear time.
  const rest = text.replace(/\{\{([^{}]*)\}\}/g, (written, inside: string) => {
    faults.push(...faultsOf(written, inside, attributes));
    return '';
  });
  if (/\{\{|\}\}/.test(rest)) faults.push('Braces are left open: a placeholder is written {{attribute:name}}.');
  return [...new Set(faults)];
}

function faultsOf(written: string, inside: string, attributes: readonly string[] | undefined): string[] {
  const [, kind, name = ''] = /^(attribute|answer|hidden):([^|]+)(?:\||$)/.exec(inside) ?? [];
  const key = name.trim();
  const bare = inside.split('|')[0]?.trim() ?? '';
  const known = [...MAIL_ATTRIBUTES, ...(attributes ?? [])];
  const alike = (wanted: string) => known.find((one) => one.toLowerCase() === wanted.toLowerCase());
  if (kind === undefined || key === '') {
    const meant = alike(bare) ?? 'name';
    return [`${written} is no placeholder and stands in the mail as it is. Write {{attribute:${meant}}}.`];
  }
  if (kind !== 'attribute') return [`${written} is always empty: a mail comes before any answer.`];
  if (attributes === undefined || known.includes(key)) return [];
  const other = alike(key);
  return [`No contact has the attribute “${key}”.${other === undefined ? '' : ` There is “${other}”.`}`];
}
