import { expect, it } from 'vitest';
import { kindOfText } from './kind-of-text';

const dataset = '- name: a\n  source: { database: x, table: t }\n  target:\n    database: y\n    table: t\n';

it.each([
  ['definitions', dataset],
  ['definitions', `datasets:\n${dataset}`],
  ['definitions', '{"name": "a", "source": {}, "taget": {}}'],
  ['definitions', `${dataset}  on_delete: [`],
  ['definitions', '[{"name": "a", "source": {"database": "x"}, "target": {"database": "y"},,'],
  ['nothing', ''],
  ['nothing', '# to come\n'],
  ['nothing', '[]'],
  ['nothing', 'datasets:\n'],
  ['other', 'github.com:\n  user: me\n  oauth_token: gho_x\n'],
  ['other', '{"auths": {"https://index.docker.io/v1/": {"auth": "x"}}}'],
  ['other', 'name: app\nservices:\n  db:\n    volumes:\n      - source: /var\n        target: /data\n'],
  ['other', 'name: app\nservices:\n  db:\n    volumes: [\n      - source: /var\n        target: /data\n'],
  ['other', 'root:x:0:0::/root:/bin/sh'],
  ['other', '-----BEGIN OPENSSH PRIVATE KEY-----'],
  ['other', '['.repeat(100_000)],
  ['other', '- SECRET\n- ANOTHER'],
  ['other', `source${' '.repeat(500_000)}:`],
])('tells %s: %#', (kind, text) => {
  expect(kindOfText(text)).toBe(kind);
});
