import type { RequestEvent } from '@countersign/contract';
import type { RequestEvent as CoreEvent } from '@countersign/core';
import { expectTypeOf, test } from 'vitest';
import type { z } from 'zod';

type Told = z.infer<typeof RequestEvent>;
/** The members of the event of this type; distributes over the union, in which one member may have two types. */
type MembersOf<T extends { readonly type: string }, Type> = T extends unknown
  ? Type extends T['type']
    ? keyof T
    : never
  : never;
type Missing<A extends { readonly type: string }, B extends { readonly type: string }> = {
  [Type in CoreEvent['type']]: Exclude<MembersOf<A, Type>, MembersOf<B, Type>> extends infer Lost
    ? [Lost] extends [never]
      ? never
      : readonly [Type, Lost]
    : never;
}[CoreEvent['type']];

test('the contract tells of exactly the events that the core makes, with exactly their members', () => {
  expectTypeOf<Told['type']>().toEqualTypeOf<CoreEvent['type']>();
  expectTypeOf<Missing<CoreEvent, Told>>().toBeNever();
  expectTypeOf<Missing<Told, CoreEvent>>().toBeNever();
});
