export { readIfThere, writeOnce } from './files.ts';
export { fileKeyStore } from './keystore.file.ts';
export { type Erasure, KeyMissing, type KeyStore, KeyUnreadable, OwnerErased } from './keystore.ts';
export { masterKey, openMasterKey } from './master.ts';
export { SEAL_ENTROPY_BYTES, type Sealer, sealer, type ValueToSeal } from './sealer.ts';
