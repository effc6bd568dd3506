import { contentSecurityPolicy } from '../console/asset';

/** Under what every answer of the console is, whatever it holds: it runs nothing of others, and no other page may use it. */
export const everyAnswer = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
} as const;
