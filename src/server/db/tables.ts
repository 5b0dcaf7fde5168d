import type { Generated } from 'kysely';

// Rendered from the migrations by test/server/tables.test.ts; `npx vitest run --project server tables -u` writes it anew.

export type AudienceType = 'leadership' | 'staff' | 'customer';
export type LensType = 'experience' | 'belief' | 'expectation' | 'importance' | 'walk' | 'standard' | 'promise';
export type MemberRoleType = 'owner' | 'lead' | 'analyst' | 'team_lead' | 'viewer';

export interface AnswerCountsTable {
  workspaceId: string;
  itemId: string;
  audience: AudienceType;
  lens: LensType;
  channel: string;
  month: string | null;
  value: number | null;
  n: number;
  w: number;
  ww: number;
}

export interface AnswersTable {
  workspaceId: string;
  responseId: number;
  itemId: string;
  lens: LensType;
  value: number | null;
}

export interface ApiKeysTable {
  workspaceId: string;
  id: Generated<string>;
  name: string;
  tokenHash: Buffer;
  scopes: string[];
  createdBy: string | null;
  createdAt: Generated<Date>;
  expiresAt: Date | null;
  revokedAt: Date | null;
  lastUsedOn: string | null;
}

export interface AskDecisionsTable {
  workspaceId: string;
  id: Generated<number>;
  contactId: string | null;
  visitor: string | null;
  surveyId: string;
  channel: string;
  trigger: string | null;
  siteId: string | null;
  at: Date;
  asked: boolean;
  rule: string;
  because: string;
}

export interface AskingSettingsTable {
  workspaceId: string;
  anySurveyDays: Generated<number>;
  timeZone: Generated<string>;
}

export interface AsksTable {
  workspaceId: string;
  id: Generated<string>;
  contactId: string | null;
  visitor: string | null;
  surveyId: string;
  channel: string;
  siteId: string | null;
  at: Date;
  answered: Generated<boolean>;
}

export interface AuditLogTable {
  workspaceId: string;
  id: Generated<number>;
  at: Generated<Date>;
  actorKind: string;
  actorId: string | null;
  action: string;
  subjectKind: string;
  subjectId: string | null;
  detail: Generated<unknown>;
}

export interface BenchmarksTable {
  workspaceId: string;
  id: Generated<string>;
  statement: string;
  unitCounted: string;
  whoWasAsked: string;
  share: number | null;
  n: number | null;
  dated: string;
  source: string;
}

export interface CommitmentsTable {
  workspaceId: string;
  id: Generated<string>;
  itemId: string;
  lens: LensType;
  value: number;
  statement: Generated<string>;
  setBy: string | null;
  setAt: Generated<Date>;
}

export interface ContactImportsTable {
  workspaceId: string;
  id: string;
  fileName: string;
  fileBytes: number;
  status: string;
  columns: string[];
  mapping: unknown;
  rowsRead: Generated<number>;
  made: Generated<number>;
  changed: Generated<number>;
  leftOut: Generated<number>;
  rejected: Generated<number>;
  rejections: Generated<unknown>;
  error: string | null;
  heartbeatAt: Date | null;
  createdAt: Generated<Date>;
  finishedAt: Date | null;
}

export interface ContactsTable {
  workspaceId: string;
  id: Generated<string>;
  audience: AudienceType;
  key: string | null;
  email: string | null;
  name: string | null;
  attributes: Generated<unknown>;
  createdAt: Generated<Date>;
  language: string | null;
  timeZone: string | null;
  consent: boolean | null;
  consentTo: string | null;
  consentAt: Date | null;
  consentSource: string | null;
  unsubscribedAt: Date | null;
  bouncedAt: Date | null;
  bouncedBecause: string | null;
  softBounces: Generated<string[]>;
  addressWorksSince: Date | null;
  unsubscribedBecause: string | null;
}

export interface ErasuresTable {
  workspaceId: string;
  id: Generated<number>;
  kind: string;
  hash: Buffer;
  erasedAt: Generated<Date>;
}

export interface IdempotencyKeysTable {
  workspaceId: string;
  actorId: string;
  key: string;
  requestHash: Buffer;
  status: number | null;
  body: unknown;
  createdAt: Generated<Date>;
}

export interface ImportMappingsTable {
  workspaceId: string;
  id: Generated<string>;
  name: string;
  mapping: unknown;
  createdAt: Generated<Date>;
}

export interface ImportRejectionsTable {
  workspaceId: string;
  importId: string;
  rowNumber: number;
  columnName: string;
  value: string;
  reason: string;
}

export interface ImportsTable {
  workspaceId: string;
  id: Generated<string>;
  fileName: string;
  fileBytes: number;
  fileSha256: string | null;
  status: string;
  detected: unknown;
  mapping: unknown;
  mode: string | null;
  rowsRead: Generated<number>;
  rowsStored: Generated<number>;
  rowsRejected: Generated<number>;
  bytesRead: Generated<number>;
  error: string | null;
  createdBy: string | null;
  createdAt: Generated<Date>;
  finishedAt: Date | null;
  heartbeatAt: Date | null;
  cancelRequested: Generated<boolean>;
}

export interface InstanceFactsTable {
  name: string;
  recordedAt: Generated<Date>;
}

export interface InvitationsTable {
  workspaceId: string;
  tokenHash: Buffer;
  waveId: string;
  used: Generated<boolean>;
  contactId: string | null;
  blindedHash: Buffer | null;
  responseKey: string | null;
  round: Generated<number>;
  groupNumber: Generated<number>;
  minted: Generated<boolean>;
}

export interface InvitesTable {
  workspaceId: string;
  id: Generated<string>;
  tokenHash: Buffer;
  email: string;
  role: MemberRoleType;
  invitedBy: string | null;
  createdAt: Generated<Date>;
  expiresAt: Date;
  acceptedAt: Date | null;
  revokedAt: Date | null;
}

export interface ItemsTable {
  workspaceId: string;
  id: Generated<string>;
  touchpointId: string;
  key: string;
  name: string;
  wordingCustomer: Generated<string>;
  wordingStaff: Generated<string>;
  wordingLeadership: Generated<string>;
  scaleMin: number;
  scaleMax: number;
  scaleStep: number | null;
  scaleDirection: Generated<string>;
  scaleTopBox: number;
  servqualDimension: string | null;
  position: Generated<number>;
  archivedAt: Date | null;
}

export interface JourneysTable {
  workspaceId: string;
  id: Generated<string>;
  name: string;
  position: Generated<number>;
}

export interface MailQueueTable {
  workspaceId: string;
  id: Generated<string>;
  waveId: string;
  contactId: string;
  number: number;
  scheduledAt: Date;
  state: Generated<string>;
  attempts: Generated<number>;
  leasedUntil: Date | null;
  triedAt: Date | null;
  rule: string | null;
  because: string | null;
  round: Generated<number>;
}

export interface MailSettingsTable {
  workspaceId: string;
  perMinute: Generated<number>;
  language: Generated<string>;
  replyTo: string | null;
  senderName: string | null;
  footer: string | null;
}

export interface MembersTable {
  workspaceId: string;
  userId: string;
  role: MemberRoleType;
  disabledAt: Date | null;
  createdAt: Generated<Date>;
}

export interface OneTimeTokensTable {
  tokenHash: Buffer;
  purpose: string;
  userId: string | null;
  credentialVersion: number | null;
  createdAt: Generated<Date>;
  expiresAt: Date;
  usedAt: Date | null;
}

export interface OutboxTable {
  workspaceId: string;
  id: Generated<number>;
  kind: string;
  subject: string;
  surveyId: string | null;
  payload: unknown;
  createdAt: Generated<Date>;
  dispatchedAt: Date | null;
}

export interface QuarantineTable {
  workspaceId: string;
  contactId: string;
  until: string | null;
  reason: Generated<string>;
  addedAt: Generated<Date>;
}

export interface QuotaCountsTable {
  workspaceId: string;
  surveyId: string;
  quotaId: string;
  n: Generated<number>;
}

export interface ResponsesTable {
  workspaceId: string;
  id: Generated<number>;
  surveyId: string;
  waveId: string | null;
  contactId: string | null;
  audience: AudienceType;
  key: string;
  answeredOn: string | null;
  channel: Generated<string>;
  weight: Generated<number>;
  attributes: Generated<unknown>;
  published: boolean;
  release: number | null;
  surveyVersion: number | null;
  given: unknown;
  parts: unknown;
  finished: Generated<boolean>;
  language: string | null;
  acceptedReason: string | null;
  acceptedDismissedAt: Date | null;
  handedIn: Generated<boolean>;
}

export interface SchemaMigrationsTable {
  name: string;
  appliedAt: Generated<Date>;
}

export interface SegmentsTable {
  workspaceId: string;
  id: Generated<string>;
  name: string;
  audience: AudienceType | null;
  condition: unknown;
  createdAt: Generated<Date>;
}

export interface SessionsTable {
  tokenHash: Buffer;
  userId: string;
  credentialVersion: number;
  createdAt: Generated<Date>;
  expiresAt: Date;
}

export interface SetApartResponsesTable {
  workspaceId: string;
  surveyId: string;
  audience: AudienceType;
  key: string;
  reason: string;
  surveyVersion: number;
  waveId: string | null;
  contactId: string | null;
  channel: Generated<string>;
  language: string | null;
  answeredOn: string;
  attributes: Generated<unknown>;
  given: unknown;
  parts: unknown;
  finished: boolean;
  dismissedAt: Date | null;
}

export interface SiteLinksTable {
  workspaceId: string;
  siteId: string;
  surveyId: string;
  token: string;
}

export interface SitesTable {
  workspaceId: string;
  id: Generated<string>;
  keyEnd: string;
  name: string;
  origins: Generated<string[]>;
  unsignedPersons: Generated<boolean>;
  dailyCap: number | null;
  secretVersion: Generated<number>;
  lastSeenAt: Date | null;
  lastSeenOrigin: string | null;
  lastRefusedAt: Date | null;
  lastRefusedOrigin: string | null;
  createdAt: Generated<Date>;
}

export interface StagesTable {
  workspaceId: string;
  id: Generated<string>;
  journeyId: string;
  name: string;
  position: Generated<number>;
}

export interface SuppressionsTable {
  workspaceId: string;
  emailHash: Buffer;
  reason: string;
  since: Generated<Date>;
}

export interface SurveyEditorsTable {
  workspaceId: string;
  surveyId: string;
  userId: string;
  seenAt: Date;
}

export interface SurveyLinksTable {
  workspaceId: string;
  token: string;
  surveyId: string;
  audience: AudienceType;
  waveId: string | null;
  name: Generated<string>;
  channel: string;
  test: Generated<boolean>;
  closedAt: Date | null;
  createdAt: Generated<Date>;
  work: Generated<number>;
}

export interface SurveyMomentsTable {
  workspaceId: string;
  surveyId: string;
  moments: unknown;
  revision: Generated<number>;
}

export interface SurveyVersionsTable {
  workspaceId: string;
  surveyId: string;
  version: number;
  definition: unknown;
  bindings: unknown;
  publishedAt: Generated<Date>;
  publishedBy: string | null;
}

export interface SurveysTable {
  workspaceId: string;
  id: Generated<string>;
  name: string;
  createdAt: Generated<Date>;
  draft: unknown;
  draftRevision: Generated<number>;
  draftSavedAt: Date | null;
  draftSavedBy: string | null;
  archivedAt: Date | null;
}

export interface TeamMembersTable {
  workspaceId: string;
  teamId: string;
  userId: string;
}

export interface TeamsTable {
  workspaceId: string;
  id: Generated<string>;
  name: string;
}

export interface TicketGroupsTable {
  workspaceId: string;
  waveId: string;
  number: number;
  attributes: unknown;
  people: number;
}

export interface TicketKeysTable {
  workspaceId: string;
  waveId: string;
  modulus: string;
  sealedPrivate: Buffer;
  groupNumber: Generated<number>;
}

export interface TicketMarksTable {
  workspaceId: string;
  waveId: string;
  mark: Buffer;
  blindedHash: Buffer;
  groupNumber: Generated<number>;
}

export interface TolerancesTable {
  workspaceId: string;
  id: Generated<number>;
  itemId: string | null;
  value: number;
  setBy: string | null;
  setAt: Generated<Date>;
}

export interface TouchpointsTable {
  workspaceId: string;
  id: Generated<string>;
  stageId: string;
  name: string;
  description: Generated<string>;
  channels: Generated<string[]>;
  ownerTeamId: string | null;
  leadItemId: string | null;
  position: Generated<number>;
}

export interface UsersTable {
  id: Generated<string>;
  email: string;
  name: string;
  passwordHash: string | null;
  credentialVersion: Generated<number>;
  disabledAt: Date | null;
  createdAt: Generated<Date>;
}

export interface VisitorsTable {
  workspaceId: string;
  visitor: string;
  contactId: string | null;
  attributes: Generated<unknown>;
  optedOut: Generated<boolean>;
  lastSeenOn: string;
}

export interface WaveSchedulesTable {
  workspaceId: string;
  waveId: string;
  status: Generated<string>;
  segmentId: string | null;
  sample: Generated<unknown>;
  seed: number;
  needsConsent: Generated<boolean>;
  sendAt: string | null;
  reminders: Generated<number>;
  reminderDays: Generated<number>;
  enough: number | null;
  texts: Generated<unknown>;
  startedAt: Date | null;
  endedAt: Date | null;
  endedBecause: string | null;
  repeatDays: number | null;
  repeatMost: number | null;
  series: string | null;
  round: Generated<number>;
  drawnAt: Date | null;
}

export interface WavesTable {
  workspaceId: string;
  id: Generated<string>;
  surveyId: string;
  name: string;
  audience: AudienceType;
  audienceSize: number | null;
  simulated: Generated<boolean>;
  startsOn: string | null;
  endsOn: string | null;
}

export interface WebhookDeliveriesTable {
  workspaceId: string;
  id: Generated<string>;
  endpointId: string;
  eventId: number;
  subject: string;
  state: Generated<string>;
  attempts: Generated<number>;
  dueAt: Date;
  lease: string | null;
  leasedUntil: Date | null;
  log: Generated<unknown>;
}

export interface WebhookEndpointsTable {
  workspaceId: string;
  id: Generated<string>;
  type: string;
  name: string;
  sealedUrl: Buffer;
  shownUrl: string;
  events: string[];
  surveyIds: Generated<string[]>;
  enabled: Generated<boolean>;
  disabledBecause: string | null;
  failingSince: Date | null;
  pausedUntil: Date | null;
  sealedSecret: Buffer | null;
  sealedPrevious: Buffer | null;
  previousUntil: Date | null;
  createdAt: Generated<Date>;
  ownersTold: Generated<boolean>;
}

export interface WorkspaceDirectoryTable {
  workspaceId: string;
}

export interface WorkspacesTable {
  id: Generated<string>;
  name: string;
  sample: Generated<boolean>;
  anonymityThreshold: Generated<number>;
  commentThreshold: Generated<number>;
  targetPomp: Generated<number>;
  level: Generated<number>;
  headlineItemId: string | null;
  createdAt: Generated<Date>;
  redirectHosts: Generated<string[]>;
}

export interface Tables {
  answerCounts: AnswerCountsTable;
  answers: AnswersTable;
  apiKeys: ApiKeysTable;
  askDecisions: AskDecisionsTable;
  askingSettings: AskingSettingsTable;
  asks: AsksTable;
  auditLog: AuditLogTable;
  benchmarks: BenchmarksTable;
  commitments: CommitmentsTable;
  contactImports: ContactImportsTable;
  contacts: ContactsTable;
  erasures: ErasuresTable;
  idempotencyKeys: IdempotencyKeysTable;
  importMappings: ImportMappingsTable;
  importRejections: ImportRejectionsTable;
  imports: ImportsTable;
  instanceFacts: InstanceFactsTable;
  invitations: InvitationsTable;
  invites: InvitesTable;
  items: ItemsTable;
  journeys: JourneysTable;
  mailQueue: MailQueueTable;
  mailSettings: MailSettingsTable;
  members: MembersTable;
  oneTimeTokens: OneTimeTokensTable;
  outbox: OutboxTable;
  quarantine: QuarantineTable;
  quotaCounts: QuotaCountsTable;
  responses: ResponsesTable;
  schemaMigrations: SchemaMigrationsTable;
  segments: SegmentsTable;
  sessions: SessionsTable;
  setApartResponses: SetApartResponsesTable;
  siteLinks: SiteLinksTable;
  sites: SitesTable;
  stages: StagesTable;
  suppressions: SuppressionsTable;
  surveyEditors: SurveyEditorsTable;
  surveyLinks: SurveyLinksTable;
  surveyMoments: SurveyMomentsTable;
  surveyVersions: SurveyVersionsTable;
  surveys: SurveysTable;
  teamMembers: TeamMembersTable;
  teams: TeamsTable;
  ticketGroups: TicketGroupsTable;
  ticketKeys: TicketKeysTable;
  ticketMarks: TicketMarksTable;
  tolerances: TolerancesTable;
  touchpoints: TouchpointsTable;
  users: UsersTable;
  visitors: VisitorsTable;
  waveSchedules: WaveSchedulesTable;
  waves: WavesTable;
  webhookDeliveries: WebhookDeliveriesTable;
  webhookEndpoints: WebhookEndpointsTable;
  workspaceDirectory: WorkspaceDirectoryTable;
  workspaces: WorkspacesTable;
}
