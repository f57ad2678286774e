const office = 'application/vnd.openxmlformats-officedocument';
const open = 'application/vnd.oasis.opendocument';

/** Names of file types in a definition's `accept`, by media type; the first is the one that is shown. */
const NAMES: { readonly [mediaType: string]: readonly string[] } = {
  'application/pdf': ['pdf'],
  [`${office}.wordprocessingml.document`]: ['docx'],
  [`${office}.spreadsheetml.sheet`]: ['xlsx'],
  [`${office}.presentationml.presentation`]: ['pptx'],
  [`${open}.text`]: ['odt'],
  [`${open}.spreadsheet`]: ['ods'],
  [`${open}.presentation`]: ['odp'],
  'application/rtf': ['rtf'],
  'application/epub+zip': ['epub'],
  'application/zip': ['zip'],
  'application/gzip': ['gz'],
  'application/x-7z-compressed': ['7z'],
  'image/png': ['png'],
  'image/jpeg': ['jpg', 'jpeg'],
  'image/tiff': ['tiff', 'tif'],
  'image/gif': ['gif'],
  'image/webp': ['webp'],
  'image/heic': ['heic'],
  'image/bmp': ['bmp'],
  'video/mp4': ['mp4'],
  'audio/mpeg': ['mp3'],
};

/** Null where the content says nothing that a definition could name: text has no signature. */
export const typeName = (mediaType: string): string | null => NAMES[mediaType]?.[0] ?? null;

/** An empty list accepts anything. */
export const accepts = (accept: readonly string[], mediaType: string): boolean =>
  accept.length === 0 || (NAMES[mediaType] ?? []).some((name) => accept.includes(name));
