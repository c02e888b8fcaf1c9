// Gives Node 20 the global WebSocket that newer ones have and that Medplum's packages name when they are loaded; imported before them. In: the `ws` package. Out: a global.
import WebSocket from 'ws';

globalThis.WebSocket ??= WebSocket;
