import PDFDocument from 'pdfkit';
import { encode } from 'uqr';
import { hasPdfLetters, isWestern } from '../../core/pdf-letters.ts';
import { posterFont } from './poster-font.ts';

export interface Poster {
  readonly size: 'a4' | 'a5' | 'a6';
  readonly title: string;
  /** What to do. */
  readonly text: string;
  readonly address: string;
}

/** In points of 1/72 inch, upright. */
const SIZES = { a4: [595.28, 841.89], a5: [419.53, 595.28], a6: [297.64, 419.53] } as const;
const LINE_HEIGHT = 1.25;
/** Of the width, on each side. */
const MARGIN = 0.09;

interface Line {
  readonly text: string;
  readonly role: 'title' | 'text' | 'address';
  /** Baseline and font size in points; every line is centred. */
  readonly y: number;
  readonly size: number;
}
interface Layout {
  readonly width: number;
  readonly height: number;
  readonly lines: readonly Line[];
  readonly qr: { readonly x: number; readonly y: number; readonly side: number };
}

/** The code alone, with the white border that readers need. */
export function qrSvg(address: string): string {
  const { size, path } = modules(address);
  const side = size + 8;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-4 -4 ${side} ${side}" width="${side * 8}" height="${side * 8}" shape-rendering="crispEdges"><path fill="#fff" d="M-4-4h${side}v${side}h-${side}z"/><path d="${path}"/></svg>\n`;
}

export function posterSvg(poster: Poster): string {
  const { width, height, lines, qr } = layout(poster);
  const { size, path } = modules(poster.address);
  const texts = lines
    .map(
      ({ text, role, y, size }) =>
        `<text x="${round(width / 2)}" y="${round(y)}" font-size="${round(size)}"${role === 'title' ? ' font-weight="700"' : ''}>${escaped(text)}</text>`,
    )
    .join('\n');
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${round(width / 72)}in" height="${round(height / 72)}in" viewBox="0 0 ${width} ${height}">
<path fill="#fff" d="M0 0h${width}v${height}H0z"/>
<g font-family="Helvetica, Arial, sans-serif" text-anchor="middle" fill="#000">
${texts}
</g>
<path shape-rendering="crispEdges" transform="translate(${round(qr.x)} ${round(qr.y)}) scale(${qr.side / size})" d="${path}"/>
</svg>
`;
}

/**
 * The poster as a PDF whose lines are vectors. Its fonts are the ones that every reader has, which know Western European
 * letters only; for others of Europe a font is embedded. `leftOut` names the lines that can't be set and are missing, such
 * as Arabic or Japanese ones; the SVG has them.
 */
export async function posterPdf(
  poster: Poster,
  made: Date,
): Promise<{ pdf: Uint8Array<ArrayBuffer>; leftOut: ('title' | 'text')[] }> {
  const leftOut = (['title', 'text'] as const).filter((part) => !hasPdfLetters(poster[part]));
  const { width, height, lines, qr } = layout(poster);
  const document = new PDFDocument({
    size: [width, height],
    margin: 0,
    info: { Title: leftOut.includes('title') ? 'Poster' : poster.title, CreationDate: made },
  });
  const chunks: Uint8Array[] = [];
  const ended = new Promise<void>((resolve, reject) => {
    document.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    document.on('end', resolve);
    document.on('error', reject);
  });
  for (const { text, role, y, size } of lines) {
    if (leftOut.some((part) => part === role)) continue;
    const common = role === 'title' ? 'Helvetica-Bold' : 'Helvetica';
    document.font(role === 'address' || isWestern(poster[role]) ? common : posterFont(role)).fontSize(size);
    // The lines were broken by a guess at their width, which is too small for some fonts.
    const room = width * (1 - 2 * MARGIN);
    document.fontSize(size * Math.min(1, room / document.widthOfString(text)));
    const x = (width - document.widthOfString(text)) / 2;
    document.text(text, x, y, { lineBreak: false, baseline: 'alphabetic' });
  }
  const { size, path } = modules(poster.address);
  document
    .translate(qr.x, qr.y)
    .scale(qr.side / size)
    .path(path)
    .fill('#000');
  document.end();
  await ended;
  return { pdf: new Uint8Array(Buffer.concat(chunks)), leftOut };
}

/** Title and text on top, the code as large as fits, the address below it. Long texts are set smaller. */
function layout({ size, title, text, address }: Poster): Layout {
  const [width, height] = SIZES[size];
  const margin = width * MARGIN;
  const room = width - 2 * margin;
  const addressSize = Math.min(width * 0.03, room / widthOf(address));
  for (let shrink = 1; ; shrink *= 0.9) {
    const sizes = { title: width * 0.07 * shrink, text: width * 0.04 * shrink };
    const lines: Line[] = [];
    let y = margin;
    for (const role of ['title', 'text'] as const) {
      for (const line of wrapped(role === 'title' ? title : text, room / sizes[role])) {
        y += sizes[role] * LINE_HEIGHT;
        lines.push({ text: line, role, y, size: sizes[role] });
      }
      y += sizes[role] * 0.6;
    }
    const below = addressSize * 2.5;
    const side = Math.min(width * 0.64, height - margin - below - y - margin * 0.5);
    if (side < width * 0.5 && shrink > 0.3) continue;
    const top = y + margin * 0.5 + Math.max(0, height - margin - below - y - margin * 0.5 - side) / 2;
    lines.push({ text: address, role: 'address', y: top + side + below, size: addressSize });
    return { width, height, lines, qr: { x: (width - side) / 2, y: top, side } };
  }
}

/** Lines of at most `room` ems; words that are longer than a line are cut, as are texts without spaces. */
function wrapped(text: string, room: number): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    for (const word of paragraph.split(/\s+/).filter((one) => one !== '')) {
      const longer = line === '' ? word : `${line} ${word}`;
      if (widthOf(longer) <= room) line = longer;
      else {
        if (line !== '') lines.push(line);
        const pieces = cut(word, room);
        lines.push(...pieces.slice(0, -1));
        line = pieces.at(-1) ?? '';
      }
    }
    if (line !== '') lines.push(line);
  }
  return lines;
}

function cut(word: string, room: number): string[] {
  const pieces = [''];
  for (const { segment } of new Intl.Segmenter().segment(word)) {
    const longer = `${pieces.at(-1)}${segment}`;
    if (widthOf(longer) <= room || pieces.at(-1) === '') pieces[pieces.length - 1] = longer;
    else pieces.push(segment);
  }
  return pieces;
}

/** About how many ems wide a text is in a bold sans serif; rather too much than too little. */
function widthOf(text: string): number {
  let sum = 0;
  for (const letter of text) {
    if (/[\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff\ufe30-\uff60]|\p{Extended_Pictographic}/u.test(letter))
      sum += 1;
    else if (/[mwMW@%—]/.test(letter)) sum += 0.95;
    else if (/\p{Lu}/u.test(letter)) sum += 0.73;
    else if (/[ijltfI.,:;'|! ]/.test(letter)) sum += 0.34;
    else sum += 0.6;
  }
  return sum;
}

/** One path of unit squares, a run of dark modules in a row at a time. */
function modules(address: string): { size: number; path: string } {
  const { data, size } = encode(address, { ecc: 'M', border: 0 });
  let path = '';
  data.forEach((row, y) => {
    for (let x = 0; x < row.length; x += 1) {
      if (!row[x]) continue;
      const start = x;
      while (row[x + 1]) x += 1;
      const run = x - start + 1;
      path += `M${start} ${y}h${run}v1h-${run}z`;
    }
  });
  return { size, path };
}

function escaped(text: string): string {
  const names: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  // Control characters have no place in XML, not even escaped.
  return text.replace(/[\p{Cc}\ufffe\uffff]/gu, '').replace(/[&<>"]/g, (one) => names[one] ?? '');
}

const round = (n: number) => Math.round(n * 100) / 100;
