import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lockDataFolder, openDataFolder, readOrMakeSecrets, StartError } from './data-folder.ts';
import { processWorld, startTimeOf } from './processes.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'parallax-folder-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the lock', () => {
  const claim = (name: string) => {
    mkdirSync(path.join(folder, 'lock'), { recursive: true });
    writeFileSync(path.join(folder, 'lock', name), '');
  };

  test('is held once, and free again after release', async () => {
    const lock = await lockDataFolder(folder);
    await expect(lockDataFolder(folder)).rejects.toThrow(`PID ${process.pid}`);
    await lock.release();
    await (await lockDataFolder(folder)).release();
    expect(readdirSync(path.join(folder, 'lock'))).toEqual([]);
  });

  test('of a process that is gone does not block, nor that of a later process with the same PID', async () => {
    claim(`${process.ppid}.1.${processWorld()}`);
    claim(`4194303.17.${processWorld()}`);
    const lock = await lockDataFolder(folder, 0);
    expect(readdirSync(path.join(folder, 'lock'))).toHaveLength(1);
    await lock.release();
  });

  test('of a living process is waited for, then refused with its PID', async () => {
    claim(`${process.ppid}.${startTimeOf(process.ppid)}.${processWorld()}`);
    await expect(lockDataFolder(folder, 120)).rejects.toThrow(`PID ${process.ppid}`);
    // Nothing of the refused one stays behind.
    expect(readdirSync(path.join(folder, 'lock'))).toHaveLength(1);
  });

  test('of another container counts while its heartbeat is fresh', async () => {
    claim('7.99.elsewhere');
    await expect(lockDataFolder(folder, 0)).rejects.toThrow('PID 7');
    const before = new Date(Date.now() - 60_000);
    utimesSync(path.join(folder, 'lock', '7.99.elsewhere'), before, before);
    await (await lockDataFolder(folder, 0)).release();
  });
});

describe('secrets', () => {
  test('are made once, readable by the owner alone', async () => {
    const made = await readOrMakeSecrets(folder);
    expect(statSync(path.join(folder, 'secrets.json')).mode & 0o777).toBe(0o600);
    expect(new Set(Object.values(made)).size).toBe(4);
    for (const secret of Object.values(made)) expect(secret).toMatch(/^[A-Za-z0-9_-]{48}$/);
    expect(await readOrMakeSecrets(folder)).toEqual(made);
  });

  test('that others can read are refused with how to mend it', async () => {
    await readOrMakeSecrets(folder);
    chmodSync(path.join(folder, 'secrets.json'), 0o640);
    await expect(readOrMakeSecrets(folder)).rejects.toThrow(/chmod 600/);
  });

  test('that are damaged, or missing beside a database, are refused and never replaced', async () => {
    writeFileSync(path.join(folder, 'secrets.json'), '{"superuserPassword": "', { mode: 0o600 });
    await expect(readOrMakeSecrets(folder)).rejects.toThrow(/damaged/);
    expect(readFileSync(path.join(folder, 'secrets.json'), 'utf8')).toBe('{"superuserPassword": "');
    rmSync(path.join(folder, 'secrets.json'));
    mkdirSync(path.join(folder, 'postgres'));
    await expect(readOrMakeSecrets(folder)).rejects.toThrow(/missing/);
  });
});

test('a data folder that is a file is a sentence', async () => {
  const file = path.join(folder, 'file');
  writeFileSync(file, '');
  await expect(openDataFolder(file)).rejects.toThrow(StartError);
  await expect(openDataFolder(path.join(file, 'below'))).rejects.toThrow(/is not a folder/);
});
