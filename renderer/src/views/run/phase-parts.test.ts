import { expect, test } from 'vitest';
import { phaseParts } from './phase-parts';

test('the parts of a dataset come to what it took: what is in no phase is named as the rest', () => {
  expect(phaseParts({ verify: 120, connect: 13, apply: 60 }, 284)).toEqual([
    { phase: 'connect', ms: 13 },
    { phase: 'apply', ms: 60 },
    { phase: 'verify', ms: 120 },
    { phase: 'rest', ms: 91 },
  ]);
});

test('says nothing of a rest that is rounding, or not known', () => {
  expect(phaseParts({ verify: 120 }, 123)).toEqual([{ phase: 'verify', ms: 120 }]);
  expect(phaseParts({ verify: 120 }, 80)).toEqual([{ phase: 'verify', ms: 120 }]);
  expect(phaseParts({ verify: 120 }, null)).toEqual([{ phase: 'verify', ms: 120 }]);
});
