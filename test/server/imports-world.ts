import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { importsIdle } from '../../src/server/imports/run-import.ts';
import type { Import, ImportSummary, Run } from '../../src/server/imports/schema.ts';
import { type Company, openWorld, type Reply, TERN_FERRIES, type World } from '../world.ts';

/** The example company with a folder for uploads, and the steps of an import as a person takes them. */
export interface ImportWorld {
  readonly world: World;
  readonly company: Company;
  readonly base: string;
  upload(content: string | Buffer, fileName?: string, query?: string): Promise<Reply>;
  /**
   * Uploads, sets the mapping where one is given, runs and waits for the end. A survey of that name is chosen where it is
   * there, as people choose it from the list.
   */
  import(content: string | Buffer, run: Partial<Run> & { mapping?: unknown }): Promise<Import>;
  get(path: string): Promise<Reply>;
  send(method: string, path: string, body?: unknown): Promise<Reply>;
  finished(importId: string): Promise<Import>;
  uploads(): Promise<string[]>;
  close(): Promise<void>;
}

export async function openImportWorld(): Promise<ImportWorld> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'parallax-imports-'));
  const world = await openWorld({ config: { dataDir } });
  const company = await world.company(TERN_FERRIES);
  const who = company.people.analyst;
  const workspace = `/api/v1/workspaces/${company.id}`;
  const base = `${workspace}/imports`;
  const self: ImportWorld = {
    world,
    company,
    base,
    async upload(content, fileName = 'answers.csv', query = '') {
      const response = await world.app.request(`${base}?fileName=${encodeURIComponent(fileName)}${query}`, {
        method: 'POST',
        headers: {
          cookie: who.cookie,
          origin: world.services.config.publicUrl,
          'content-type': 'application/octet-stream',
        },
        body: new Uint8Array(Buffer.from(content)),
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers, text, json: JSON.parse(text) };
    },
    async import(content, { mapping, ...run }) {
      const wanted = { surveyName: 'Answers', ...run };
      const { surveys } = (await self.get(`${workspace}/surveys`)).json as { surveys: { id: string; name: string }[] };
      const there = surveys.find(({ name }) => name === wanted.surveyName);
      const uploaded = await self.upload(content);
      if (uploaded.status !== 201) throw new Error(`upload: ${uploaded.text}`);
      const { id } = uploaded.json as Import;
      if (mapping) {
        const set = await self.send('PUT', `${base}/${id}/mapping`, mapping);
        if (set.status !== 200) throw new Error(`mapping: ${set.text}`);
      }
      const started = await self.send('POST', `${base}/${id}/run`, {
        mode: 'valid_rows',
        ...wanted,
        ...(there ? { surveyId: there.id, surveyName: undefined } : {}),
      });
      if (started.status !== 202) throw new Error(`run: ${started.text}`);
      return self.finished(id);
    },
    get: (suffix) => world.ask(who, 'GET', suffix.startsWith('/') ? suffix : `${base}/${suffix}`),
    send: (method, suffix, body) => world.ask(who, method, suffix, body),
    async finished(importId) {
      await importsIdle();
      return (await self.get(importId)).json as Import;
    },
    uploads: () => readdir(path.join(dataDir, 'uploads')).catch(() => []),
    async close() {
      await importsIdle();
      await world.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
  return self;
}

export type { Import, ImportSummary };
