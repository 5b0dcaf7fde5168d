import { strToU8, zipSync } from 'fflate';

/** Makes a small XLSX workbook from the XML of its sheet's rows; parts can be replaced to make it a bad one. */
export function workbook(rows: string, parts: Record<string, string> = {}): Buffer {
  const files: Record<string, string> = {
    '[Content_Types].xml':
      '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
    'xl/workbook.xml':
      '<?xml version="1.0"?><workbook xmlns:r="r"><workbookPr/><sheets><sheet name="Answers" sheetId="1" r:id="rId1"/></sheets></workbook>',
    'xl/_rels/workbook.xml.rels':
      '<?xml version="1.0"?><Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>',
    'xl/styles.xml':
      '<?xml version="1.0"?><styleSheet><numFmts><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="14"/></cellXfs></styleSheet>',
    'xl/sharedStrings.xml':
      '<?xml version="1.0"?><sst><si><t>respondent</t></si><si><t>value</t></si><si><r><t>da</t></r><r><t>te</t></r></si><si><t>r &amp; 1</t></si></sst>',
    'xl/worksheets/sheet1.xml': `<?xml version="1.0"?><worksheet><sheetData>${rows}</sheetData></worksheet>`,
    ...parts,
  };
  return Buffer.from(zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)]))));
}

/** A header and two rows, with shared, inline and formula texts, a date, a number and a column left out. */
export const ROWS =
  '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c></row>' +
  '<row r="2"><c r="A2" t="s"><v>3</v></c><c r="B2"><v>4</v></c><c r="C2" s="1"><v>46348</v></c></row>' +
  '<row r="4"><c r="A4" t="inlineStr"><is><t>r2</t></is></c><c r="C4" s="2"><f>TODAY()</f><v>46348.5</v></c></row>';
