import type { BodyOf, FieldError } from '@countersign/contract';
import type { CommandData, Content, FiledLink, Link, Observer } from '@countersign/core';
import { ProblemError } from '../../http/problem.ts';
import type { PublishedDefinition } from '../definitions/index.ts';
import type { RawContent } from './requests.content.ts';
import type { Names } from './requests.names.ts';
import { contentOf, definitionOf, isCanonicalPayload, type Native } from './requests.payload.ts';
import type { RequestDeps } from './requests.ports.ts';
import { requestFold } from './requests.run.ts';
import { type Caller, covers, mayKnow } from './requests.visibility.ts';

/** What is to be filed, or previewed: names and definition looked up, values as they came in. */
export type Filing = {
  readonly definition: PublishedDefinition;
  readonly requester: string;
  readonly beneficiary: string | null;
  readonly externalReference: string | null;
  readonly due: string | undefined;
  readonly draft: boolean;
  readonly links: readonly FiledLink[];
  readonly confidential: boolean;
  readonly observers: readonly Observer[];
  readonly raw: RawContent;
};

type FilingCall = Caller & { readonly body: BodyOf<'createApprovalRequest'> };

/** What a body asks for, in our shape or as the canonical payload, if this key may ask for it. */
export function wantedBy({ principal, body }: FilingCall): Native {
  const wanted: Native = isCanonicalPayload(body)
    ? {
        definition: definitionOf(body),
        requester: body.initiator.user_id,
        externalReference: body.document_id,
        fields: {},
        documents: {},
        links: [],
        observers: [],
        confidential: false,
        draft: false,
      }
    : body;
  if (!covers(principal, wanted.definition)) {
    throw new ProblemError('forbidden-definition', { data: { definition: wanted.definition } });
  }
  return wanted;
}

/** Looks up what it names. */
export async function readFiling(
  deps: Pick<RequestDeps, 'definitions' | 'engine'>,
  call: FilingCall,
  wanted: Native,
  names: Names,
): Promise<Filing> {
  const { principal, body } = call;
  const definition = await definitionFor(deps, principal.environment, wanted);
  const requester =
    wanted.requester === undefined ? call.actFor : await names.person('requester', wanted.requester);
  if (requester === null) {
    throw new ProblemError('requester-required', {
      errors: [{ field: 'requester', code: 'required', message: 'Name the person who requests.' }],
    });
  }
  const beneficiary =
    wanted.beneficiary === undefined ? null : await names.person('beneficiary', wanted.beneficiary);
  const raw: RawContent = isCanonicalPayload(body) ? contentOf(body, definition.compiled.definition) : wanted;
  const { due, draft, confidential, externalReference = null } = wanted;
  const links = await lookedUp(deps, call, wanted.links);
  const observers = await observersOf(wanted.observers, names);
  const who = { requester, beneficiary, observers };
  return { definition, ...who, externalReference, due, draft, links, confidential, raw };
}

export function createCommand(
  request: string,
  filing: Filing,
  content: Content,
): Extract<CommandData, { type: 'create' }> {
  const { definition, requester, beneficiary, externalReference, draft } = filing;
  const { due, links, confidential, observers } = filing;
  return {
    type: 'create',
    request,
    definition: definition.name,
    definitionDigest: definition.compiled.digest,
    requester,
    submitter: null,
    beneficiary,
    externalReference,
    content,
    draft,
    ...(due === undefined ? {} : { due }),
    ...(confidential ? { confidential: true } : {}),
    ...(links.length === 0 ? {} : { links }),
    ...(observers.length === 0 ? {} : { observers }),
  };
}

const observersOf = (given: Native['observers'], names: Names): Promise<Observer[]> =>
  Promise.all(
    given.map(async (one, i) =>
      'user' in one ? { user: await names.person(`observers[${i}].user`, one.user) } : one,
    ),
  );

/** A request is never taken away, so one that is there now will be there when the link is. */
async function lookedUp(
  deps: Pick<RequestDeps, 'engine'>,
  caller: Caller,
  links: readonly Link[],
): Promise<FiledLink[]> {
  const { environment } = caller.principal;
  const found: FiledLink[] = [];
  const errors: FieldError[] = [];
  for (const [i, { kind, to }] of links.entries()) {
    const { state } = await deps.engine.stream({ environment, kind: 'request', stream: to }, requestFold);
    if (state !== null && (await mayKnow(deps, caller, state))) {
      const { statusVersion, status, outcome } = state;
      found.push({ kind, to, target: { statusVersion, status, outcome } });
    } else
      errors.push({
        field: `links[${i}].to`,
        code: 'unknown-request',
        message: `There is no request ${to}.`,
      });
  }
  if (errors[0]) throw new ProblemError('unknown-request', { detail: errors[0].message, errors });
  return found;
}

async function definitionFor(
  deps: Pick<RequestDeps, 'definitions'>,
  environment: string,
  wanted: Native,
): Promise<PublishedDefinition> {
  const found =
    wanted.version !== undefined
      ? await deps.definitions.byVersion(environment, wanted.definition, wanted.version)
      : wanted.digest !== undefined
        ? await deps.definitions.byDigest(environment, wanted.digest)
        : await deps.definitions.newest(environment, wanted.definition);
  if (found === null) {
    throw new ProblemError('unknown-definition', {
      detail: `There is no published definition ${wanted.definition}${wanted.version === undefined ? '' : ` version ${wanted.version}`}.`,
      errors: [
        {
          field: 'definition',
          code: 'unknown-definition',
          message: 'Publish it first, or correct the name.',
        },
      ],
    });
  }
  if (
    found.name !== wanted.definition ||
    (wanted.digest !== undefined && found.compiled.digest !== wanted.digest)
  ) {
    throw new ProblemError('definition-mismatch');
  }
  return found;
}
