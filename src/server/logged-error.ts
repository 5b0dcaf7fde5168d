import { pino } from 'pino';

/** What PostgreSQL says beside the sentence: rows that failed, pieces of JSON. They can hold answers, names and tokens. */
const HOLD_DATA = ['detail', 'where', 'hint', 'internalQuery', 'query', 'parameters'] as const;

/** An error as it is logged: everything that helps to find its cause, nothing of what people said. */
export function loggedError(error: Error): unknown {
  const logged: Record<string, unknown> = { ...pino.stdSerializers.err(error) };
  for (const name of HOLD_DATA) delete logged[name];
  return logged;
}
