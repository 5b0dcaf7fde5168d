import { Disclosure } from '../ui/disclosure.tsx';
import { AUDIENCE_NAMES, count, fixed, LENS_NAMES } from '../ui/format.ts';
import { MarkIcon } from '../ui/mark.tsx';
import { Num, Table, Td, Th } from '../ui/table.tsx';
import type { Preview } from './queries.ts';

const ROWS_SHOWN = 8;
const REJECTIONS_SHOWN = 20;

/** What the mapping makes of the first rows: items with their counts, rejected rows, the rows as they stand. */
export function PreviewTables({ preview }: { readonly preview: Preview }) {
  return (
    <>
      {preview.problems.length > 0 && (
        <ul
          className="mb-3 border-l-2 border-danger pl-3 text-sm text-danger"
          aria-label="What keeps it from being used"
        >
          {preview.problems.map((problem) => (
            <li key={problem}>{problem}</li>
          ))}
        </ul>
      )}
      <p className="mb-2 text-sm" role="status">
        Of the first {count(preview.rowsLookedAt)} rows,{' '}
        {preview.rowsRejected === 0 ? 'none is rejected' : `${count(preview.rowsRejected)} would be rejected`}.
      </p>
      {preview.items.length > 0 && <Items preview={preview} />}
      {preview.rejections.length > 0 && <Rejections preview={preview} />}
      <div className="mt-2">
        <Disclosure title="The first rows as they stand in the file">
          <Table label="The first rows of the file">
            <thead>
              <tr>
                <Th>Row</Th>
                {preview.columns.map((name) => (
                  <Th key={name}>{name}</Th>
                ))}
              </tr>
            </thead>
            <tbody>
              {preview.rows.slice(0, ROWS_SHOWN).map((row) => (
                <tr key={row.rowNumber}>
                  <Num>{row.rowNumber}</Num>
                  {preview.columns.map((name, i) => (
                    <Td key={name} className="max-w-40 truncate">
                      {row.cells[i]}
                    </Td>
                  ))}
                </tr>
              ))}
            </tbody>
          </Table>
        </Disclosure>
      </div>
    </>
  );
}

function Items({ preview }: { readonly preview: Preview }) {
  return (
    <Table label="Items found">
      <thead>
        <tr>
          <Th>Item</Th>
          <Th>Who, about what</Th>
          <Th>Scale</Th>
          <Th className="text-right">Answered</Th>
          <Th className="text-right">Not applicable</Th>
          <Th className="text-right">Mean</Th>
        </tr>
      </thead>
      <tbody>
        {preview.items.map((item) => (
          <tr key={`${item.key} ${item.audience} ${item.lens}`}>
            <Td>
              {item.key} {!item.exists && <span className="text-xs text-muted">new</span>}
            </Td>
            <Td>
              <MarkIcon audience={item.audience} lens={item.lens} /> {AUDIENCE_NAMES[item.audience]},{' '}
              {LENS_NAMES[item.lens]}
            </Td>
            <Td>{item.scale ?? <span className="text-muted">not known</span>}</Td>
            <Num>{count(item.answered)}</Num>
            <Num>{count(item.notApplicable)}</Num>
            <Num>{item.mean === null ? '–' : fixed(item.mean, 2)}</Num>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

function Rejections({ preview }: { readonly preview: Preview }) {
  return (
    <div className="mt-4">
      <h3 className="mb-1 text-sm font-medium">Rows that would be rejected</h3>
      <Table label="Rows that would be rejected">
        <thead>
          <tr>
            <Th className="text-right">Row</Th>
            <Th>Column</Th>
            <Th>Value</Th>
            <Th>Why</Th>
          </tr>
        </thead>
        <tbody>
          {preview.rejections.slice(0, REJECTIONS_SHOWN).map((one, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a row may be rejected twice for the same column
            <tr key={`${one.rowNumber} ${one.column} ${i}`}>
              <Num>{count(one.rowNumber)}</Num>
              <Td>{one.column}</Td>
              <Td className="break-all">{one.value}</Td>
              <Td>{one.reason}</Td>
            </tr>
          ))}
        </tbody>
      </Table>
    </div>
  );
}
