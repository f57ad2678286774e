import { utf8 } from '../src/bytes.ts';
import { cosignNote, SEAL_ENTROPY_BYTES, seal, signCheckpoint } from '../src/index.ts';
import { checkpointOf, ENVIRONMENT, exportLines, makeLeaves, SIGNER, type Step } from './sample.ts';

/** A log of six entries with a sealed value and a witness, as leaves, as lines and as the file of its export. */
export const witness = { name: 'witness.example', seed: new Uint8Array(32).fill(8) };
export const context = {
  environment: ENVIRONMENT,
  stream: 'req_1',
  item: 'itm_1',
  owner: 'usr_1',
  name: 'comment',
};
export const sealed = seal({
  plaintext: utf8('Anna is ill'),
  context,
  ownerKey: new Uint8Array(32).fill(1),
  entropy: new Uint8Array(SEAL_ENTROPY_BYTES).fill(2),
});
export const item = { value: sealed.value, itemKey: new Uint8Array(32).fill(2) };
export const steps: Step[] = [
  { stream: 'directory', kind: 'directory' },
  { stream: 'req_1', events: [{ type: 'request.created' }] },
  { stream: 'req_2', events: [{ type: 'request.created' }] },
  {
    stream: 'req_1',
    command: { id: 'cmd_c', type: 'comment', actor: {}, data: { comment: sealed.reference } },
  },
  { stream: 'req_2' },
  { stream: 'req_1', correlation: 'ü "quoted" \u0001' },
];
export const leaves = makeLeaves(steps);
export const items = { 4: [item] };
export const note = cosignNote(signCheckpoint(checkpointOf(leaves), [SIGNER]), [witness]);
export const lines = await exportLines(leaves, { checkpoint: note }, items);
export const file = utf8(`${lines.join('\n')}\n`);
