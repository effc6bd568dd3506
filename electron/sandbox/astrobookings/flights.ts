/** What AstroBookings' agencies, rockets and missions are called. */

export type Range = 'low_earth' | 'moon' | 'mars';

export const agencyFirstWords = [
  'Órbita',
  "L'Étoile",
  'Sternenfähre',
  'Żuraw',
  'Aurora',
  'Cruz del Sur',
  "O'Neill",
  'Göktürk',
  'Norrsken',
  'Saudade',
  '銀河',
  'Зоря',
  'Νέα Σελήνη',
  'Kármán',
  'Lagrange',
] as const;

export const agencyLastWords = [
  'Ibérica',
  'Voyages',
  'Raumreisen',
  'Travel & Sons',
  'Orbital',
  'Turismo',
  'Expeditions',
  'Seyahat',
  'Cosmic Tours 🚀',
  'Passages',
] as const;

/** What a company of a country is called in law, the letters before its tax number, and where one might sit. */
export const legalHomes = [
  { form: 'S.L.', tax: 'ESB', address: 'Calle de la Estación 12, Cádiz' },
  { form: 'SARL', tax: 'FR', address: "12 rue de l'Arsenal, Saint-Étienne" },
  { form: 'GmbH', tax: 'DE', address: 'Große Straße 3, Köln' },
  { form: 'Sp. z o.o.', tax: 'PL', address: 'ul. Łódzka 77, Wrocław' },
  { form: 'Lda.', tax: 'PT', address: 'Praça do Comércio 1, Lisboa' },
  { form: 'Ltd', tax: 'IE', address: "St John's Lane 9, Galway" },
  { form: 'AB', tax: 'SE', address: 'Åvägen 4, Göteborg' },
  { form: 'A.Ş.', tax: 'TR', address: 'İstiklal Caddesi 101, İstanbul' },
  { form: '株式会社', tax: 'T', address: '東京都港区芝公園4-2-8' },
] as const;

export const slogans = [
  'Seats on every launch that leaves this season.',
  "L'espace à portée de main.\nDepuis 1998.",
  'Viajes espaciales para toda la familia: niños, abuelos y «hasta el perro» 🐕',
  'Wir fliegen auch bei Gegenwind — 100 % pünktlich.',
  'Small groups; guides who have been there. "Never a dull orbit."',
  '星まで、まっすぐ。',
  'Cheap? No.\tSafe? Yes.',
] as const;

export const rocketNames = [
  'Ciudad de Cádiz',
  "O'Higgins",
  'Żubr',
  'Señora Luna',
  'Garuda',
  'Håkon Jarl',
  'Petit Prince',
  'Großer Bär',
  '雷鳥',
  'Мрія',
  'Queen Maeve',
  'Lusíada',
  'Pegasus',
  'Anka Kuşu',
  'Halley',
] as const;

export const missions = [
  'Sunrise over Shackleton',
  "L'appel de la Lune",
  'Señales de otoño',
  'Perseids ✨',
  'Grüße von oben',
  'Quiet Orbit',
  "Traveller's Return",
  'Ad astra, à deux 💍',
  'Nuit blanche',
  'First Footprints',
  'Łabędzi lot',
  'Midsommar i omloppsbana',
  'Saudades da Terra',
  'Ruta de los volcanes',
  '月見',
  'Eclipse Special',
] as const;

export const destinations: Readonly<Record<Range, readonly string[]>> = {
  low_earth: ['Low Earth Orbit', 'Estación Alfa', 'Kármán Hotel', 'Cúpula de Órbita', 'Gateway Lounge'],
  moon: ['Mare Tranquillitatis', 'Shackleton Crater', 'Mare Crisium', 'Montes Cordillera', 'Tycho'],
  mars: ['Valles Marineris', 'Olympus Mons', 'Jezero', 'Gale Crater', 'Utopia Planitia'],
};

/** Prices of a seat in whole units, from and to. */
export const prices: Readonly<Record<Range, readonly [number, number]>> = {
  low_earth: [38_000, 120_000],
  moon: [280_000, 900_000],
  mars: [1_200_000, 4_200_000],
};
