import net from 'node:net';

export type Request = {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
};

export type Answer = {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
};

/** What a client sees instead of an answer. `hang`: nothing came within its patience, on an open connection. */
export type Silence = { readonly status: 'refused' | 'broken' | 'hang' };

/** One connection that stays open, and carries one call at a time. It connects again after it broke. */
export type Line = {
  call(request: Request): Promise<Answer | Silence>;
  close(): void;
};

/** Raw sockets: a driver that costs much less than the server it loads, and sees exactly what comes over the wire. */
export function line(port: number, patienceMs: number): Line {
  let socket: net.Socket | null = null;
  let settle: ((answer: Answer | Silence) => void) | null = null;
  let received = '';

  function done(answer: Answer | Silence): void {
    const waiting = settle;
    settle = null;
    received = '';
    if (typeof answer.status === 'string' || answer.headers.connection === 'close') drop();
    waiting?.(answer);
  }

  function drop(): void {
    socket?.removeAllListeners();
    socket?.on('error', () => undefined);
    socket?.destroy();
    socket = null;
  }

  function open(): net.Socket {
    const fresh = net.connect({ port, host: '127.0.0.1', noDelay: true });
    let connected = false;
    fresh.setEncoding('latin1');
    fresh.on('connect', () => {
      connected = true;
    });
    fresh.on('data', (chunk: string) => {
      received += chunk;
      const answer = parse(received);
      if (answer !== null) done(answer);
    });
    fresh.on('error', () => undefined);
    fresh.on('close', () => {
      if (settle === null) drop();
      else done({ status: connected ? 'broken' : 'refused' });
    });
    return fresh;
  }

  return {
    call(request) {
      if (settle !== null) throw new Error('one call at a time');
      socket ??= open();
      const used = socket;
      return new Promise((resolve) => {
        const timer = setTimeout(() => done({ status: 'hang' }), patienceMs);
        settle = (answer) => {
          clearTimeout(timer);
          resolve(answer);
        };
        used.write(bytesOf(request), 'latin1');
      });
    },
    close: drop,
  };
}

function bytesOf({ method, path, headers, body }: Request): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const length = method === 'POST' ? `Content-Length: ${body.length}\r\n` : '';
  return `${method} ${path} HTTP/1.1\r\nHost: localhost\r\n${lines.join('')}${length}\r\n${body}`;
}

/** Null: more is to come. Every answer that these scripts ask for tells its length (RFC 9112, 6.3). */
function parse(text: string): Answer | null {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const [first = '', ...rest] = text.slice(0, end).split('\r\n');
  const headers = Object.fromEntries(
    rest.map((one) => {
      const colon = one.indexOf(':');
      return [one.slice(0, colon).toLowerCase(), one.slice(colon + 1).trim()];
    }),
  );
  const length = Number(headers['content-length'] ?? Number.NaN);
  if (!Number.isInteger(length)) throw new Error(`an answer without a length: ${text.slice(0, end)}`);
  if (text.length < end + 4 + length) return null;
  return { status: Number(first.split(' ')[1]), headers, body: text.slice(end + 4, end + 4 + length) };
}
