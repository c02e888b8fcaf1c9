// A certified OpenID Connect provider on loopback, for the tests of staff sign-in.
//
// In: the callback of the server under test, as its argument; `rotate` and `stop`, a line each.
// Out: one line with its issuer; its own pages to sign in and to agree.
// Never: a stand-in. What signs and checks here is the npm package that real providers run.
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import Provider from 'oidc-provider';

const [callback] = process.argv.slice(2);

/** A fresh signing key, as the provider keeps it. */
function signingKey(kid) {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' };
}

/** The provider at an issuer, with these keys. */
function provider(issuer, keys) {
  return new Provider(issuer, {
    clients: [
      {
        client_id: 'bedside',
        client_secret: 'a secret: 100% ours',
        redirect_uris: [callback],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    cookies: { keys: ['for a test on loopback'] },
    jwks: { keys },
    pkce: { required: () => true },
    findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  });
}

const server = createServer();
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const issuer = `http://127.0.0.1:${server.address().port}`;
let generation = 1;
let answer = provider(issuer, [signingKey('1')]).callback();
server.on('request', (request, response) => void answer(request, response));
process.stdout.write(`${issuer}\n`);

for await (const order of createInterface({ input: process.stdin })) {
  if (order === 'stop') break;
  if (order === 'rotate') {
    // As after a restart with another key: what was signed before is void.
    generation += 1;
    answer = provider(issuer, [signingKey(String(generation))]).callback();
    process.stdout.write('rotated\n');
  }
}
server.closeAllConnections();
server.close();
