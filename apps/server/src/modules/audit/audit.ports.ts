import type { Reader } from '../../db/read.ts';
import type { Checkpoints } from '../../engine/tree/index.ts';

export type AuditDeps = { readonly reader: Reader; readonly checkpoints: Checkpoints };
