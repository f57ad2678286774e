/** The least that a Node server can do with a call: read its body, answer a text of a given length. */
import { createServer } from 'node:http';

const text = 'x'.repeat(Number(process.argv[2]));
const server = createServer((request, response) => {
  request.on('data', () => undefined);
  request.on('end', () => {
    response.writeHead(201, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': text.length,
    });
    response.end(text);
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`{"url":"http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}"}\n`);
});
process.on('SIGTERM', () => process.exit(0));
