import type { AnswerOf } from '@countersign/contract';
import { type Explanation, factSource, type PersonWhy, type StepWhy, why } from '@countersign/core';
import type { Call, Reply } from '../../http/call.ts';
import { notFound } from '../../http/problem.ts';
import type { RequestDeps } from './requests.ports.ts';
import { presentRungs } from './requests.present.ts';
import { readRequest } from './requests.reads.ts';

type Why = AnswerOf<'explainApprovalRequest'>[200];

/** Why each step, and each person in it, is where it is; the same functions answer that decide (N11). */
export async function explainRequest(
  deps: RequestDeps,
  call: Call<'explainApprovalRequest'>,
): Promise<Reply> {
  const { environment } = call.principal;
  const { state, definition } = await readRequest(deps, call, call.params.request);
  const { step, person } = call.query;
  if (step !== undefined && definition.compiled.step(step) === undefined) throw notFound(`step ${step}`);
  const facts = factSource(await deps.engine.directoryNow(environment));
  const now = await deps.engine.now(environment);
  const asked = { ...(step === undefined ? {} : { step }), ...(person === undefined ? {} : { person }) };
  const answers = why(state, { now, definition: definition.compiled, facts }, asked);
  const body: Why = {
    request: state.request,
    step: step ?? null,
    person: person ?? null,
    answers: answers.flatMap((one) => [...(person === undefined ? [ofStep(one)] : []), ...ofPersons(one)]),
  };
  return { status: 200, body };
}

type Answer = Why['answers'][number];

const words = (code: string): string => code.replaceAll('_', '-');

const mutable = (because: Explanation) => ({
  ...because,
  facts: [...because.facts],
  persons: [...because.persons],
});

const ofStep = ({ step, status, why: because, waitsFor, rungs, instead }: StepWhy): Answer => ({
  step,
  person: null,
  verdict: words(status),
  why: because === null ? null : mutable(because),
  waitsFor,
  ...(rungs === undefined ? {} : { rungs: presentRungs(rungs) }),
  ...(instead === undefined ? {} : { instead: instead.map(mutable) }),
});

/** As `Explanation.facts` writes them. */
function factOf(via: PersonWhy['via'][number]): string {
  switch (via.via) {
    case 'group':
      return `group:${via.group}`;
    case 'role':
      return `role:${via.role}`;
    case 'field':
      return `fields.${via.field}`;
    case 'manager':
      return `manager:${via.of}:${via.level}`;
    case 'matrix':
      return `matrix:${via.matrix}#${via.row}`;
    case 'climb':
      return `climbed:${via.matrix}#${via.over.join(',')}`;
    case 'added':
      return `added:${via.by}`;
    case 'reassignment':
      return `reassignment:${via.from}`;
    case 'user':
    case 'escalation':
    case 'fallback':
      return via.via;
    default: {
      const never: never = via;
      return never;
    }
  }
}

const ofPersons = ({ step, path, persons, status }: StepWhy): Answer[] =>
  persons.map((p) => ({
    step,
    person: p.person,
    verdict:
      status === 'not_reached' ? 'not-reached' : p.standing === 'assigned' ? 'asked' : words(p.standing),
    why: {
      rule: p.reason,
      clause: p.reason.startsWith('excluded:') ? 'separate' : `${path}.by`,
      inputs: p.decision ? { decision: p.decision.decision, revision: p.decision.revision } : {},
      facts: p.via.map(factOf),
      persons: [],
    },
    waitsFor: null,
    ...(p.rung === undefined ? {} : { rung: p.rung }),
  }));
