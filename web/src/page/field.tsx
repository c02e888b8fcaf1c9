// One line to write in. In: a label, what is written. Out: each change. Never: a field without a label.
import { useId } from 'preact/hooks';

type Props = {
  label: string;
  value: string;
  write: (text: string) => void;
  hint?: string;
  type?: 'text' | 'tel' | 'date' | 'password' | 'url';
  complete?: 'off' | 'tel' | 'bday' | 'one-time-code';
  max?: number;
  /** It may be left empty. */
  optional?: boolean;
};

export function Field({ label, value, write, hint = '', type = 'text', complete = 'off', max = 200, optional = false }: Props) {
  const id = useId();
  // The types of Preact tell kinds of fields apart which are one to us.
  const kind = { type } as { type: 'text' };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input id={id} {...kind} value={value} required={!optional} maxLength={max} autoComplete={complete} dir="auto"
        {...(hint ? { 'aria-describedby': `${id}-hint` } : {})} onInput={(event) => write(event.currentTarget.value)} />
      {hint ? <p class="hint" id={`${id}-hint`}>{hint}</p> : null}
    </div>
  );
}

/** `lang`: a language that calls itself by its own name. */
type Option<T extends string> = { value: T; text: string; lang?: string };
type SelectProps<T extends string> = { label: string; value: T; options: Option<T>[]; choose: (value: T) => void };

export function Select<T extends string>({ label, value, options, choose }: SelectProps<T>) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => {
        const option = options[event.currentTarget.selectedIndex];
        if (option) choose(option.value);
      }}>
        {options.map((option) => <option key={option.value} value={option.value} {...(option.lang ? { lang: option.lang } : {})}>{option.text}</option>)}
      </select>
    </div>
  );
}
