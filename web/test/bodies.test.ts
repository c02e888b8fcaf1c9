// Are the types of the desk those of the API? In: the API's document. Out: a difference. Never: a type that a hand has changed.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bodies } from '../bodies';

const FILE = join(import.meta.dirname, '../src/desk/bodies.ts');

describe('the bodies', () => {
  it('are current; `make generate` writes them', () => {
    if (process.env.BEDSIDE_GENERATE) writeFileSync(FILE, bodies());
    expect(readFileSync(FILE, 'utf8')).toBe(bodies());
  });

  it('say what may be left out, and what one of them is made of', () => {
    const text = bodies();
    expect(text).toMatch(/export type Participant = \{[^}]*\n {2}id: string;[^}]*\n {2}link\?: string \| null;/);
    expect(text).toContain("export type DeliveryState = 'queued' | 'pending' | 'delivered' | 'given_up';");
    expect(text).toContain('export type VisitPage = {\n  data: (Visit)[];');
  });
});
