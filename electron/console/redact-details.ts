import { redact } from '../engine/connect/secrets';

/**
 * What belongs to an error, as it may leave the host: plain values, without a secret that this process knows. Text by text, since a
 * secret may look like a piece of JSON. What cannot be written as JSON is left out.
 */
export function redactDetails(details: Readonly<Record<string, unknown>>): Record<string, unknown> {
  try {
    return JSON.parse(JSON.stringify(details), (_key, value: unknown) =>
      typeof value === 'string' ? redact(value) : value,
    ) as Record<string, unknown>;
  } catch {
    return {};
  }
}
