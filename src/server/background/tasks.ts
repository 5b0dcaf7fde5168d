import { forgetOldAsks } from '../asks/forget.ts';
import { publishTask } from '../intake/publish-task.ts';
import { mailTask } from '../mailings/deliver.ts';
import { webhookTask } from '../webhooks/task.ts';
import type { Task } from './background.ts';

/** Every task of the background, in the order in which they run. */
export const TASKS: readonly Task[] = [webhookTask, forgetOldAsks, mailTask, publishTask];
