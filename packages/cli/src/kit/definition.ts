import { canonicalJson, type Definition, parseCanonicalDefinition } from '@countersign/core';
import { type Client, CountersignProblem } from '@countersign/sdk';
import { Refused } from './errors.ts';

/** A published definition, in the core's own form: the newest version, or one by number or digest. */
export async function publishedDefinition(
  client: Client,
  name: string,
  version?: string,
): Promise<Definition> {
  const { data } =
    version === undefined
      ? await client.getDefinition({ path: { name } })
      : await client.getDefinitionVersion({ path: { name, version } });
  return canonicalOf(`${name} version ${data.version}`, data.canonical);
}

/** The canonical form holds what the source leaves to other definitions: the steps of its parts. */
export function canonicalOf(name: string, canonical: { readonly [member: string]: unknown }): Definition {
  try {
    return parseCanonicalDefinition(canonicalJson(canonical));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new Refused('definition-invalid', `This client cannot read ${name}: it is newer.`);
  }
}

type Node = Definition['route'][number];

/** The steps of the route that people or systems answer, as they are written from top to bottom. */
export function stepsInOrder(nodes: readonly Node[]): string[] {
  return nodes.flatMap((node): string[] => {
    switch (node.kind) {
      case 'approve':
      case 'check':
        return [node.id];
      case 'sequence':
      case 'parallel':
        return stepsInOrder(node.steps);
      case 'choose':
        return node.branches.flatMap((branch) => stepsInOrder(branch.steps));
      default: {
        const never: never = node;
        return never;
      }
    }
  });
}

/** The order of the route, or null where the key may not read definitions. */
export async function routeOrder(
  client: Client,
  definition: { readonly name: string; readonly digest: string },
): Promise<readonly string[] | null> {
  try {
    return stepsInOrder((await publishedDefinition(client, definition.name, definition.digest)).route);
  } catch (error) {
    if (error instanceof CountersignProblem && error.code === 'forbidden-scope') return null;
    throw error;
  }
}
