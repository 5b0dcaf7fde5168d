import { createServer, type Server } from 'node:http';
import net from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OutboundAnswer, sendOut } from '../../src/server/outbound/send-out.ts';
import { isPublicAddress } from '../../src/server/outbound/special-addresses.ts';

/**
 * The trap: a listener on every loopback and wildcard address of this machine, which must never see a connection
 * unless a test lets it through by OUTBOUND_ALLOW.
 */
let trap: net.Server;
let trapPort: number;
let caught = 0;
beforeAll(async () => {
  trap = net.createServer((socket) => {
    caught++;
    socket.destroy();
  });
  trapPort = await listen(trap, '::');
});
afterAll(() => trap.close());

function listen(server: net.Server | Server, host = '127.0.0.1'): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, host, () => resolve((server.address() as net.AddressInfo).port));
  });
}

const nobody = { outboundAllow: [] };
const loopback = { outboundAllow: ['127.0.0.1'] };
const post = (url: string) => ({
  url,
  method: 'POST' as const,
  headers: { 'content-type': 'application/json' },
  body: '{}',
});
const outcome = (answer: OutboundAnswer) => ('failed' in answer ? answer.failed : answer.status);

/** Addresses that lead into the machine, its network or its cloud, each in the form that a resolver gives. */
const INSIDE = [
  ...['127.0.0.1', '127.0.0.2', '127.1.2.3', '127.255.255.254', '0.0.0.0', '0.1.2.3', '10.0.0.1', '10.255.255.255'],
  ...['172.16.0.1', '172.31.255.254', '192.168.0.1', '192.168.255.1', '169.254.169.254', '169.254.0.1', '100.64.0.1'],
  ...['100.100.100.200', '100.127.255.255', '192.0.0.1', '192.0.0.192', '192.0.2.1', '198.18.0.1', '198.19.255.255'],
  ...['198.51.100.7', '203.0.113.9', '192.88.99.1', '224.0.0.1', '239.255.255.250', '240.0.0.1', '255.255.255.255'],
  ...['168.63.129.16', '::', '::1', '::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:10.0.0.1', '::ffff:169.254.169.254'],
  ...['::127.0.0.1', '::7f00:1', '64:ff9b::7f00:1', '64:ff9b::127.0.0.1', '64:ff9b::a9fe:a9fe', '64:ff9b:1::7f00:1'],
  ...['64:ff9b:1:ffff::10.0.0.1', '100::1', '2001::1', '2001:0:7f00:1::', '2001:10::1', '2001:db8::1', '2002:7f00:1::'],
  ...['2002:a9fe:a9fe::1', '3fff::1', '5f00::1', 'fc00::1', 'fd00:ec2::254', 'fdff::1', 'fe80::1', 'fe80::1%eth0'],
  ...['febf::1', 'fec0::1', 'ff02::1', 'ff0e::1', '::ffff:0:127.0.0.1', '4000::1', '0:0:0:0:0:0:0:1', '::ffff:0.0.0.0'],
];

/** The same places as somebody would write them into a form. */
const SPELLINGS = [
  ...['127.1', '127.0.1', '2130706433', '017700000001', '0x7f000001', '0x7f.1', '0x7F.0x0.0x0.0x1', '0177.0.0.1'],
  ...['0177.0.0.01', '00000177.0.0.1', '127.0.0.1.', '0', '0.', '0x0', '00', '0.0.0.0.', '127.0.0.0x1', '127.0x1'],
  ...[
    '１２７.０.０.１',
    '①②⑦.⓪.⓪.①',
    '127。0。0。1',
    '127．0．0．1',
    '127｡0｡0｡1',
    '𝟏𝟐𝟕.𝟎.𝟎.𝟏',
    '１２７。１',
    '%31%32%37.0.0.1',
  ],
  ...[
    '127.0.0.%31',
    '0x7f%2e1',
    '[::1]',
    '[::]',
    '[0:0:0:0:0:0:0:1]',
    '[0000::0001]',
    '[::ffff:127.0.0.1]',
    '[::FFFF:7F00:1]',
  ],
  ...['[::ffff:127.1.1.1]', '[::127.0.0.1]', '[64:ff9b::127.0.0.1]', '[64:FF9B::7F00:1]', '[64:ff9b:1::127.0.0.1]'],
  ...[
    '[2002:7f00:0001::]',
    '[2001:0:7f00:1::]',
    '[fd00:ec2::254]',
    '[fe80::1]',
    '[fc00::]',
    '[ff02::1]',
    '[fe80::1%25eth0]',
  ],
  ...['10.1', '10.0.1', '167772161', '0xa000001', '012.0.0.1', '0xA.0.0.1', '192.168.1', '3232235777', '0xc0a80101'],
  ...['0300.0250.1.1', '172.16.1', '2886729729', '169.254.43518', '2852039166', '0xa9fea9fe', '0251.0376.0251.0376'],
  ...[
    '169.16689662',
    '0xa9.0xfe.0xa9.0xfe',
    '[::ffff:a9fe:a9fe]',
    '[::ffff:169.254.169.254]',
    '100.6603464',
    '1684301000',
  ],
  ...[
    '4294967295',
    '0xffffffff',
    '255.255.255.255.',
    '037777777777',
    '224.1',
    '[::ffff:0:127.0.0.1]',
    '３２３２２３５７７７',
  ],
];

/** No addresses, or addresses that hide where they go. */
const BAD = [
  ...['', 'nothing', '//127.0.0.1/', '/hook', 'ftp://127.0.0.1/', 'file:///etc/passwd', 'gopher://127.0.0.1:25/_x'],
  ...[
    'javascript:alert(1)',
    'data:text/plain,x',
    'ws://127.0.0.1/',
    'unix:/var/run/docker.sock',
    'https://',
    'https:///',
  ],
  ...[
    'https://user@example.org/',
    'https://user:pass@example.org/',
    'https://example.org@127.0.0.1/',
    'https://:x@a.example/',
  ],
  ...['https://example.org%40127.0.0.1/', 'https://256.256.256.256/', 'https://0x100000000/', 'https://1.2.3.4.5/'],
  ...['https://[::1/', 'https://[::g]/', 'https://exa mple.org/', 'https://example.org:99999/', 'https://08.8.8.8/'],
  ...[
    'http+unix://%2Fvar%2Frun/',
    'https://exa\u0000mple.org/',
    'https://<script>/',
    'dict://127.0.0.1:11211/',
    'blob:https://a/',
  ],
];

test('every special address is refused, in any of its forms; public ones are not', () => {
  expect(INSIDE.filter(isPublicAddress)).toEqual([]);
  const outside = [
    '8.8.8.8',
    '1.1.1.1',
    '93.184.216.34',
    '172.15.255.255',
    '172.32.0.1',
    '100.63.255.255',
    '100.128.0.1',
  ];
  const outside6 = ['2606:4700::1111', '2a00:1450:4001::200e', '2001:4860:4860::8888', '2400:cb00::1'];
  expect(
    [...outside, ...outside6, '192.0.1.1', '11.0.0.1', '223.255.255.255'].filter((one) => !isPublicAddress(one)),
  ).toEqual([]);
  expect(['', 'localhost', '127.0.0', '1.2.3.4.5', '::g'].filter(isPublicAddress)).toEqual([]);
});

test('200 spellings of addresses inside reach nobody', { timeout: 60_000 }, async () => {
  const asked: string[] = [];
  // Names that somebody points at the inside, as sslip.io and the like do for any address.
  const resolve = async (name: string) => {
    asked.push(name);
    return [name.replace(/\.sslip\.example$/, '').replaceAll('_', ':')];
  };
  const names = INSIDE.map((address) => `${address.replaceAll(':', '_').replace('%', '')}.sslip.example`);
  const literals = INSIDE.map((address) => (address.includes(':') ? `[${address}]` : address));
  const hosts = [...new Set([...SPELLINGS, ...literals, ...names])];
  const urls = hosts.map((host, i) => `http${i % 2 ? 's' : ''}://${host}:${trapPort}/hook?x=1`);
  const before = caught;
  const answers = await Promise.all(
    [...urls, ...BAD].map(async (url) => ({ url, outcome: outcome(await sendOut(nobody, post(url), { resolve })) })),
  );
  expect(answers.length).toBeGreaterThan(200);
  expect(caught - before).toBe(0);
  const refused = new Set(['private_address', 'bad_address']);
  expect(answers.filter((one) => !refused.has(String(one.outcome)))).toEqual([]);
  // What is an address already is never looked up.
  expect(asked.filter((name) => !name.endsWith('.sslip.example'))).toEqual([]);
});

test('the trap does catch: let through by the operator, the same request arrives', async () => {
  const before = caught;
  const answer = await sendOut(loopback, post(`http://127.0.0.1:${trapPort}/`));
  expect(outcome(answer)).toBe('broken_off');
  expect(caught - before).toBe(1);
});

test('one private address among public ones refuses them all', async () => {
  for (const addresses of [['93.184.216.34', '127.0.0.1'], ['::1', '2606:4700::1111'], []]) {
    const answer = await sendOut(nobody, post(`https://mixed.example:${trapPort}/`), {
      resolve: async () => addresses,
    });
    expect(outcome(answer)).toBe(addresses.length === 0 ? 'name_not_found' : 'private_address');
  }
});

test('a name server that changes its mind: the connection goes to the address that was checked', async () => {
  const before = caught;
  let asked = 0;
  const rebinding = async () => [asked++ === 0 ? '192.0.2.200' : '127.0.0.1'];
  // An address that is special but let through stands for the public one: nothing listens there, and nothing else is tried.
  const answer = await sendOut({ outboundAllow: ['192.0.2.200'] }, post(`http://rebind.example:${trapPort}/`), {
    resolve: rebinding,
    timeoutMs: 300,
  });
  expect(['timeout', 'unreachable']).toContain(outcome(answer));
  expect(asked).toBe(1);
  expect(outcome(await sendOut(nobody, post(`https://rebind.example:${trapPort}/`), { resolve: rebinding }))).toBe(
    'private_address',
  );
  expect(caught - before).toBe(0);
});

test('the checked address is pinned, while name, Host and TLS name stay what was typed', async () => {
  let host: string | undefined;
  const plain = createServer((request, response) => {
    host = request.headers.host;
    response.end();
  });
  const port = await listen(plain);
  const resolve = async () => ['127.0.0.1'];
  expect(outcome(await sendOut(loopback, post(`http://Hooks.Example.:${port}/`), { resolve }))).toBe(200);
  expect(host).toBe(`hooks.example.:${port}`);
  plain.close();

  let hello = '';
  const tls = net.createServer((socket) => {
    socket.once('data', (bytes) => {
      hello = bytes.toString('latin1');
      socket.destroy();
    });
    socket.on('error', () => {});
  });
  const tlsPort = await listen(tls);
  expect(outcome(await sendOut(loopback, post(`https://hooks.example:${tlsPort}/`), { resolve }))).toBe('broken_off');
  expect(hello).toContain('hooks.example');
  tls.close();
});

test('http: only where the operator allows it', async () => {
  const resolve = async () => ['93.184.216.34'];
  expect(outcome(await sendOut(nobody, post('http://hooks.example/'), { resolve }))).toBe('not_https');
});

test('an allowed name is reached at whatever address it has, and no other name at that address', async () => {
  const server = createServer((_, response) => response.end());
  const port = await listen(server);
  const config = { outboundAllow: ['hooks.internal'] };
  const resolve = async () => ['127.0.0.1'];
  expect(outcome(await sendOut(config, post(`http://hooks.internal:${port}/`), { resolve }))).toBe(200);
  expect(outcome(await sendOut(config, post(`http://other.internal:${port}/`), { resolve }))).toBe('private_address');
  expect(outcome(await sendOut(config, post(`http://127.0.0.1:${port}/`), { resolve }))).toBe('private_address');
  server.close();
});

test('redirects are not followed, whatever their number and wherever they lead', async () => {
  const before = caught;
  let asked = 0;
  const server = createServer((request, response) => {
    asked++;
    const status = Number(request.url?.slice(1));
    response.writeHead(status, {
      location: `http://127.0.0.1:${trapPort}/`,
      refresh: `0; url=http://127.0.0.1:${trapPort}/`,
    });
    response.end();
  });
  const port = await listen(server);
  for (const status of [300, 301, 302, 303, 305, 307, 308]) {
    expect(outcome(await sendOut(loopback, post(`http://127.0.0.1:${port}/${status}`)))).toBe(status);
  }
  expect({ asked, caught: caught - before }).toEqual({ asked: 7, caught: 0 });
  server.close();
});

test('a receiver that hangs, drips, floods or breaks off costs no more than the deadline', async () => {
  let sent = 0;
  const server = createServer((request, response) => {
    if (request.url === '/hang') return;
    if (request.url === '/cut') return void response.socket?.destroy();
    response.writeHead(200);
    if (request.url === '/drip') return void response.write('.');
    const flood = () => {
      while (!response.destroyed && sent < 1e9) {
        sent += 65_536;
        if (!response.write(Buffer.alloc(65_536))) return void response.once('drain', flood);
      }
    };
    flood();
  });
  const port = await listen(server);
  const send = (path: string) => sendOut(loopback, post(`http://127.0.0.1:${port}${path}`), { timeoutMs: 200 });
  expect(outcome(await send('/hang'))).toBe('timeout');
  expect(outcome(await send('/cut'))).toBe('broken_off');
  // Its answer is there: what follows the status is nobody's business.
  expect(outcome(await send('/drip'))).toBe(200);
  expect(outcome(await sendOut(loopback, post(`http://127.0.0.1:${port}/flood`)))).toBe(200);
  expect(sent).toBeLessThan(50e6);
  const slowNames = { resolve: () => new Promise<string[]>(() => {}), timeoutMs: 100 };
  expect(outcome(await sendOut(nobody, post('https://slow.example/'), slowNames))).toBe('timeout');
  server.closeAllConnections();
  server.close();
});

test('asked to stop, it stops; nothing listens: unreachable; headers are only the few', async () => {
  const stop = new AbortController();
  stop.abort();
  expect(outcome(await sendOut(loopback, post('http://127.0.0.1:1/'), { signal: stop.signal }))).toBe('stopped');
  expect(outcome(await sendOut(loopback, post('http://127.0.0.1:1/')))).toBe('unreachable');
  for (const name of ['host', 'authorization', 'cookie', 'transfer-encoding', 'x-forwarded-for', 'Metadata-Flavor']) {
    await expect(sendOut(loopback, { ...post('http://127.0.0.1:1/'), headers: { [name]: 'x' } })).rejects.toThrow(name);
  }
});

test('Retry-After in seconds and as a date, at most a day; nonsense is none', async () => {
  const server = createServer((request, response) => {
    response.writeHead(429, { 'retry-after': decodeURIComponent(request.url?.slice(1) ?? '') });
    response.end();
  });
  const port = await listen(server);
  const after = async (text: string) => {
    const answer = await sendOut(loopback, post(`http://127.0.0.1:${port}/${encodeURIComponent(text)}`));
    return 'status' in answer ? answer.retryAfter : answer.failed;
  };
  expect(await after('120')).toBe(120);
  expect(await after('999999')).toBe(86_400);
  expect(await after(new Date(Date.now() + 60_000).toUTCString())).toBeGreaterThan(55);
  expect(await after('soon')).toBeUndefined();
  expect(await after('-5')).toBeUndefined();
  server.close();
});
