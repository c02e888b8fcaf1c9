// A link to be passed on. In: the link, what it is. Out: it in a field, and a press that copies it. Never: kept once it is put away.
import { useRef, useState } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import type { Words } from '../words';

type Props = { link: string; label: string; copy: string; words: Words; children?: ComponentChildren };

export function CopyLink({ link, label, copy, words, children }: Props) {
  const field = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState('');
  const press = () => {
    // The older way as well: a browser inside an app often gives no clipboard, and the marked text can be copied by hand.
    field.current?.select();
    const byHand = () => document.execCommand('copy') && setCopied(link);
    if (!navigator.clipboard) return void byHand();
    return void navigator.clipboard.writeText(link).then(() => setCopied(link), byHand);
  };
  return (
    <>
      <input ref={field} readOnly value={link} aria-label={label} dir="ltr" />
      <div class="ask-buttons">
        <button type="button" class="button main" onClick={press}>{copy}</button>
        {children}
      </div>
      <p role="status">{copied === link ? words.invite.copied : ''}</p>
    </>
  );
}
