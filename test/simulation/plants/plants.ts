import { compileDefinition, type Definition, type Node } from '@countersign/core';
import type { DefinitionStore } from '../../../apps/server/src/modules/definitions/index.ts';
import type { Slip } from '../database/verdict.ts';
import { NONE, type Plant } from './plant.ts';

type Planted = {
  readonly bug: string;
  readonly plant: Plant;
  /** Invariants, one of which must be seen broken. */
  readonly breaks: readonly string[];
};

const slip = (...slips: readonly Slip[]): Plant => ({ ...NONE, slips: new Set(slips) });

/** Bugs of every kind that the simulation is there to find. */
export const PLANTS: readonly Planted[] = [
  {
    bug: 'lost update: the version of the stream is not looked at',
    plant: slip('versions-unchecked'),
    breaks: ['no update is lost'],
  },
  {
    bug: 'double apply: neither a command that stands nor an answered key is recognised',
    plant: slip('commands-unchecked', 'answers-unchecked'),
    breaks: ['one entry a command', 'a repeated call has no second effect'],
  },
  {
    bug: 'double apply: an answered key is not recognised',
    plant: slip('answers-unchecked'),
    breaks: ['a repeated call has no second effect', 'a repeated call gets the same answer'],
  },
  {
    bug: 'gap in seq: those that are turned away take a number',
    plant: slip('losers-leave-a-gap'),
    breaks: ['seq is dense'],
  },
  {
    bug: 'gap in seq: the head goes on for those that are turned away',
    plant: slip('losers-take-a-seq'),
    breaks: ['seq is dense'],
  },
  {
    bug: 'quorum miscount: one approval fewer is asked for',
    plant: { ...NONE, definitions: deciding(fewer) },
    breaks: ['a step passes with its quorum'],
  },
  {
    bug: 'quorum miscount: the roster of all is counted as any',
    plant: { ...NONE, definitions: deciding(anyForAll) },
    breaks: ['a step passes with its quorum'],
  },
  {
    bug: 'stale approval: the directory revision is not looked at',
    plant: slip('authority-unchecked'),
    breaks: ['authority is current', 'no decision commits after an acknowledged revocation'],
  },
  {
    bug: 'separation of duties is left out',
    plant: { ...NONE, definitions: deciding(unseparated) },
    breaks: ['duties are separate'],
  },
  {
    bug: 'an acknowledged command is not written',
    plant: slip('acknowledged-not-written'),
    breaks: ['an acknowledged command is in the log exactly once'],
  },
  {
    bug: 'answers are not kept',
    plant: slip('answers-forgotten'),
    breaks: ['a repeated call gets the same answer', 'a repeated call has no second effect'],
  },
  {
    bug: 'a business key is given twice',
    plant: slip('business-keys-unchecked'),
    breaks: ['business keys are unique'],
  },
  {
    bug: 'streams of another environment are read',
    plant: slip('environments-mixed'),
    breaks: ['everything comes to rest', 'no update is lost', 'environments are isolated'],
  },
  {
    bug: 'a process serves what a replica that is behind shows',
    plant: slip('reads-behind'),
    breaks: ['nobody is served what is older than an acknowledged write', 'everything comes to rest'],
  },
  {
    bug: 'a reader moves its position beyond what it has handled',
    plant: slip('positions-ahead'),
    breaks: ['a reader sees each entry once, in order'],
  },
];

/** Processes decide on another definition than the one that was published under the digest. */
function deciding(mutate: (definition: Definition) => Definition): Plant['definitions'] {
  const made = new Map<string, ReturnType<typeof compileDefinition>>();
  return (store): DefinitionStore => ({
    ...store,
    async byDigest(environment, digest) {
      const found = await store.byDigest(environment, digest);
      if (found === null) return null;
      const compiled = made.get(digest) ?? compileDefinition(mutate(found.compiled.definition));
      made.set(digest, compiled);
      return { ...found, compiled: { ...compiled, digest } };
    },
  });
}

function fewer(definition: Definition): Definition {
  return eachStep(definition, (need) => (need.rule === 'atLeast' ? { ...need, n: need.n - 1 } : need));
}

function anyForAll(definition: Definition): Definition {
  return eachStep(definition, (need) => (need.rule === 'all' ? { rule: 'any' } : need));
}

function unseparated(definition: Definition): Definition {
  return { ...definition, separate: { never: [], different: [] } };
}

type Need = Extract<Node, { kind: 'approve' }>['need'];

function eachStep(definition: Definition, change: (need: Need) => Need): Definition {
  const walk = (node: Node): Node => {
    if (node.kind === 'approve') return { ...node, need: change(node.need) };
    if (node.kind === 'parallel' || node.kind === 'sequence') return { ...node, steps: node.steps.map(walk) };
    return node;
  };
  return { ...definition, route: definition.route.map(walk) };
}
