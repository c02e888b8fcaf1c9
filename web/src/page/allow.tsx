// How a device that was refused is allowed again, drawn. In: which device. Out: a picture of the address line with its sign and its switch, and three steps. Never: one browser's exact look; they change, and the sign stays.
import type { Words } from '../words';
import { PATHS } from './icon';

type Device = 'camera' | 'microphone';

export function Allow({ device, words }: { device: Device; words: Words }) {
  const title = words.welcome.allow[device];
  return (
    <figure class="allow">
      <svg viewBox="0 0 320 132" role="img" aria-label={title}>
        <rect class="line" x="6" y="8" width="308" height="38" rx="19" />
        <circle class="sign" cx="28" cy="27" r="13" />
        <path class="pen" d="M22 23h12M22 31h12M26 20v6M31 28v6" />
        <path class="pen soft" d="M52 27h120" />
        <path class="pen" d="M28 46v14M24 56l4 5 4-5" />
        <rect class="line" x="6" y="66" width="220" height="56" rx="12" />
        <g class="pen" transform="translate(20 82)"><path d={PATHS[device]} /></g>
        <path class="pen soft" d="M58 94h72" />
        <rect class="switch" x="160" y="82" width="46" height="24" rx="12" />
        <circle class="knob" cx="194" cy="94" r="9" />
      </svg>
      <figcaption>
        <strong>{title}</strong>
        <ol>{words.welcome.allow.steps.map((step) => <li key={step}>{step}</li>)}</ol>
      </figcaption>
    </figure>
  );
}
