import { randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';

/** What the sender is told to do; it runs in a thread of its own, so that it does not slow down whom it measures. */
export interface Load {
  readonly port: number;
  readonly link: string;
  readonly connections: number;
  readonly seconds: number;
  /** 1: whole responses. More: visits that send as many answers one by one. */
  readonly partsPerResponse: number;
  readonly questions: number;
  /** Responses that all connections begin together in a second; as many as get through where nothing is said. */
  readonly perSecond?: number;
  /** Another address of this machine to send from, such as 127.0.0.2: limits are kept for each network. */
  readonly from?: string;
  /** A robot, who is sent away after a while and comes again all the same. */
  readonly robot?: true;
}
export interface Sent {
  readonly requests: number;
  readonly responses: number;
  readonly seconds: number;
  /** Milliseconds of every request. */
  readonly latencies: Float64Array;
}

if (parentPort) parentPort.postMessage(await run(workerData as Load));
else if (process.send) {
  const { requests } = await run(JSON.parse(process.argv[2] ?? ''));
  process.send(requests, () => process.exit());
}

async function run(load: Load): Promise<Sent> {
  const latencies: number[] = [];
  let responses = 0;
  const began = performance.now();
  const until = began + load.seconds * 1000;
  await Promise.all(
    Array.from({ length: load.connections }, async (_, i) => {
      let line = await open(load);
      const every = load.perSecond ? (load.connections * 1000) / load.perSecond : 0;
      for (let due = began + (every * i) / load.connections; performance.now() < until; due += every) {
        if (due > performance.now()) await new Promise((resolve) => setTimeout(resolve, due - performance.now()));
        if (load.robot && !line.isOpen()) line = await open(load);
        const response = randomUUID();
        for (let part = 0; part < load.partsPerResponse; part++) {
          const start = performance.now();
          const status = await line.post(bodyOf(load, response, part));
          if (status !== 200 && !load.robot) throw new Error(`answered ${status}`);
          latencies.push(performance.now() - start);
        }
        responses += 1;
      }
      line.close();
    }),
  );
  const seconds = (performance.now() - began) / 1000;
  return { requests: latencies.length, responses, seconds, latencies: Float64Array.from(latencies) };
}

function bodyOf({ link, partsPerResponse, questions }: Load, response: string, part: number): string {
  const whole = partsPerResponse === 1;
  let answers = '';
  for (let i = whole ? 0 : part; i < (whole ? questions : part + 1); i++) {
    answers += `${answers ? ',' : ''}"q${i}":${1 + ((response.charCodeAt(i) + i) % 5)}`;
  }
  const finished = part === partsPerResponse - 1;
  return `{"link":"${link}","response":"${response}","version":1,"part":${part},"answers":{${answers}},"language":"en","finished":${finished},"took":${60_000 + part}}`;
}

interface Line {
  /** The status; 0 where the line was cut before it came. */
  post(body: string): Promise<number>;
  /** Whoever is sent away before their body is read has to come on another line. */
  isOpen(): boolean;
  close(): void;
}

/** One kept connection that sends one request at a time: bare sockets cost the sender least. */
function open({ port, from }: Load): Promise<Line> {
  return new Promise((resolve, reject) => {
    let received = '';
    let answered: (status: number) => void = () => {};
    let ended = false;
    const where = { port, host: '127.0.0.1', noDelay: true, ...(from === undefined ? {} : { localAddress: from }) };
    const socket: Socket = connect(where, () =>
      resolve({
        post: (body) =>
          new Promise((settle) => {
            answered = settle;
            socket.write(
              `POST /api/v1/responses HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
            );
          }),
        isOpen: () => !ended,
        close: () => socket.destroy(),
      }),
    );
    socket.setEncoding('latin1');
    socket.on('error', reject);
    socket.on('close', () => {
      ended = true;
      answered(0);
    });
    socket.on('data', (text: string) => {
      received += text;
      const head = received.indexOf('\r\n\r\n');
      if (head < 0) return;
      const length = /\r\ncontent-length: (\d+)/i.exec(received.slice(0, head));
      const complete = length
        ? received.length >= head + 4 + Number(length[1])
        : received.endsWith('0\r\n\r\n') && received.length > head + 4;
      if (!complete) return;
      const status = Number(received.slice(9, 12));
      ended ||= /\r\nconnection: close/i.test(received.slice(0, head));
      received = '';
      answered(status);
    });
  });
}
