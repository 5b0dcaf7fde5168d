import pg from 'pg';

/** What a statement gave: its rows, and what the database calls it, such as INSERT. */
export interface Ran {
  readonly command: string;
  readonly rowCount: number;
  readonly rows: unknown[];
}

interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
  readonly prepared: Prepared;
  readonly rows: unknown[];
  resolve(ran: Ran): void;
  reject(error: unknown): void;
}

/** A statement as this connection knows it: parsed once, its columns described once. */
interface Prepared {
  name: string;
  sent: boolean;
  parsed: boolean;
  columns: readonly { readonly name: string; parse(text: string): unknown }[];
}

/**
 * Statements that are started during one turn of the event loop go to the database as one message and come back as one:
 * a dozen of them wake either side once. pg's own pipeline ends every statement with a Sync, to which the database answers
 * at once, and asks for the description of the same columns every time; both together cost more than running them.
 *
 * When one fails, those after it in its group fail with it, unrun: meant for transactions, which are lost anyway.
 */
export class StatementGroups {
  readonly #client: pg.PoolClient;
  readonly #columnName: (name: string) => string;
  readonly #known = new Map<string, Prepared>();
  #group: Group | undefined;
  #running = false;

  /** `columnName` says what a column is called in the rows. */
  constructor(client: pg.PoolClient, columnName: (name: string) => string) {
    this.#client = client;
    this.#columnName = columnName;
  }

  readonly query = (text: string, values: readonly unknown[] = []): Promise<Ran> => {
    const prepared = this.#known.get(text) ?? this.#make(text);
    return new Promise<Ran>((resolve, reject) => {
      this.#open().statements.push({ text, values, prepared, rows: [], resolve, reject });
    });
  };

  /** The group that is being gathered: until the end of this turn, and until the one before it is done. */
  #open(): Group {
    if (this.#group) return this.#group;
    const group = new Group(this.#columnName, () => {
      this.#running = false;
      this.#send();
    });
    this.#group = group;
    // Runs when all promises that could go on at this moment have gone on, and so have started their statements.
    process.nextTick(() => this.#send());
    return group;
  }

  #send(): void {
    const group = this.#group;
    if (!group || this.#running) return;
    this.#group = undefined;
    this.#running = true;
    this.#client.query(group);
  }

  /** Beyond MAX_KNOWN a statement is parsed anew each time: one whose text varies must not fill the database's memory. */
  #make(text: string): Prepared {
    const keep = this.#known.size < MAX_KNOWN;
    const prepared = { name: keep ? `g${this.#known.size}` : '', sent: false, parsed: false, columns: [] };
    if (keep) this.#known.set(text, prepared);
    return prepared;
  }
}

const MAX_KNOWN = 300;

/** The messages of pg's connection, of which its types know only a part. */
interface Wire {
  readonly stream: { cork(): void; uncork(): void };
  parse(message: { name: string; text: string; types: readonly number[] }): void;
  describe(message: { type: 'S'; name: string }): void;
  bind(message: { portal: string; statement: string; values: (string | Buffer | null)[] }): void;
  execute(message: { portal: string; rows: number }): void;
  sync(): void;
  on(event: 'readyForQuery' | 'end', listener: () => void): void;
  off(event: 'readyForQuery' | 'end', listener: () => void): void;
}

/** What pg hands the messages of the database to, from `submit` until it is ready for the next. */
class Group {
  readonly statements: Statement[] = [];
  readonly #columnName: (name: string) => string;
  readonly #done: () => void;
  #submitted = false;
  #at = 0;

  /** `done` is called once: when the connection is ready for the next group, or never will be. */
  constructor(columnName: (name: string) => string, done: () => void) {
    this.#columnName = columnName;
    this.#done = done;
  }

  submit(connection: unknown): null {
    const wire = connection as Wire;
    this.#submitted = true;
    const done = () => {
      wire.off('readyForQuery', done);
      wire.off('end', done);
      this.#done();
    };
    wire.on('readyForQuery', done);
    wire.on('end', done);
    wire.stream.cork();
    for (const { text, values, prepared } of this.statements) {
      if (!prepared.sent) {
        wire.parse({ name: prepared.name, text, types: [] });
        wire.describe({ type: 'S', name: prepared.name });
        prepared.sent = prepared.name !== '';
      }
      wire.bind({ portal: '', statement: prepared.name, values: values.map(asText) });
      wire.execute({ portal: '', rows: 0 });
    }
    wire.sync();
    wire.stream.uncork();
    return null;
  }

  handleRowDescription({ fields }: { fields: readonly pg.FieldDef[] }): void {
    const current = this.statements[this.#at];
    if (!current) return;
    current.prepared.columns = fields.map((field) => ({
      name: this.#columnName(field.name),
      parse: pg.types.getTypeParser(field.dataTypeID, 'text'),
    }));
  }

  handleDataRow({ fields }: { fields: readonly (string | null)[] }): void {
    const current = this.statements[this.#at];
    if (!current) return;
    const row: Record<string, unknown> = {};
    const { columns } = current.prepared;
    for (let i = 0; i < columns.length; i++) {
      const column = columns[i];
      const text = fields[i];
      if (column) row[column.name] = text === null || text === undefined ? null : column.parse(text);
    }
    current.rows.push(row);
  }

  handleCommandComplete({ text }: { text: string }): void {
    const current = this.statements[this.#at];
    this.#at += 1;
    if (!current) return;
    current.prepared.parsed = true;
    const [command = '', ...counts] = text.split(' ');
    current.resolve({ command, rowCount: Number(counts.at(-1) ?? 0), rows: current.rows });
  }

  handleEmptyQuery(): void {
    this.handleCommandComplete({ text: '' });
  }

  handleError(error: unknown): void {
    for (const { prepared, reject } of this.statements.slice(this.#at)) {
      // Whether the database got as far as keeping it under its name is not known: it gets another one.
      if (!prepared.parsed && prepared.sent) {
        prepared.name += '_';
        prepared.sent = false;
      }
      reject(error);
    }
    this.#at = this.statements.length;
    // Refused by a client whose connection is gone.
    if (!this.#submitted) this.#done();
  }

  handleReadyForQuery(): void {}
}

/** As PostgreSQL reads it in a parameter of the column's own type. */
function asText(value: unknown): string | Buffer | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || Buffer.isBuffer(value)) return value;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return arrayText(value);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function arrayText(values: readonly unknown[]): string {
  const parts = values.map((value) => {
    if (value === null || value === undefined) return 'NULL';
    if (Array.isArray(value)) return arrayText(value);
    if (Buffer.isBuffer(value)) return `"\\\\x${value.toString('hex')}"`;
    return `"${String(asText(value)).replace(/[\\"]/g, '\\$&')}"`;
  });
  return `{${parts.join(',')}}`;
}
