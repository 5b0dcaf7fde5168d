import { inWorkspace } from '../../src/server/db/transaction.ts';
import { deliverDue } from '../../src/server/mailings/deliver.ts';
import { openWorld, type Someone, TERN_FERRIES } from '../world.ts';
import { MailServer } from './mail-server.ts';

/** The example company, whose mails arrive at a mail server on this machine. */
export async function openMailWorld() {
  const mails = new MailServer();
  const port = await mails.listen();
  const world = await openWorld({
    config: { smtpUrl: `smtp://127.0.0.1:${port}`, mailFrom: 'Tern Ferries <cx@tern.example>' },
  });
  const tern = await world.company(TERN_FERRIES);
  return {
    mails,
    world,
    tern,
    ask: (who: Someone, method: string, at: string, body?: unknown) =>
      world.ask(who, method, `/api/v1/workspaces/${tern.id}${at}`, body),
    /** Asks, throws unless it succeeds, and gives the JSON of the reply. */
    async ok(who: Someone, method: string, at: string, body?: unknown) {
      const reply = await world.ask(who, method, `/api/v1/workspaces/${tern.id}${at}`, body);
      if (reply.status >= 300) throw new Error(`${method} ${at}: ${reply.status} ${reply.text}`);
      return reply.json;
    },
    inside: <T>(work: Parameters<typeof inWorkspace<T>>[2]) => inWorkspace(world.database.app.db, tern.id, work),
    /** One turn of the worker that sends mails. */
    deliver: (timeouts?: Parameters<typeof deliverDue>[3]) =>
      deliverDue(world.services, tern.id, new AbortController().signal, timeouts),
    async close() {
      await mails.close();
      await world.close();
    },
  };
}
