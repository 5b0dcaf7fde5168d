import { type Task, wake } from '../background/background.ts';
import type { Config } from '../config.ts';
import type { Contact } from '../contacts/schema.ts';
import { findContact, markBounced } from '../contacts/verbs.ts';
import type { Tx } from '../db/connect.ts';
import { inWorkspace } from '../db/transaction.ts';
import type { Services } from '../http/route.ts';
import { composeMail, linksFor, type Mailing, mailingOf } from './compose.ts';
import { endWavesThatAreOver } from './end-waves.ts';
import { inviteByMail, isInvited, keptOf } from './invite.ts';
import { isOneAddress, letterOf } from './letter.ts';
import {
  cancelEarlier,
  endMail,
  enqueueMails,
  findUnclear,
  giveBack,
  markSending,
  markTried,
  type QueuedMail,
  sendLater,
  takeDue,
  triedSince,
} from './queue-store.ts';
import { handedOverSince, noteHandedOver, oweReminders, settleReminders, takeOwed } from './quiet-reminders.ts';
import { beginNextWaves, inviteNewcomers, putOff, reminderAt, scheduleNextRound } from './rounds.ts';
import { findSchedule, mailSettings, type StoredSchedule } from './schedule-store.ts';
import { type Delivery, type Letter, SMTP_TIMEOUTS, SmtpLine, type SmtpTimeouts } from './smtp.ts';
import { whySkip } from './why-skip.ts';

const LINES = 4;
const BATCH = 40;
/** After so long the turn goes to other work; the rest follows a second later. */
const TURN_MS = 5_000;
/** A mail server that could not be used is left alone for a minute. */
const PAUSE_MS = 60_000;
/** Minutes until the next try of one mail, after each "later". */
const BACKOFF_MINUTES = [1, 5, 15, 60, 4 * 60, 12 * 60, 24 * 60];

/** Why the mail server could not be used, by its address; this process only. */
const pauses = new Map<string, { until: number; because: string }>();

/** What the mail server said when it could not be used; null when it could, or nobody tried. */
export function mailServerProblem({ smtpUrl }: Pick<Config, 'smtpUrl'>, now: Date): string | null {
  const pause = pauses.get(smtpUrl ?? '');
  return pause && pause.until > now.getTime() ? pause.because : null;
}

/** Leaves the mail server alone for a minute. */
export function pauseMailServer({ smtpUrl }: Pick<Config, 'smtpUrl'>, now: Date, because: string): void {
  pauses.set(smtpUrl ?? '', { until: now.getTime() + PAUSE_MS, because });
}

/**
 * Hands mails that are due to the mail server by several lines, never more in a minute than is set. Each is marked as
 * being sent, and that is committed, when the server waits for the message and before the first byte of it goes out;
 * what the server said is written down afterwards, and only then the next line's message goes. A process that ends in
 * between leaves at most one mail of which nobody knows whether it arrived: it is listed and not sent again by itself.
 */
export const mailTask: Task = {
  name: 'mail',
  run: (services, workspaceId, signal) => deliverDue(services, workspaceId, signal),
};

export async function deliverDue(
  services: Services,
  workspaceId: string,
  signal: AbortSignal,
  timeouts: SmtpTimeouts = SMTP_TIMEOUTS,
): Promise<void> {
  const { connection, config, now } = services;
  await inWorkspace(connection.db, workspaceId, async (tx) => {
    await settleUnclear(workspaceId, tx, now());
    await endWavesThatAreOver(workspaceId, tx, now());
  });
  if (!config.smtpUrl || mailServerProblem(config, now())) return;
  await inWorkspace(connection.db, workspaceId, async (tx) => {
    await beginNextWaves(workspaceId, tx, now());
    await inviteNewcomers(workspaceId, tx, now());
  });
  const until = performance.now() + TURN_MS;
  const lines = Array.from({ length: LINES }, () => new SmtpLine(config.smtpUrl ?? '', timeouts));
  const closeLines = () => {
    for (const line of lines) line.close();
  };
  try {
    while (!signal.aborted && performance.now() < until && !mailServerProblem(config, now())) {
      const batch = await takeBatch(services, workspaceId);
      if (batch.mails.length === 0) return;
      await new SharedBatch(services, workspaceId, batch, signal, until).run(lines);
    }
    wake(workspaceId);
  } finally {
    closeLines();
  }
}

/** Of whom nobody knows whether the invitation arrived is asked again like everybody, a round later. */
async function settleUnclear(workspaceId: string, tx: Tx, now: Date): Promise<void> {
  for (const mail of await findUnclear(workspaceId, tx, now)) {
    const schedule = await findSchedule(workspaceId, tx, mail.waveId);
    const contact = await findContact(workspaceId, tx, mail.contactId);
    if (schedule && contact)
      await scheduleNextRound(workspaceId, tx, mail, { schedule, timeZone: contact.timeZone, now });
  }
}

interface Batch {
  readonly mails: readonly QueuedMail[];
  /** Those of whom nothing is written down any more. */
  readonly quiet: ReadonlySet<QueuedMail>;
}

/** As many mails as the rate leaves room for, with their invitations made and the reminders of anonymous people ended. */
async function takeBatch({ connection, config, now }: Services, workspaceId: string): Promise<Batch> {
  let again: QueuedMail[] = [];
  const due = await inWorkspace(connection.db, workspaceId, async (tx) => {
    const { perMinute } = await mailSettings(workspaceId, tx);
    const since = new Date(now().getTime() - 60_000);
    const room = perMinute - (await triedSince(workspaceId, tx, since)) - handedOverSince(workspaceId, since);
    again = takeOwed(workspaceId, now(), Math.max(0, Math.min(BATCH, room)));
    const more = Math.min(BATCH, room) - again.length;
    return more > 0 ? takeDue(workspaceId, tx, now(), more) : [];
  });
  const { quiet, others } = due.some(({ number }) => number > 0)
    ? await inWorkspace(connection.db, workspaceId, (tx) => settleReminders(workspaceId, tx, due, now()))
    : { quiet: [], others: due };
  // In a transaction of its own, sorted: the order and the number of a transaction would join people to their links.
  const invitations = others.filter(({ number }) => number === 0);
  const going = [...again, ...quiet, ...others.filter(({ number }) => number > 0)];
  for (const waveId of new Set(invitations.map((mail) => mail.waveId))) {
    const mails = invitations.filter((mail) => mail.waveId === waveId);
    const inviting = { config, waveId, now: now() };
    going.push(
      ...(await inWorkspace(connection.db, workspaceId, (tx) => inviteByMail(workspaceId, tx, inviting, mails))),
    );
  }
  return { mails: [...again, ...due].filter((mail) => going.includes(mail)), quiet: new Set([...again, ...quiet]) };
}

/** What a mail is written from. */
interface Ask {
  readonly schedule: StoredSchedule;
  readonly contact: Contact;
  readonly mailing: Mailing;
}

interface Prepared {
  readonly letter: Letter;
  readonly schedule: StoredSchedule;
  readonly timeZone: string | null;
}

/** One batch, shared out to the lines. */
class SharedBatch {
  private readonly left: QueuedMail[];
  private readonly quiet: ReadonlySet<QueuedMail>;
  private readonly mailings = new Map<string, Promise<Mailing>>();
  private readonly services: Services;
  private readonly workspaceId: string;
  private readonly signal: AbortSignal;
  private readonly until: number;
  private lastTurn: Promise<void> = Promise.resolve();

  constructor(services: Services, workspaceId: string, { mails, quiet }: Batch, signal: AbortSignal, until: number) {
    this.services = services;
    this.workspaceId = workspaceId;
    this.signal = signal;
    this.until = until;
    this.left = [...mails];
    this.quiet = quiet;
  }

  async run(lines: readonly SmtpLine[]): Promise<void> {
    try {
      // The others end what they have begun, also when one fails.
      const ends = await Promise.allSettled(lines.map((line) => this.work(line)));
      for (const end of ends) if (end.status === 'rejected') throw end.reason;
    } finally {
      const owed = this.left.filter((mail) => this.quiet.has(mail));
      oweReminders(this.workspaceId, owed, this.services.now());
      const ids = this.left.filter((mail) => !this.quiet.has(mail)).map(({ id }) => id);
      await this.inside((tx) => giveBack(this.workspaceId, tx, ids));
    }
  }

  private async work(line: SmtpLine): Promise<void> {
    while (!this.signal.aborted && performance.now() < this.until && !this.paused) {
      // Before any mail is marked as being sent: while the server can't be reached, none is in question.
      const problem = await line.open();
      if (problem) return this.pause(problem.because);
      const mail = this.left.shift();
      if (!mail) return;
      const prepared = await this.inside((tx) => this.prepare(tx, mail));
      if (!prepared) continue;
      await this.send(line, mail, prepared);
    }
  }

  private async send(line: SmtpLine, mail: QueuedMail, prepared: Prepared): Promise<void> {
    let release: (() => void) | undefined;
    const isQuiet = this.quiet.has(mail);
    try {
      const delivery = await line.deliver(prepared.letter, async (isWanted) => {
        const turn = await this.takeTurn();
        if (this.paused || !isWanted()) {
          turn();
          return false;
        }
        release = turn;
        return isQuiet || this.inside((tx) => markSending(this.workspaceId, tx, mail.id, this.services.now()));
      });
      if (isQuiet) this.keepInMind(mail, delivery);
      else await this.inside((tx) => this.note(tx, mail, prepared, delivery));
    } finally {
      release?.();
    }
  }

  /** Waits until no other message is under way; whoever has the turn gives it back by what is returned. */
  private async takeTurn(): Promise<() => void> {
    const before = this.lastTurn;
    let end = () => {};
    this.lastTurn = new Promise((resolve) => {
      end = resolve;
    });
    await before;
    return end;
  }

  private get paused(): boolean {
    return mailServerProblem(this.services.config, this.services.now()) !== null;
  }

  private pause(because: string): void {
    pauseMailServer(this.services.config, this.services.now(), because);
  }

  private inside<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return inWorkspace(this.services.connection.db, this.workspaceId, work);
  }

  /** Checks anew that the person is to be asked, and writes the mail; undefined when it is not sent. */
  private async prepare(tx: Tx, mail: QueuedMail): Promise<Prepared | undefined> {
    const { workspaceId, services } = this;
    const schedule = await findSchedule(workspaceId, tx, mail.waveId);
    const contact = await findContact(workspaceId, tx, mail.contactId);
    if (!schedule || !contact) return undefined;
    const mailing = await this.mailing(tx, mail.waveId);
    if (this.quiet.has(mail)) return this.prepareQuiet(tx, mail, { schedule, contact, mailing });
    const { timeZone } = contact;
    const skip = await whySkip(workspaceId, tx, services, { mail, schedule, contact, mailing });
    if (skip?.notBefore !== undefined && schedule.repeatDays !== null) {
      await putOff(workspaceId, tx, mail, { schedule, timeZone, no: { ...skip, notBefore: skip.notBefore } });
      return undefined;
    }
    const end = { schedule, timeZone, now: services.now() };
    if (skip) {
      const { rule, because } = skip;
      await endMail(workspaceId, tx, mail.id, 'skipped', { rule, because });
      await scheduleNextRound(workspaceId, tx, mail, end);
      return undefined;
    }
    if (keptOf(mailing).length > 0 && !(await isInvited(workspaceId, tx, services.config, mail))) {
      // Asked since a moment ago: next time there will be an invitation.
      const because = 'The invitation is made.';
      await sendLater(workspaceId, tx, mail.id, { at: services.now(), attempts: Math.max(1, mail.attempts), because });
      return undefined;
    }
    if (!isOneAddress(contact.email ?? '')) {
      await endMail(workspaceId, tx, mail.id, 'failed', { rule: 'bad_address', because: 'This is no single address.' });
      await scheduleNextRound(workspaceId, tx, mail, end);
      return undefined;
    }
    const letter = await this.write(mail, { schedule, contact, mailing });
    if (!(await markTried(workspaceId, tx, mail.id, services.now()))) return undefined;
    return { letter, schedule, timeZone };
  }

  /** Of a reminder that has ended already: only reads. */
  private async prepareQuiet(tx: Tx, mail: QueuedMail, of: Ask): Promise<Prepared | undefined> {
    const { workspaceId, services } = this;
    const { schedule, contact, mailing } = of;
    if (schedule.status !== 'running' || !isOneAddress(contact.email ?? '')) return undefined;
    if (await whySkip(workspaceId, tx, services, { mail, ...of })) return undefined;
    if (keptOf(mailing).length > 0 && !(await isInvited(workspaceId, tx, services.config, mail))) return undefined;
    noteHandedOver(workspaceId, services.now());
    return { letter: await this.write(mail, of), schedule, timeZone: contact.timeZone };
  }

  private write(mail: QueuedMail, { schedule, contact, mailing }: Ask): Promise<Letter> {
    const { workspaceId, services } = this;
    const links = linksFor(services.config, workspaceId, mail, contact);
    return letterOf(services.config, {
      to: contact.email ?? '',
      mail: composeMail(mailing, schedule.texts, mail.number, contact, links),
      messageId: mail.id,
      oneClick: links.oneClick,
      senderName: mailing.settings.senderName,
      replyTo: mailing.settings.replyTo,
      date: services.now(),
    });
  }

  private mailing(tx: Tx, waveId: string): Promise<Mailing> {
    const known = this.mailings.get(waveId) ?? mailingOf(this.workspaceId, tx, waveId);
    this.mailings.set(waveId, known);
    return known;
  }

  private async note(tx: Tx, mail: QueuedMail, prepared: Prepared, delivery: Delivery): Promise<void> {
    const { workspaceId } = this;
    const { schedule } = prepared;
    const now = this.services.now();
    const isOver = ['sent', 'bounced', 'refused', 'unclear'].includes(delivery.kind);
    if (isOver) await scheduleNextRound(workspaceId, tx, mail, { ...prepared, now });
    if (delivery.kind === 'sent') {
      await endMail(workspaceId, tx, mail.id, 'sent');
      if (mail.number < schedule.reminders) {
        const scheduledAt = await reminderAt(workspaceId, tx, schedule, { timeZone: prepared.timeZone, now });
        const { waveId, round, contactId } = mail;
        await enqueueMails(workspaceId, tx, { waveId, round, number: mail.number + 1 }, [{ contactId, scheduledAt }]);
      }
      await cancelEarlier(workspaceId, tx, mail);
      return;
    }
    if (delivery.kind === 'withdrawn') return giveBack(workspaceId, tx, [mail.id]);
    const { kind, because } = delivery;
    if (kind === 'bounced') {
      await endMail(workspaceId, tx, mail.id, 'bounced', { rule: 'bounced', because });
      await markBounced(workspaceId, tx, mail.contactId, now);
    } else if (kind === 'refused') {
      await endMail(workspaceId, tx, mail.id, 'failed', { rule: 'refused', because });
    } else if (kind === 'unclear') {
      // The next one would fare the same: of a server that breaks off, one mail is in question and not all of them.
      this.pause(because);
      await endMail(workspaceId, tx, mail.id, 'unclear', { rule: 'unclear', because });
    } else if (kind === 'unreachable') {
      this.pause(because);
      // It says nothing about this mail: the try does not count. But the ask stands in the ledger already.
      const at = new Date(now.getTime() + PAUSE_MS);
      await sendLater(workspaceId, tx, mail.id, { at, attempts: Math.max(1, mail.attempts), because });
    } else {
      await this.again(tx, mail, prepared, because);
    }
  }

  /** What became of a reminder that has ended: a row, or an address that is marked, would say that its person was reminded. */
  private keepInMind(mail: QueuedMail, delivery: Delivery): void {
    const now = this.services.now().getTime();
    if (delivery.kind === 'unreachable' || delivery.kind === 'unclear') this.pause(delivery.because);
    if (delivery.kind === 'unreachable') oweReminders(this.workspaceId, [mail], new Date(now + PAUSE_MS));
    if (delivery.kind === 'withdrawn') oweReminders(this.workspaceId, [mail], new Date(now));
    const minutes = BACKOFF_MINUTES[mail.attempts];
    if (delivery.kind === 'later' && minutes !== undefined) {
      const next = { ...mail, attempts: mail.attempts + 1 };
      oweReminders(this.workspaceId, [next], new Date(now + minutes * 60_000));
    }
  }

  private async again(tx: Tx, mail: QueuedMail, prepared: Prepared, because: string): Promise<void> {
    const now = this.services.now();
    const minutes = BACKOFF_MINUTES[mail.attempts];
    if (minutes === undefined) {
      await endMail(this.workspaceId, tx, mail.id, 'failed', { rule: 'tried_out', because });
      await scheduleNextRound(this.workspaceId, tx, mail, { ...prepared, now });
      return;
    }
    const at = new Date(now.getTime() + minutes * 60_000);
    await sendLater(this.workspaceId, tx, mail.id, { at, attempts: mail.attempts + 1, because });
  }
}
