import { encodeTemplateValue } from '../../dataset/template';
import type { Template } from '../../dataset/template';
import type { ByteWriter } from './byte-writer';
import { append, appendEncoded } from './byte-writer';
import type { SourceRow } from './source-rows';

/** A key template made ready to be filled with the bytes of rows. */
export interface TemplateWriter {
  /** Fields of the row that it needs. */
  readonly fields: readonly number[];
  write(writer: ByteWriter, row: SourceRow): void;
}

const encoded = Uint8Array.from({ length: 256 }, (_, byte) => {
  const sign = String.fromCharCode(byte);
  return byte < 128 && encodeTemplateValue(sign) !== sign ? 1 : 0;
});

/** Prepares a template; fieldOf gives the place of a column in a row. */
export function templateWriter(template: Template, fieldOf: (column: string) => number): TemplateWriter {
  const parts = template.map((part) => (typeof part === 'string' ? Buffer.from(part) : fieldOf(part.column)));
  return {
    fields: parts.filter((part) => typeof part === 'number'),
    write(writer, row) {
      for (const part of parts) {
        if (typeof part === 'number') {
          appendEncoded(writer, encoded, row.bytes, row.offsets[part] ?? 0, row.lengths[part] ?? 0);
        } else {
          append(writer, part, 0, part.length);
        }
      }
    },
  };
}
