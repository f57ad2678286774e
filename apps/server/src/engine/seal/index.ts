export { readIfThere, replaceFile, writeOnce } from './files.ts';
export { type FileKeyStoreOptions, fileKeyStore } from './keystore.file.ts';
export {
  ERASURE_SEEN_MS,
  type Erasure,
  KeyMissing,
  type KeyStore,
  KeyUnreadable,
  OwnerErased,
} from './keystore.ts';
export { type MasterKey, masterKey, openMasterKey } from './master.ts';
export { type Opened, SEAL_ENTROPY_BYTES, type Sealer, sealer, type ValueToSeal } from './sealer.ts';
