import type { Task } from '../background/background.ts';
import { inWorkspace } from '../db/transaction.ts';
import { sendNotice } from '../mailings/notice.ts';
import { ownerAddresses } from '../members/owners.ts';
import { giveUntoldBack, takeUntold } from './endpoint-store.ts';

/** Tells the owners by mail, where there is a mail server, that a webhook was switched off by itself. */
export const tellOwnersTask: Task = {
  name: 'webhook notices',
  async run(services, workspaceId, signal) {
    const { connection, config } = services;
    const { untold, addresses } = await inWorkspace(connection.db, workspaceId, async (tx) => {
      const taken = await takeUntold(workspaceId, tx);
      return { untold: taken, addresses: taken.length > 0 ? await ownerAddresses(workspaceId, tx) : [] };
    });
    for (const { id, name, disabledBecause } of untold) {
      for (const to of addresses) {
        const because =
          disabledBecause === 'gone'
            ? 'Its receiver said that it is gone (410).'
            : 'Its receiver has not taken anything for five days.';
        const notice = {
          to,
          id: `${id}.${disabledBecause}`,
          subject: `Switched off: the webhook “${name}”`,
          paragraphs: [
            `The webhook “${name}” was switched off. ${because}`,
            'Nothing is lost: switch it on again, and send what it missed once more, for 30 days.',
            `${config.publicUrl}/w/${workspaceId}/settings/webhooks/${id}`,
          ],
        };
        if (signal.aborted || !(await sendNotice(services, notice))) {
          await inWorkspace(connection.db, workspaceId, (tx) => giveUntoldBack(workspaceId, tx, id));
          break;
        }
      }
    }
  },
};
