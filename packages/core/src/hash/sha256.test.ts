import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sha256Hex } from './sha256.node.ts';
import { sha256Hex as portable } from './sha256.ts';

it('hashes alike on Node and in a browser', () => {
  expect(portable('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => sha256Hex(text) === portable(text)),
  );
});
