import type { Route } from './route.ts';

/**
 * Every route of the API, one list per feature. The app mounts it, the OpenAPI document is written from it, and the
 * policy and fuzz tests walk it.
 */
export const ROUTES: readonly Route[] = [];
