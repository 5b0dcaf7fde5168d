import { forgetOldAsks } from '../asks/forget.ts';
import { publishTask } from '../intake/publish-task.ts';
import { mailTask } from '../mailings/deliver.ts';
import { webhookTask } from '../webhooks/task.ts';
import { tellOwnersTask } from '../webhooks/tell-owners.ts';
import type { Task } from './background.ts';

/** Every task of the background. */
export const TASKS: readonly Task[] = [webhookTask, forgetOldAsks, mailTask, publishTask, tellOwnersTask];
