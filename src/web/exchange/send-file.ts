import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { ApiProblem, type Query } from '../api.ts';
import { bytes } from '../ui/format.ts';
import { type Upload, upload } from '../ui/upload.ts';

const MOST_BYTES = 50 * 1024 * 1024;

/** Sends one file as often as it takes: first to see what it would be, then to do it. */
export function useSendFile<T>(workspaceId: string, path: string) {
  const [share, setShare] = useState<number | null>(null);
  const [error, setError] = useState<unknown>(null);
  const running = useRef<Upload<T> | null>(null);
  const client = useQueryClient();
  /** The answer; null when it was refused or cancelled, which is told in `error`. */
  async function send(file: File, query: Query): Promise<T | null> {
    setError(null);
    const said = refusal(file);
    if (said) {
      setError(new ApiProblem(0, 'unsuitable', said));
      return null;
    }
    setShare(0);
    running.current = upload<T>(path, { fileName: file.name.slice(-255), ...query }, file, setShare);
    try {
      const answer = await running.current.done;
      if (query['preview'] !== 'true') await client.invalidateQueries({ queryKey: ['workspace', workspaceId] });
      return answer;
    } catch (problem) {
      setError(problem);
      return null;
    } finally {
      setShare(null);
    }
  }
  return { send, share, error, cancel: () => running.current?.cancel() };
}

function refusal(file: File): string | undefined {
  if (file.size === 0) return `${file.name} is empty.`;
  if (file.size <= MOST_BYTES) return undefined;
  return `${file.name} has ${bytes(file.size)}; the limit is ${bytes(MOST_BYTES)}. Larger tables come in under Import.`;
}
