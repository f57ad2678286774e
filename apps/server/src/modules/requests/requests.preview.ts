import type { AnswerOf } from '@countersign/contract';
import { factSource, type Preview, type PreviewStep, preview } from '@countersign/core';
import type { Call, Reply } from '../../http/call.ts';
import { actorOf } from '../../http/change.ts';
import { fromRefusal } from '../../http/problem.ts';
import { previewContent } from './requests.content.ts';
import { createCommand, type Filing, readFiling, wantedBy } from './requests.filing.ts';
import { type Names, withNames } from './requests.names.ts';
import type { RequestDeps } from './requests.ports.ts';
import { presentRungs, presentVia } from './requests.present.ts';
import { OPEN_REQUEST, openKey } from './requests.project.ts';
import { holderOf } from './requests.queries.ts';
import { filerOf, readRelated } from './requests.related.ts';
import { openRequestExists } from './requests.run.ts';
import type { Caller } from './requests.visibility.ts';

/** The nil request of UUIDv7: nothing is filed, and so nothing has an id. */
const NOBODYS = 'req_00000000-0000-7000-8000-000000000000';

type Answer = AnswerOf<'previewApprovalRequest'>[200];

/** What would become of a request, by the functions that decide. Writes nothing, not even a key for what is personal. */
export const previewRequest = (deps: RequestDeps, call: Call<'previewApprovalRequest'>): Promise<Reply> =>
  withNames(deps, call.principal.environment, (names) => previewed(deps, call, names));

async function previewed(
  deps: RequestDeps,
  call: Call<'previewApprovalRequest'>,
  names: Names,
): Promise<Reply> {
  const { environment } = call.principal;
  const filing = await readFiling(deps, call, wantedBy(call), names);
  const { definition } = filing;
  const content = await previewContent(deps, { environment, definition }, filing.raw);
  const data = createCommand(NOBODYS, filing, content);
  const directory = await deps.engine.directoryNow(environment);
  names.standAt(directory.revision);
  const actor = actorOf(call.principal, call.actFor);
  const now = await deps.engine.now(environment);
  const related = await readRelated(deps.reader.readAs(environment), environment, definition.compiled, {
    ...{ state: null, version: 0, data, filer: filerOf(actor), request: NOBODYS, now },
  });
  const asked = related === null ? data : { ...data, related: related.sums };
  const found = preview({ id: 'preview', actor, data: asked }, data, {
    now,
    definition: definition.compiled,
    facts: factSource(directory),
  });
  if (!found.ok) throw fromRefusal(found.refusal);
  await refuseSecond(deps, call, filing);
  const body: Answer = {
    definition: { name: definition.name, version: definition.version, digest: definition.compiled.digest },
    passes: found.passes,
    missing: [...found.missing],
    form: formOf(found),
    steps: found.steps.map(present),
  };
  return { status: 200, body };
}

/** As filing would; a draft takes no place. */
async function refuseSecond(
  deps: RequestDeps,
  caller: Caller,
  { draft, externalReference, definition }: Filing,
): Promise<void> {
  if (draft || externalReference === null) return;
  const { environment } = caller.principal;
  const key = openKey(definition.name, externalReference);
  const holder = await holderOf(deps.reader.readAs(environment), environment, OPEN_REQUEST, key);
  if (holder !== null) throw await openRequestExists(deps, caller, holder);
}

const formOf = ({ form }: Pick<Preview, 'form'>): Answer['form'] => ({
  hidden: [...form.hidden],
  unknown: form.unknown.map(({ field, missing }) => ({ field, missing: [...missing] })),
  computed: { ...form.computed } as Answer['form']['computed'],
});

const present = (step: PreviewStep): Answer['steps'][number] => ({
  step: step.step,
  kind: step.kind,
  path: step.path,
  status: step.status,
  atOnce: step.atOnce,
  required: step.required,
  asked: step.asked.map(({ person, via }) => ({ person, via: presentVia(via) })),
  notAsked: step.persons
    .filter((one) => one.standing !== 'assigned')
    .map(({ person, reason }) => ({ person, reason })),
  missing: [...step.missing],
  reason: step.reason,
  why: step.why === null ? null : { ...step.why, facts: [...step.why.facts], persons: [...step.why.persons] },
  waitsFor: step.waitsFor,
  ...(step.rungs === undefined ? {} : { rungs: presentRungs(step.rungs) }),
});
