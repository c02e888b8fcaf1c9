// The whole network of one person's device: page, WebSocket and media. In: a server. Out: an address of one's own for it, and a cut that nobody is told of. Never: a connection closed by the cut; packets stop coming, as where a cable is pulled.
import { type AddressInfo, connect, createServer, type Server as TcpServer, type Socket } from 'node:net';
import type { Page } from 'playwright-core';
import { FREE } from './phases';
import { Line } from './relay';
import type { Seat } from './server';

export class Network {
  private readonly media = new Line(FREE);
  private readonly sockets = new Set<Socket>();
  private isCut = false;

  private constructor(private readonly tcp: TcpServer, readonly base: string) {}

  static async to(server: string): Promise<Network> {
    const { hostname, port } = new URL(server);
    const tcp = createServer();
    await new Promise<void>((ready) => tcp.listen(0, '127.0.0.1', ready));
    const network = new Network(tcp, `http://localhost:${(tcp.address() as AddressInfo).port}`);
    tcp.on('connection', (near) => network.carry(near, connect(Number(port), hostname)));
    return network;
  }

  /** The seat's link, by way of this network. */
  seat(seat: Seat): Seat {
    return { ...seat, link: seat.link.replace(/^http:\/\/[^/]+/, this.base) };
  }

  async prepare(page: Page): Promise<void> {
    await this.media.prepare(page);
  }

  async cut(): Promise<void> {
    this.isCut = true;
    for (const socket of this.sockets) socket.pause();
    if (this.media.isUsed) await this.media.order('down.outage = true, up.outage = true');
  }

  async mend(): Promise<void> {
    this.isCut = false;
    for (const socket of this.sockets) socket.resume();
    if (this.media.isUsed) await this.media.order('down.outage = false, up.outage = false');
  }

  async stop(): Promise<void> {
    this.tcp.close();
    for (const socket of this.sockets) socket.destroy();
    await this.media.stop();
  }

  /** What comes from either end goes to the other; during a cut it waits, as the systems of both ends would send it again. */
  private carry(near: Socket, far: Socket): void {
    for (const [end, other] of [[near, far], [far, near]] as const) {
      this.sockets.add(end);
      end.on('data', (bytes) => other.write(bytes));
      end.on('error', () => end.destroy());
      end.on('close', () => {
        this.sockets.delete(end);
        other.destroy();
      });
      if (this.isCut) end.pause();
    }
  }
}
