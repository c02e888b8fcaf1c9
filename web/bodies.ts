// The bodies of the REST API that the desk reads and sends, as types. In: the API's document. Out: the text of src/desk/bodies.ts.
// Never: a type written by hand; `make generate` writes the file and a test compares it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the desk asks and is answered; whatever these are made of comes with them. */
const WANTED = [
  'VisitPage', 'Timeline', 'Queue', 'Transfer', 'NewMessage', 'Written', 'Policies', 'VisitQuality', 'SettleNoShow', 'KeyList', 'NewKey', 'RotateKey', 'WebhookList', 'NewWebhook', 'WebhookPatch',
  'DeliveryPage', 'Replay', 'Replayed', 'Tested', 'AuditPage',
];

const HEAD = '// Bodies of the REST API that the desk reads and sends.\n// Generated from signaling/openapi.json by `make generate`; do not edit.\n';

type Schema = {
  $ref?: string; type?: string | string[]; enum?: string[]; items?: Schema; oneOf?: Schema[];
  properties?: Record<string, Schema>; required?: string[];
};

const REFERENCE = '#/components/schemas/';

export const DOCUMENT = join(import.meta.dirname, '../signaling/openapi.json');

export function bodies(document = readFileSync(DOCUMENT, 'utf8')): string {
  const { schemas } = (JSON.parse(document) as { components: { schemas: Record<string, Schema> } }).components;
  const written = new Map<string, string>();
  const waiting = [...WANTED];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const schema = schemas[name];
    if (written.has(name)) continue;
    if (!schema) throw new Error(`the API has no ${name}`);
    written.set(name, `export type ${name} = ${typed(schema, waiting)};\n`);
  }
  return [HEAD, ...[...written].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text)].join('\n');
}

/** The type of a schema; the names it uses are added to those that wait. */
function typed(schema: Schema, waiting: string[]): string {
  if (schema.$ref) {
    const name = schema.$ref.slice(REFERENCE.length);
    waiting.push(name);
    return name;
  }
  if (schema.enum) return schema.enum.map((word) => `'${word}'`).join(' | ');
  if (schema.oneOf) return schema.oneOf.map((each) => typed(each, waiting)).join(' | ');
  const types = [schema.type ?? []].flat();
  if (types.length === 0) return 'unknown';
  return types.map((type) => plain(type, schema, waiting)).join(' | ');
}

function plain(type: string, schema: Schema, waiting: string[]): string {
  switch (type) {
    case 'object':
      return object(schema, waiting);
    case 'array':
      return `(${typed(schema.items ?? {}, waiting)})[]`;
    case 'integer':
    case 'number':
      return 'number';
    case 'string':
    case 'boolean':
    case 'null':
      return type;
    default:
      throw new Error(`nothing is known of the type ${type}`);
  }
}

function object({ properties = {}, required = [] }: Schema, waiting: string[]): string {
  const fields = Object.entries(properties).map(([name, schema]) => `  ${name}${required.includes(name) ? '' : '?'}: ${typed(schema, waiting)};`);
  return `{\n${fields.join('\n')}\n}`;
}
