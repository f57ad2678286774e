import { command } from '../kit/command.ts';
import { actingFor, connect, connectionFlags, personFlags, personId } from '../kit/connection.ts';
import { namesOf } from '../kit/people.ts';
import { clean } from '../kit/text.ts';
import { whySentences } from '../kit/why-words.ts';

export const requestWhy = command({
  name: 'request why',
  summary: 'Say why a step, or a person in it, is where it is',
  about: 'The answer comes from the evaluator that decided, with the clause, the inputs and the facts.',
  parameters: ['<id>'],
  flags: {
    step: { type: String, placeholder: '<step>', description: 'Only this step' },
    person: {
      type: String,
      placeholder: '<person>',
      description: 'How this person stands: usr_… or user name',
    },
    ...connectionFlags,
    ...personFlags,
  },
  examples: ['countersign request why req_… --step finance --person omar.haddad'],
  async run({ args, flags, io, output }) {
    const client = await actingFor(connect(flags, io), flags.as);
    const { data } = await client.explainApprovalRequest({
      path: { request: args.id },
      query: {
        ...(flags.step === undefined ? {} : { step: flags.step }),
        ...(flags.person === undefined ? {} : { person: await personId(client, flags.person) }),
      },
    });
    const people = data.answers.flatMap(({ person, why, waitsFor, rungs }) => [
      person ?? '',
      ...(rungs?.flatMap((one) => one.persons) ?? []),
      ...(waitsFor?.match(/usr_[0-9a-f-]{36}/g) ?? []),
      ...(why?.persons.map((one) => one.person) ?? []),
      ...(why?.facts.filter((fact) => fact.startsWith('person:')).map((fact) => fact.slice(7)) ?? []),
    ]);
    const names = output.json ? String : await namesOf(client, people);
    output.result(data, (paint) => {
      if (data.answers.length === 0) return 'No step answers to that.';
      return data.answers
        .map((answer) => {
          const [first = '', ...rest] = whySentences(answer, names).map(clean);
          return [paint.bold(first), ...rest.map((line) => `  ${line}`)].join('\n');
        })
        .join('\n\n');
    });
    return undefined;
  },
});
