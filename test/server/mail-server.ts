import type { Socket } from 'node:net';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';

type Behaviour = 'accept' | 'hang' | 'drop after data' | 'hang in data';
interface Received {
  readonly to: string;
  readonly raw: Buffer;
}

/** A mail server that does what real ones do on bad days. */
export class MailServer {
  received: Received[] = [];
  behaviour: Behaviour = 'accept';
  /** What the server says to an address: a status and a text. */
  refuse = new Map<string, string>();
  greetingRefusal: string | undefined;
  private readonly server: SMTPServer;
  private readonly sockets = new Set<Socket>();

  constructor() {
    this.server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS', 'AUTH'],
      closeTimeout: 100,
      onConnect: (_, done) => {
        if (this.behaviour === 'hang') return;
        done(this.greetingRefusal ? problem(this.greetingRefusal) : null);
      },
      onRcptTo: ({ address }, _, done) => {
        const said = this.refuse.get(address) ?? this.refuse.get('*');
        done(said ? problem(said) : null);
      },
      onData: (stream, session, done) => this.take(stream, session, done),
    });
    this.server.on('error', () => {});
    this.server.server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
  }

  private take(stream: SMTPServerDataStream, session: SMTPServerSession, done: (error?: Error | null) => void) {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      this.received.push({ to: session.envelope.rcptTo[0]?.address ?? '', raw: Buffer.concat(chunks) });
      if (this.behaviour === 'drop after data') this.cut(session.remotePort);
      else if (this.behaviour !== 'hang in data') done();
    });
  }

  cut(remotePort?: number) {
    for (const socket of this.sockets) {
      if (remotePort === undefined || socket.remotePort === remotePort) socket.destroy();
    }
  }
  reset() {
    this.cut();
    this.received = [];
    this.behaviour = 'accept';
    this.refuse.clear();
    this.greetingRefusal = undefined;
  }
  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    const address = this.server.server.address();
    if (typeof address !== 'object' || address === null) throw new Error('no port');
    return address.port;
  }
  close() {
    this.cut();
    return new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}

function problem(said: string): Error {
  return Object.assign(new Error(said.slice(4)), { responseCode: Number(said.slice(0, 3)) });
}
