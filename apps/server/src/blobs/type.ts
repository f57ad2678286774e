import { fileTypeFromBuffer } from 'file-type';

/** Bytes of the beginning that decide the type: enough to look into the first entries of a zipped office document. */
export const SAMPLE_BYTES = 65_536;

const UNKNOWN = 'application/octet-stream';

/** PDF readers accept the header within the first 1,024 bytes (ISO 32000-1, annex H, implementation note 13). */
const PDF_WINDOW = 1024;

/**
 * Media type by content. Text, SVG and HTML have no signature and stay `application/octet-stream`: a browser must
 * never be told to run what a stranger uploaded.
 */
export async function typeOf(sample: Uint8Array): Promise<string> {
  const head = Buffer.from(sample.buffer, sample.byteOffset, Math.min(sample.byteLength, PDF_WINDOW));
  if (head.includes('%PDF-')) return 'application/pdf';
  const found = await fileTypeFromBuffer(sample);
  return found === undefined || found.mime === 'application/xml' ? UNKNOWN : found.mime;
}
