export const JSON_TYPE = 'application/json';
export const STREAM_TYPE = 'application/octet-stream';
