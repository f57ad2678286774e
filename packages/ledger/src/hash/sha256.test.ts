import fc from 'fast-check';
import { expect, it } from 'vitest';
import { toHex } from '../bytes.ts';
import { sha256 } from './sha256.node.ts';
import { sha256 as portable } from './sha256.ts';

it('hashes alike on Node and in a browser', () => {
  expect(toHex(portable(new TextEncoder().encode('abc')))).toBe(
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  );
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 300 }),
      (bytes) => toHex(sha256(bytes)) === toHex(portable(bytes)),
    ),
  );
});
