// One address for a page of somebody's own and for the server, as a proxy in front of both gives it. In: the files of the page, the server. Out: the address. Never: a request changed on the way.
import { createServer, request, type Server as HttpServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';

export type File = { type: string; text: string };

/** Serves the files by their paths and passes everything else on; `localhost`, so that the browser gives camera and microphone. */
export async function front(server: string, fileByPath: Record<string, File>): Promise<{ base: string; stop: () => void }> {
  const { hostname, port } = new URL(server);
  const http: HttpServer = createServer((asked, answer) => {
    const file = fileByPath[asked.url ?? ''];
    if (file) return answer.writeHead(200, { 'content-type': file.type }).end(file.text);
    const { method, url: path, headers } = asked;
    const onward = request({ hostname, port, method, path, headers }, (answered) => {
      answer.writeHead(answered.statusCode ?? 502, answered.headers);
      answered.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    return asked.pipe(onward);
  });
  http.on('upgrade', (asked, near, head) => {
    const far = connect(Number(port), hostname, () => {
      const lines = [`${asked.method} ${asked.url} HTTP/1.1`];
      for (let at = 0; at < asked.rawHeaders.length; at += 2) lines.push(`${asked.rawHeaders[at]}: ${asked.rawHeaders[at + 1]}`);
      far.write(`${lines.join('\r\n')}\r\n\r\n`);
      far.write(head);
      near.pipe(far).pipe(near);
    });
    for (const [end, other] of [[near, far], [far, near]] as const) {
      end.on('error', () => other.destroy());
      end.on('close', () => other.destroy());
    }
  });
  await new Promise<void>((ready) => http.listen(0, '127.0.0.1', ready));
  const stop = () => {
    http.close();
    http.closeAllConnections();
  };
  return { base: `http://localhost:${(http.address() as AddressInfo).port}`, stop };
}
