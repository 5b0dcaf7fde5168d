import { ApiProblem, apiPath, type Query, randomKey, readProblem } from '../api.ts';

export interface Upload<T> {
  readonly done: Promise<T>;
  readonly cancel: () => void;
}

/** Sends a file as a stream; XMLHttpRequest because fetch does not say how far an upload has come. */
export function upload<T>(
  path: string,
  query: Query,
  file: File,
  onProgress: (share: number) => void,
  type = 'application/octet-stream',
): Upload<T> {
  const request = new XMLHttpRequest();
  const done = new Promise<T>((resolve, reject) => {
    request.open('POST', apiPath(path, query));
    request.setRequestHeader('content-type', type);
    request.setRequestHeader('accept', 'application/json');
    request.setRequestHeader('idempotency-key', randomKey());
    request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
    request.onload = () =>
      request.status < 300
        ? resolve(JSON.parse(request.responseText))
        : reject(readProblem(request.status, request.responseText));
    request.onerror = () =>
      reject(new ApiProblem(0, 'unreachable', 'The upload broke off. Check the connection and choose the file again.'));
    request.onabort = () => reject(new ApiProblem(0, 'cancelled', 'The upload was cancelled. Nothing was kept.'));
    request.send(file);
  });
  return { done, cancel: () => request.abort() };
}
