/**
 * The key of an item made from any name: `Inflight wifi service` becomes `inflight_wifi_service`. Keys are used in
 * files, options and addresses, so only letters, digits and underscores stay; a name without any of them (in another
 * script, for example) becomes `item_` with a number that is always the same for that name.
 */
export function itemKey(name: string): string {
  const plain = name
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/ß/g, 'ss')
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|(?<!_)_+$/g, '')
    .slice(0, 60);
  return plain === '' ? `item_${fnv1a(name)}` : plain;
}

/** 32-bit FNV-1a over UTF-16 units. */
function fnv1a(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, '0');
}
