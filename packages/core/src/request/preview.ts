import type { Node } from '../definition/model.ts';
import { placedNodes } from '../definition/walk.ts';
import { type FormState, formState } from '../form/state.ts';
import { advance } from '../route/advance.ts';
import { emit, type Work } from '../route/work.ts';
import { explainNode, type StepWhy } from '../why/query.ts';
import type { Command, CommandData } from './commands.ts';
import { missingParts } from './content.ts';
import { begun, submitNow } from './decide/create.ts';
import type { RequestEvent } from './events.ts';
import type { Assignment } from './model.ts';
import type { Context, FieldError, Refused } from './result.ts';
import { isReached } from './step-state.ts';

export type Preview = {
  readonly ok: true;
  /** What filing it now would record. */
  readonly events: readonly RequestEvent[];
  /** The route from top to bottom, each step as it would be when it is first reached. */
  readonly steps: readonly PreviewStep[];
  /** What must be given before it can be submitted; only a draft may lack something. */
  readonly missing: readonly FieldError[];
  readonly form: FormState;
  /** Would it be approved at once, with nobody asked? */
  readonly passes: boolean;
};

export type PreviewStep = StepWhy & {
  /** Reached by filing itself; else once all before it have approved, and their checks have passed. */
  readonly atOnce: boolean;
  /** Who would have a place in it. */
  readonly asked: readonly Assignment[];
  /** Approvals needed. */
  readonly required: number;
  /** The reason of a path without a person. */
  readonly reason: string | null;
};

/**
 * What would become of a request, by the functions that decide: it is filed, and then each step that waits for people or
 * systems is taken for approved, to see the next. Whom separation of duties bars because of decisions that are not
 * made yet, it cannot know. Writes nothing.
 */
export function preview(
  command: Command,
  data: Extract<CommandData, { type: 'create' }>,
  context: Context,
): Preview | Refused {
  const { related } = command.data;
  const work = begun(command, data, related === undefined ? context : { ...context, related });
  if ('ok' in work) return work;
  const missing = missingParts(context.definition, work.state.revision);
  const form = formState(context.definition, work.state.revision.fields);
  submitNow(work);
  const events = [...work.events];
  const passes = work.state.status === 'closed' && work.state.outcome === 'approved';
  const nodes = placedNodes(context.definition.definition.route).map((placed) => placed.node);
  const seen = new Map<string, PreviewStep>();
  see(work, nodes, seen, true);
  while (assume(work, nodes)) {
    advance(work);
    see(work, nodes, seen, false);
  }
  const steps = nodes.map((node) => seen.get(node.id) ?? shown(work, node, false));
  return { ok: true, events, steps, missing, form, passes };
}

function see(work: Work, nodes: readonly Node[], seen: Map<string, PreviewStep>, atOnce: boolean): void {
  for (const node of nodes) {
    if (!seen.has(node.id) && isReached(work.state.steps[node.id]))
      seen.set(node.id, shown(work, node, atOnce));
  }
}

function shown(work: Work, node: Node, atOnce: boolean): PreviewStep {
  const step = work.state.steps[node.id];
  const asked = work.state.assignments.filter((a) => a.step === node.id && a.status === 'open');
  const branch = node.kind === 'choose' && step ? node.branches[step.branch ?? 0] : undefined;
  return {
    ...explainNode(work, node, undefined),
    atOnce,
    asked,
    required: step?.required ?? 0,
    reason: isReached(step) ? (branch?.pass ?? null) : null,
  };
}

/** Takes every step that now waits for people or a system for approved; false if there is none. */
function assume(work: Work, nodes: readonly Node[]): boolean {
  let more = false;
  for (const node of nodes) {
    const step = work.state.steps[node.id];
    if (!isReached(step) || work.assumed.has(node.id)) continue;
    const waits = step.status === 'open' || step.status === 'blocked' || step.status === 'held';
    if (node.kind === 'approve' && waits) {
      work.assumed.add(node.id);
      more = true;
    } else if (node.kind === 'check' && (step.status === 'waiting' || step.status === 'held')) {
      emit(work, { type: 'check.answered', step: node.id, answer: 'pass', reference: null, timedOut: false });
      more = true;
    }
  }
  return more;
}
