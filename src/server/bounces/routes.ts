import { importers } from '../http/policy.ts';
import { readBytes } from '../http/read-input.ts';
import { type RequestContext, type Route, route } from '../http/route.ts';
import { readMails } from './read-mails.ts';
import { type BouncesTaken, bouncesBody, bouncesTakenSchema } from './schema.ts';
import { type Bounce, takeBounces } from './take-bounces.ts';
import { type Complaint, takeComplaints } from './take-complaints.ts';

const tag = 'Contacts';
const W = '/api/v1/workspaces/{workspaceId}';
const MOST_BYTES = 4 * 1024 * 1024;

export const bounceRoutes: readonly Route[] = [
  route(
    {
      method: 'post',
      path: `${W}/bounces`,
      summary: 'Mails that came back, as a mail provider tells it; addresses of nobody are counted, not refused',
      tag,
      policy: importers,
      body: bouncesBody,
      answer: bouncesTakenSchema,
    },
    (context, { body }) => {
      const now = context.now();
      const bounces = body.bounces.map(({ email, kind, at, status = null }) => ({
        addresses: [email],
        kind,
        status,
        at: at === undefined ? now : new Date(at),
      }));
      return take(context, { bounces, complaints: [] }, { other: 0, noReport: 0 });
    },
  ),
  route(
    {
      method: 'post',
      path: `${W}/bounce-mails`,
      summary:
        'The mails by which mail servers say that a mail did not arrive (RFC 3464), and providers that somebody reported one as spam (RFC 5965): one, or a file of several (mbox). A mail that is no such report is counted, not refused',
      tag,
      policy: importers,
      upload: 'message/rfc822',
      maxBody: MOST_BYTES,
      answer: bouncesTakenSchema,
    },
    async (context) => {
      const bytes = await readBytes(context.request, MOST_BYTES);
      const { bounces, complaints, ...others } = await readMails(bytes.toString('utf8'), context.now());
      return take(context, { bounces, complaints }, others);
    },
  ),
];

function take(
  context: RequestContext,
  reported: { readonly bounces: readonly Bounce[]; readonly complaints: readonly Complaint[] },
  others: Pick<BouncesTaken, 'other' | 'noReport'>,
): Promise<BouncesTaken> {
  return context.inWorkspace(async (tx) => {
    const { workspaceId, config } = context;
    const now = context.now();
    const back = await takeBounces(workspaceId, tx, reported.bounces, now);
    const spam = await takeComplaints(workspaceId, tx, reported.complaints, { secretKey: config.secretKey, now });
    const [known, unknown] = [back.known + spam.known, back.unknown + spam.unknown];
    const taken = { ...back, complained: spam.complained, known, unknown };
    if (taken.bounced + taken.counted + taken.complained > 0)
      await context.audit(tx, 'contacts.bounces', { kind: 'contacts' }, taken);
    return { ...taken, ...others };
  });
}
