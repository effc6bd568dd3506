import type { Random } from './random';

/** Names of one language; `name|latin` where the script is not Latin. */
interface Language {
  readonly code: string;
  readonly phone: string;
  readonly given: readonly string[];
  readonly family: readonly string[];
  readonly familyFirst?: true;
  readonly domains: readonly string[];
}

const words = (text: string): string[] => text.split(' ');

const languages: readonly Language[] = [
  {
    code: 'es',
    phone: '+34 6',
    given: words('Lucía Martín Sofía Nicolás Begoña Íñigo Ángela Jesús Ximena Raúl'),
    family: words('Fernández García Núñez Ibáñez Muñoz Peña Zúñiga Martínez Ortega Güell'),
    domains: ['correo.example', 'buzon.example'],
  },
  {
    code: 'en',
    phone: '+44 77',
    given: words('Olivia Noah Zoë Liam Chloé Ethan Siân Maeve Rory Grace'),
    family: words("O'Brien Smith D'Souza MacLeod O'Connor Taylor Okafor-Jones Walker Hughes Fitzgerald"),
    domains: ['mail.example', 'post.example'],
  },
  {
    code: 'fr',
    phone: '+33 6',
    given: words('Amélie François Noémie Jérôme Hélène Benoît Maïté Théo Agnès Loïc'),
    family: words("Lefèvre D'Estaing Müller-Roche Béranger L'Hermite Garçon Noël Châtelain Dubois Dupré"),
    domains: ['courriel.example', 'poste.example'],
  },
  {
    code: 'de',
    phone: '+49 15',
    given: words('Jürgen Käthe Björn Lena Günther Sören Änne Matthias Jörg Greta'),
    family: words('Müller Weiß Schröder Groß Köhler Strauß Jäger Böhm Schäfer Vogel'),
    domains: ['brief.example', 'mail.example'],
  },
  {
    code: 'pl',
    phone: '+48 5',
    given: words('Łukasz Małgorzata Michał Żaneta Paweł Agnieszka Błażej Świętosława Zofia Rafał'),
    family: words('Wiśniewski Kowalczyk Żółkiewski Dąbrowska Wójcik Łęcki Gałązka Szymański Pająk Zięba'),
    domains: ['poczta.example'],
  },
  {
    code: 'pt',
    phone: '+351 9',
    given: words('João Inês Conceição Estêvão Luís Mônica Antão Beatriz Simão Águeda'),
    family: words('Gonçalves Conceição Magalhães Araújo Simões Brandão Falcão Antunes Leitão Assunção'),
    domains: ['correio.example'],
  },
  {
    code: 'tr',
    phone: '+90 53',
    given: words('Çağla İbrahim Gülşen Oğuz Şebnem Yiğit Işıl Ömer Ayşe Doğan'),
    family: words('Yılmaz Öztürk Çelik Şahin Aydın Kılıç Güneş Türkoğlu Erdoğan İnönü'),
    domains: ['posta.example'],
  },
  {
    code: 'sv',
    phone: '+46 70',
    given: words('Åsa Björn Göran Märta Sigrún Øyvind Þóra Håkon Jón Ylva'),
    family: words('Åkesson Sjöberg Bjørnson Lindström Østergård Þorsteinsson Nyström Ægisson Håkansson Öberg'),
    domains: ['brev.example'],
  },
  {
    code: 'vi',
    phone: '+84 9',
    given: words('Ánh Đức Hương Nguyệt Quỳnh Tuấn Thảo Vượng'),
    family: words('Nguyễn Trần Phạm Đặng Huỳnh Võ Lý Đỗ'),
    familyFirst: true,
    domains: ['thu.example'],
  },
  {
    code: 'ja',
    phone: '+81 90',
    given: words('桜|Sakura 健太|Kenta 美咲|Misaki 翔|Sho 陽子|Yoko 大輔|Daisuke'),
    family: words('佐藤|Sato 鈴木|Suzuki 高橋|Takahashi 渡辺|Watanabe 小林|Kobayashi 山本|Yamamoto'),
    familyFirst: true,
    domains: ['tegami.example'],
  },
  {
    code: 'uk',
    phone: '+380 50',
    given: words("Олена|Olena Тарас|Taras Мар'яна|Mariana Андрій|Andrii Ївга|Yivha Ґеник|Genyk"),
    family: words('Шевченко|Shevchenko Коваль|Koval Бондаренко|Bondarenko Гончар|Honchar Лисенко|Lysenko'),
    domains: ['poshta.example'],
  },
  {
    code: 'ar',
    phone: '+971 50',
    given: words('ليلى|Layla يوسف|Yusuf مريم|Maryam عمر|Omar نور|Nour سلمى|Salma'),
    family: words('الحسن|Alhassan منصور|Mansour حداد|Haddad خليل|Khalil الفارسي|Alfarsi'),
    domains: ['barid.example'],
  },
  {
    code: 'el',
    phone: '+30 69',
    given: words('Ελένη|Eleni Γιώργος|Giorgos Χρύσα|Chrysa Σωκράτης|Sokratis Άννα|Anna'),
    family: words('Παπαδόπουλος|Papadopoulos Νικολάου|Nikolaou Γεωργίου|Georgiou Οικονόμου|Oikonomou'),
    domains: ['tachydromeio.example'],
  },
  {
    code: 'hi',
    phone: '+91 98',
    given: words('आरव|Aarav दीया|Diya अर्जुन|Arjun मीरा|Meera रोहन|Rohan'),
    family: words('शर्मा|Sharma पटेल|Patel गुप्ता|Gupta सिंह|Singh मेहता|Mehta'),
    domains: ['daak.example'],
  },
];

export interface Person {
  readonly name: string;
  /** Lower-case ASCII, as in the local part of an email address. */
  readonly mailbox: string;
  readonly language: string;
  readonly phonePrefix: string;
  readonly domain: string;
}

export function person(random: Random): Person {
  const language = random.pick(languages);
  const [given = '', givenLatin = given] = random.pick(language.given).split('|');
  const [family = '', familyLatin = family] = random.pick(language.family).split('|');
  return {
    name: language.familyFirst ? `${family} ${given}` : `${given} ${family}`,
    mailbox: `${asciiWord(givenLatin)}.${asciiWord(familyLatin)}`,
    language: language.code,
    phonePrefix: language.phone,
    domain: random.pick(language.domains),
  };
}

const letters: Readonly<Record<string, string>> = { ł: 'l', ø: 'o', đ: 'd', ß: 'ss', æ: 'ae', þ: 'th', ı: 'i' };

/** `D'Estaing` → `destaing`, `Żółkiewski` → `zolkiewski`. */
export function asciiWord(name: string): string {
  return name
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/[łøđßæþı]/g, (letter) => letters[letter] ?? '')
    .replaceAll(/[^a-z0-9-]/g, '');
}
