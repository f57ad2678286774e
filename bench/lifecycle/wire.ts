import net from 'node:net';

export type Answer = { readonly status: number; readonly body: string };

/** One keep-alive connection that carries one call at a time. Node's own HTTP client costs more than the server. */
export type Wire = {
  /** `head`: request line and headers, without Content-Length and the empty line. Headers and ids are ASCII. */
  call(head: string, body: string): Promise<Answer>;
  close(): void;
};

export async function wire(host: string, port: number): Promise<Wire> {
  const socket = net.connect({ host, port, noDelay: true });
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  let waiting: { resolve(answer: Answer): void; reject(error: Error): void } | null = null;
  let gathered = '';
  // Ours answers in ASCII here: a character is a byte.
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    gathered = gathered === '' ? chunk : gathered + chunk;
    const answer = read(gathered);
    if (answer === null) return;
    gathered = '';
    const { resolve } = waiting ?? unasked();
    waiting = null;
    resolve(answer);
  });
  const broken = (error: Error): void => waiting?.reject(error);
  socket.on('error', broken);
  socket.on('close', () => broken(new Error('the server closed the connection')));
  return {
    call(head, body) {
      return new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        socket.write(`${head}Content-Length: ${body.length}\r\n\r\n${body}`, 'latin1');
      });
    },
    close: () => socket.destroy(),
  };
}

function unasked(): never {
  throw new Error('an answer came that nobody had asked for');
}

/** The answer, when all of it has come. */
function read(text: string): Answer | null {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const at = text.search(/content-length: /i);
  if (at < 0 || at > end) throw new Error(`an answer without a length: ${text.slice(0, 200)}`);
  const length = Number.parseInt(text.slice(at + 16, at + 26), 10);
  if (text.length < end + 4 + length) return null;
  return { status: Number(text.slice(9, 12)), body: text.slice(end + 4, end + 4 + length) };
}
