import { accountRoutes } from '../accounts/routes.ts';
import { apiKeyRoutes } from '../api-keys/routes.ts';
import { askRoutes } from '../asks/routes.ts';
import { auditRoutes } from '../audit/routes.ts';
import { backupRoutes } from '../backup/routes.ts';
import { benchmarkRoutes } from '../benchmarks/routes.ts';
import { bounceRoutes } from '../bounces/routes.ts';
import { contactImportRoutes } from '../contacts/import-routes.ts';
import { contactRoutes } from '../contacts/routes.ts';
import { exchangeRoutes } from '../exchange/routes.ts';
import { gapRoutes } from '../gaps/routes.ts';
import { importRoutes } from '../imports/routes.ts';
import { intakeRoutes } from '../intake/routes.ts';
import { invitationRoutes } from '../invitations/routes.ts';
import { itemRoutes } from '../items/routes.ts';
import { journeyRoutes } from '../journeys/routes.ts';
import { mailingRoutes } from '../mailings/routes.ts';
import { memberRoutes } from '../members/routes.ts';
import { questionnaireRoutes } from '../questionnaires/routes.ts';
import { sampleRoutes } from '../sample/routes.ts';
import { segmentRoutes } from '../segments/routes.ts';
import { siteRoutes } from '../sites/routes.ts';
import { surveyRoutes } from '../surveys/routes.ts';
import { teamRoutes } from '../teams/routes.ts';
import { ticketRoutes } from '../tickets/routes.ts';
import { webhookRoutes } from '../webhooks/routes.ts';
import { workspaceRoutes } from '../workspaces/routes.ts';
import { platformRoutes } from './platform-routes.ts';
import type { Route } from './route.ts';

/**
 * Every route of the API, one list per feature. The app mounts it, the OpenAPI document is written from it, and the
 * policy and fuzz tests walk it.
 */
export const ROUTES: readonly Route[] = [
  ...platformRoutes,
  ...accountRoutes,
  ...workspaceRoutes,
  ...memberRoutes,
  ...apiKeyRoutes,
  ...auditRoutes,
  ...importRoutes,
  ...benchmarkRoutes,
  ...contactRoutes,
  ...contactImportRoutes,
  ...bounceRoutes,
  ...intakeRoutes,
  ...invitationRoutes,
  ...itemRoutes,
  ...journeyRoutes,
  ...sampleRoutes,
  ...segmentRoutes,
  ...mailingRoutes,
  ...askRoutes,
  ...siteRoutes,
  ...surveyRoutes,
  ...questionnaireRoutes,
  ...ticketRoutes,
  ...teamRoutes,
  ...exchangeRoutes,
  ...gapRoutes,
  ...backupRoutes,
  ...webhookRoutes,
];
