// Credentials in a description. In: what Chromium and the server write. Out: the credentials, and all else as it was. Never: a network.
import { expect, it } from 'vitest';
import { credentialsOf, withCredentials } from '../src/sdk/ice';

const ANSWER = [
  'v=0', 'm=audio 9 UDP/TLS/RTP/SAVPF 111', 'a=ice-ufrag:oldU', 'a=ice-pwd:oldoldoldoldoldoldoldold',
  'a=candidate:1 1 udp 2113929471 192.0.2.1 7882 typ host ufrag oldU', 'a=candidate:2 1 udp 2113929470 192.0.2.2 7882 typ host',
  'a=fingerprint:sha-256 AB:CD', 'm=video 9 UDP/TLS/RTP/SAVPF 96', 'a=ice-ufrag:oldU', 'a=ice-pwd:oldoldoldoldoldoldoldold', '',
].join('\r\n');

it('reads them', () => {
  expect(credentialsOf(ANSWER)).toEqual({ ufrag: 'oldU', password: 'oldoldoldoldoldoldoldold' });
  expect(credentialsOf('v=0\r\na=ice-ufrag:only\r\n')).toBeNull();
});

it('puts others in their place on every line, and changes nothing else', () => {
  const renewed = withCredentials(ANSWER, { ufrag: 'n+w/', password: 'newnewnewnewnewnewnewnew' });
  expect(renewed).toBe(ANSWER.replaceAll('oldoldoldoldoldoldoldold', 'newnewnewnewnewnewnewnew').replaceAll('oldU', 'n+w/'));
  expect(credentialsOf(renewed)).toEqual({ ufrag: 'n+w/', password: 'newnewnewnewnewnewnewnew' });
});
