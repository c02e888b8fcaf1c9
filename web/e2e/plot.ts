// A picture of a run, for everybody's eyes. In: named rows of values over time, and where its phases begin. Out: SVG text. Never: numbers that are not in the report's readings.

/** One panel: its lines share a scale. */
export type Panel = { title: string; unit: string; lines: { name: string; points: Point[] }[] };
/** Seconds from the start, and the value then. */
export type Point = [seconds: number, value: number];
export type Mark = { at: number; name: string };

const [WIDTH, PANEL_HEIGHT, LEFT, RIGHT, TOP, GAP] = [1100, 110, 70, 20, 40, 34];
const COLOURS = ['#1f5fa8', '#c05621', '#2f7d4f'];

export function plot(panels: Panel[], marks: Mark[], seconds: number): string {
  const height = TOP + panels.length * (PANEL_HEIGHT + GAP);
  const x = (at: number) => LEFT + ((WIDTH - LEFT - RIGHT) * at) / seconds;
  const begun = marks.map(({ at, name }) =>
    `<line x1="${x(at)}" x2="${x(at)}" y1="${TOP - 6}" y2="${height - GAP}" stroke="#bbb"/><text x="${x(at) + 4}" y="${TOP - 10}">${escape(name)}</text>`);
  const drawn = panels.map((panel, index) => draw(panel, TOP + index * (PANEL_HEIGHT + GAP), x));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="11">
<rect width="100%" height="100%" fill="#fff"/>
${[...begun, ...drawn].join('\n')}
</svg>
`;
}

function draw({ title, unit, lines }: Panel, top: number, x: (at: number) => number): string {
  const most = Math.max(1, ...lines.flatMap(({ points }) => points.map(([, value]) => value)));
  const y = (value: number) => top + PANEL_HEIGHT * (1 - value / most);
  const names = lines.map(({ name }, index) => `<tspan fill="${COLOURS[index % COLOURS.length]}" dx="10">${escape(name)}</tspan>`).join('');
  const paths = lines.map(({ points }, index) => {
    const path = points.map(([at, value]) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
    return `<polyline fill="none" stroke="${COLOURS[index % COLOURS.length]}" stroke-width="1.5" points="${path}"/>`;
  });
  return `<text x="${LEFT}" y="${top + PANEL_HEIGHT + 14}">${escape(title)}${names}</text>
<text x="${LEFT - 6}" y="${top + 8}" text-anchor="end">${Math.round(most)} ${escape(unit)}</text><text x="${LEFT - 6}" y="${top + PANEL_HEIGHT}" text-anchor="end">0</text>
<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${top + PANEL_HEIGHT}" y2="${top + PANEL_HEIGHT}" stroke="#888"/>
${paths.join('\n')}`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
