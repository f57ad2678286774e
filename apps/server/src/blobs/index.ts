export { diskBlobs } from './disk.ts';
export { BlobError, type BlobStore, type Blobs, type StoredBlob } from './store.ts';
