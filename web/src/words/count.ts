// Numbers and plural forms as a language has them. In: its tag, the kinds of plural it knows (CLDR). Out: a number in its digits, the form for a number. Never: “1 minutes”.

export function counting<Kind extends Intl.LDMLPluralRule>(tag: string, kinds: readonly (Kind | 'other')[]) {
  const numbers = new Intl.NumberFormat(tag);
  const rules = new Intl.PluralRules(tag);
  return {
    number: (value: number) => numbers.format(value),
    plural: (count: number, forms: Record<Kind | 'other', string>) => forms[kinds.find((kind) => kind === rules.select(count)) ?? 'other'],
  };
}
