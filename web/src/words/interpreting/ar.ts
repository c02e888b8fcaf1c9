// What is said of interpretation, in Arabic. In: names, languages, times. Out: sentences. Never: markup.
import { apartFrom } from '../bidi';
import type { Words } from '../en';

export const interpreting: Pick<Words, 'hearing' | 'interpretingMode' | 'booth'> = {
  hearing: {
    title: 'ما تسمعه',
    language: 'اللغة التي تسمعها',
    floor: 'الجميع كما يتكلمون',
    inTurn: 'تجري الترجمة بالتناوب: تسمع الجميع.',
    onFloor: 'تسمع الجميع كما يتكلمون.',
    nobody: (language: string) => `لا أحد يترجم إلى هذه اللغة الآن (${language}): تسمع الجميع.`,
    channel: (name: string, language: string) => `تسمع ${apartFrom(name)} (${language}). أصوات الآخرين أخفض.`,
    balance: 'الأصل أو الترجمة',
    original: 'الأصل',
    interpreter: 'الترجمة',
    usual: 'كالمعتاد',
    moreOriginal: 'المزيد من الأصل',
    moreInterpreter: 'المزيد من الترجمة',
    mode: 'طريقة الترجمة',
  },
  interpretingMode: { consecutive: 'بالتناوب', simultaneous: 'في الوقت نفسه' },
  booth: {
    title: 'مقصورة الترجمة',
    direction: (from: string, into: string) => `أنت تترجم. من: ${from}. إلى: ${into}.`,
    turn: 'عكس الاتجاه',
    cough: 'اضغط مطولًا للسعال',
    coughing: 'لا أحد يسمعك',
    inTurn: 'الجميع يسمعونك.',
    none: 'اختر اللغتين. حتى ذلك الحين لا يسمعك أحد.',
    speaks: 'أنت تتكلم الآن. يسمعك من يستمع إلى هذه اللغة.',
    rests: (name: string) => `الكلام الآن عند ${apartFrom(name)}. أنت في استراحة ولا يسمعك أحد.`,
    asked: (name: string) => `يُطلب منك تولي الترجمة. الطلب من ${apartFrom(name)}.`,
    take: 'تولي الترجمة',
    handOver: (name: string) => `طلب تولي الترجمة من ${apartFrom(name)}`,
    relay: 'تستمع إلى',
    other: 'لغات أخرى',
    from: 'من',
    into: 'إلى',
    begin: 'ابدأ الترجمة',
    stop: 'إيقاف الترجمة',
    since: (time: string) => `منذ البداية: ${time}`,
  },
};
