import type { Approve, Decision, RequestEvent } from '@countersign/core';
import type { Authority } from './authority.ts';
import { type Entry, requestEvents } from './entry.ts';
import { type Route, routeOf } from './route.ts';
import { must } from './violation.ts';

type Step = {
  open: boolean;
  approved: boolean;
  escalated: boolean;
  required: number;
  reassigned: Set<string>;
};
type Request = {
  readonly route: Route;
  readonly parties: readonly string[];
  readonly editors: Set<string>;
  revision: string;
  readonly steps: Map<string, Step>;
  readonly decisions: Map<number, Decision>;
};

/**
 * Counts the quorum of each approved step again, and asks of each decision whether its maker might make it: by the
 * log alone, in its order, with rules written down a second time and as simply as they can be.
 */
export function quorumCheck(authority: Authority) {
  const requests = new Map<string, Request>();

  const barred = (request: Request, step: Approve, person: string): boolean =>
    request.parties.includes(person) ||
    request.editors.has(person) ||
    standing(request).some(
      (d) =>
        d.step !== step.id &&
        request.route.different.some((steps) => steps.includes(step.id) && steps.includes(d.step)) &&
        [d.person, d.principal, ...d.chain].includes(person),
    );

  const standing = (request: Request) => [...request.decisions.values()];
  const on = (request: Request, step: string) => standing(request).filter((d) => d.step === step);

  const may = (request: Request, step: Approve, person: string): boolean =>
    authority.active(person) && !barred(request, step, person);

  /** Whose place a step can have, at this moment. */
  function asked(request: Request, step: Approve, state: Step): ReadonlySet<string> {
    const groups = [step.by, step.fallback, state.escalated ? step.escalate?.add : null].flatMap((one) =>
      one?.by === 'group' ? [one.group] : [],
    );
    const persons = [...groups.flatMap((group) => authority.members(group)), ...state.reassigned];
    return new Set(persons.filter((person) => may(request, step, person)));
  }

  function decided(request: Request, decision: Decision, { row, leaf }: Entry): void {
    const where = `decision ${decision.n} at ${row.seq} in step ${decision.step} of ${row.stream_id}`;
    const { step, state } = stepOf(request, decision.step);
    const { person, principal } = decision;
    must(leaf.command.actor.person === person, 'its maker decides', () => where);
    must(
      decision.revisionDigest === request.revision,
      'a decision lands on the revision that was served',
      () => where,
    );
    must(state.open, 'only an open step is decided', () => where);
    must(
      ![person, principal].some((one) =>
        on(request, step.id).some((d) => d.person === one || d.principal === one),
      ),
      'each person has one place',
      () => `${where}: ${person} for ${principal}`,
    );
    for (const one of [person, principal]) {
      must(authority.active(one), 'authority is current', () => `${where}: ${one} is not active`);
      must(!barred(request, step, one), 'duties are separate', () => `${where}: ${one} is excluded`);
    }
    must(
      asked(request, step, state).has(principal),
      'authority is current',
      () => `${where}: ${principal} has no place`,
    );
    const reached =
      person === principal ||
      authority.chain(principal, person, leaf.now, (one) => !barred(request, step, one));
    must(reached, 'authority is current', () => `${where}: no delegation from ${principal} to ${person}`);
    request.decisions.set(decision.n, decision);
  }

  function counted(request: Request, id: string, where: string): void {
    const { step, state } = stepOf(request, id);
    const approvals = on(request, id).filter(
      (d) =>
        d.decision === 'approve' &&
        (!step.whileActive || (authority.active(d.person) && authority.active(d.principal))),
    );
    const persons = new Set(approvals.map((d) => d.person));
    const places = new Set(approvals.map((d) => d.principal));
    const least = Math.min(persons.size, places.size);
    must(least >= state.required, 'a step passes with its quorum', () => {
      return `${where}: ${id} has ${least} of ${state.required} approvals`;
    });
  }

  function opened(request: Request, id: string): void {
    const before = request.steps.get(id);
    const step = request.route.step(id);
    const fresh = {
      open: true,
      approved: false,
      escalated: false,
      required: 1,
      reassigned: new Set<string>(),
    };
    const { need } = step;
    // Those who have decided in it keep their place.
    const roster = asked(request, step, fresh).size;
    if (need.rule === 'atLeast') fresh.required = need.n;
    if (need.rule === 'all') fresh.required = Math.max(1, roster);
    if (need.rule === 'share') fresh.required = Math.max(1, Math.ceil((roster * Number(need.percent)) / 100));
    request.steps.set(id, { ...before, ...fresh });
  }

  function stepOf(request: Request, id: string): { step: Approve; state: Step } {
    const state = request.steps.get(id);
    if (state === undefined) throw new Error(`step ${id} was never opened`);
    return { step: request.route.step(id), state };
  }

  function apply(request: Request, event: RequestEvent, entry: Entry): void {
    const where = `entry ${entry.row.seq}, ${entry.row.stream_id}`;
    switch (event.type) {
      case 'step.opened':
        return opened(request, event.step);
      case 'step.escalated':
        stepOf(request, event.step).state.escalated = true;
        return;
      case 'assignment.reassigned':
        stepOf(request, event.replacement.step).state.reassigned.add(event.replacement.person);
        return;
      case 'decision.recorded':
        return decided(request, event.decision, entry);
      case 'decision.voided':
        request.decisions.delete(event.decision);
        return;
      case 'step.approved': {
        counted(request, event.step, where);
        const { state } = stepOf(request, event.step);
        state.approved = true;
        state.open = false;
        return;
      }
      case 'request.revised':
        request.revision = event.revision.digest;
        if (entry.leaf.command.actor.person) request.editors.add(entry.leaf.command.actor.person);
        for (const step of request.steps.values()) step.approved = false;
        return;
      case 'request.reopened':
        for (const step of request.steps.values()) step.approved = false;
        return;
      case 'request.approved':
        for (const step of request.route.steps) {
          const passed = request.steps.get(step.id)?.approved === true;
          must(passed, 'a request passes with all its steps', () => `${where}: ${step.id} is not approved`);
          counted(request, step.id, where);
        }
        return;
      default:
        return;
    }
  }

  return {
    see(entry: Entry): void {
      if (entry.leaf.kind !== 'request') return;
      for (const event of requestEvents(entry.leaf)) {
        if (event.type === 'request.created') {
          const { requester, submitter, beneficiary, revision } = event;
          requests.set(entry.row.stream_id, {
            route: routeOf(event.definitionDigest),
            parties: [requester, submitter, beneficiary],
            editors: new Set(),
            revision: revision.digest,
            steps: new Map(),
            decisions: new Map(),
          });
          continue;
        }
        const request = requests.get(entry.row.stream_id);
        if (request === undefined) throw new Error(`${entry.row.stream_id} was never created`);
        apply(request, event, entry);
      }
    },
  };
}
