import { queryOptions } from '@tanstack/react-query';
import type { MailSettings } from '../../server/mailings/schema.ts';
import { get, inWorkspace } from '../api.ts';

export type { MailSettings };

export const mailSettingsQuery = (workspaceId: string) =>
  queryOptions({
    queryKey: ['workspace', workspaceId, 'mail-settings'],
    queryFn: ({ signal }) => get<MailSettings>(inWorkspace(workspaceId, 'mail-settings'), {}, signal),
    // Being edited: what is typed must not be replaced when the window gets the focus back.
    refetchOnWindowFocus: false,
  });
