import type { Phrases } from './phrases.ts';
import { listed, parts } from './words.ts';

const UNITS = {
  workdays: ['Arbeitstag', 'Arbeitstagen'],
  D: ['Tag', 'Tagen'],
  H: ['Stunde', 'Stunden'],
  M: ['Minute', 'Minuten'],
  S: ['Sekunde', 'Sekunden'],
} as const;
const verdict = {
  fail: 'Fällt sie negativ aus',
  unknown: 'Kommt bis dahin keine Antwort, oder ist die Antwort unbekannt',
};
const then = {
  reject: 'ist der Antrag abgelehnt',
  hold: 'wartet der Antrag, bis eine Antwort kommt',
  return: 'geht der Antrag an die antragstellende Person zurück',
};
const answers: { readonly [answer: string]: string } = { pass: 'positiv', fail: 'negativ' };

const NOUNS = {
  approve: 'Eine Genehmigung',
  reject: 'Eine Ablehnung',
  return: 'Eine Rückgabe',
  abstain: 'Eine Enthaltung',
};

export const german: Phrases = {
  language: 'de',
  and: 'und',
  or: 'oder',
  yes: 'ja',
  no: 'nein',
  always: 'immer',
  never: 'nie',
  revision: 'die Nummer der Fassung',
  everything: 'den ganzen Antrag',
  headings: { request: 'Der Antrag', route: 'Der Weg', times: 'Fristen', rules: 'In allen Schritten' },
  identity: {
    requester: 'die antragstellende Person',
    submitter: 'die einreichende Person',
    beneficiary: 'die begünstigte Person',
    editor: 'wer den Antrag bearbeitet hat',
  },
  decision: { approve: 'genehmigen', reject: 'ablehnen', return: 'zurückgeben', abstain: 'sich enthalten' },
  compare: {
    below: (a, b) => `${a} liegt unter ${b}`,
    atMost: (a, b) => `${a} ist höchstens ${b}`,
    above: (a, b) => `${a} liegt über ${b}`,
    atLeast: (a, b) => `${a} ist mindestens ${b}`,
    is: (a, b) => `${a} ist ${b}`,
    isNot: (a, b) => `${a} ist nicht ${b}`,
  },
  quote: (text) => `„${text}“`,
  number: (text) => text.replace('.', ','),
  duration(duration) {
    const { n, unit } = parts(duration);
    return `${n} ${UNITS[unit][n === '1' ? 0 : 1]}`;
  },
  list: listed,
  limit: (name, value) => `${value} (Grenze ${name})`,
  applies: (words) => `${words} trifft zu`,
  not: (words) => `es gilt nicht: ${words}`,
  given: (words) => `${words} ist angegeben`,
  total: (amount, by, within) =>
    `die Summe von ${amount} über alle Anträge mit gleichem ${by} binnen ${within}, diesen eingeschlossen,`,
  oneOf: (item, list) => `${item} ist eines von ${list}`,
  checkSaid: (check, answer, is) =>
    `die Prüfung ${check} ist ${is ? '' : 'nicht '}${answers[answer] ?? `mit ${answer} beantwortet`}`,
  onlyIf: (condition) => `Nur wenn gilt: ${condition}; sonst entfällt es.`,
  field: {
    required: 'Pflicht',
    optional: 'freiwillig',
    personal: 'personenbezogen, also versiegelt',
    many: 'mehrere möglich',
    document: 'Dokument',
    type: {
      ...{
        text: 'Text',
        integer: 'ganze Zahl',
        decimal: 'Zahl',
        money: 'Geldbetrag',
        percent: 'Prozentsatz',
      },
      ...{
        boolean: 'ja oder nein',
        date: 'Datum',
        datetime: 'Zeitpunkt',
        duration: 'Dauer',
        enum: 'Auswahl',
      },
      ...{
        email: 'E-Mail-Adresse',
        person: 'Person',
        reference: 'Verweis auf ein anderes System',
        lines: 'Positionen',
      },
    },
    in: (currency) => `in ${currency}`,
    of: (values) => `aus ${values}`,
    listOf: (type) => `Liste (${type})`,
    max: (n) => `höchstens ${n}`,
    tolerance: (amount) => `bei einer Änderung bis ${amount} seit einer Entscheidung wird nicht neu gefragt`,
    visible: (condition) => `nur gezeigt, wenn gilt: ${condition}`,
    computed: (expression) => `berechnet als ${expression}`,
    rows: (n) => `höchstens ${n} Zeilen`,
    section: (title) => `Abschnitt ${title}:`,
  },
  by: {
    user: (person) => `die Person ${person}`,
    group: (group) => `die Mitglieder der Gruppe ${group}`,
    role: (role) => `die Inhaber der Rolle ${role}`,
    field: (field) => `die Person in ${field}`,
    manager: (of, levels) =>
      levels === 1 ? `die Führungskraft über: ${of}` : `die ${levels} Führungskräfte über: ${of}`,
    managerUntil: (of, matrix, amount) =>
      `die erste Führungskraft über: ${of}, deren Grenze in der Vollmachtsmatrix ${matrix} reicht für ${amount}`,
    matrix: (matrix, amount, columns) =>
      `wen die Vollmachtsmatrix ${matrix} nennt, nach ${listed([amount, ...columns], 'und')}`,
  },
  step: {
    asked: (step, whom) => `${step}: Gefragt werden: ${whom}.`,
    any: 'Eine Genehmigung genügt.',
    all: 'Alle müssen genehmigen.',
    atLeast: (n) => `Mindestens ${n} müssen genehmigen.`,
    share: (percent) => `Mindestens ${percent.replace('.', ',')} % müssen genehmigen, aufgerundet.`,
    each: (counts) => `So viele müssen genehmigen: ${counts}. Niemand zählt für zwei.`,
    requires: (documents) => `Genehmigen kann niemand, bevor diese Dokumente vorliegen: ${documents}.`,
    reviews: (what) => `Entschieden wird über ${what}.`,
    askAgain: {
      changed: 'Nach einer neuen Fassung wird neu gefragt, wenn sich davon etwas geändert hat.',
      always: 'Nach jeder neuen Fassung wird neu gefragt.',
    },
    offered: (decisions) => `Möglich ist: ${decisions}.`,
    reason: (decision, texts) => `${NOUNS[decision]} nennt einen dieser Gründe: ${texts}.`,
    rejectFirst: 'Die erste Ablehnung beendet den Antrag als abgelehnt.',
    rejectWait: 'Erst antworten alle; zu wenige Genehmigungen beenden den Antrag dann als abgelehnt.',
    rejectAtLeast: (n) => `${n} Ablehnungen beenden den Antrag als abgelehnt.`,
    noReject: 'Niemand kann hier ablehnen.',
    returned:
      'Zurückgeben legt den Antrag der antragstellenden Person wieder vor und zieht alle offenen Fragen zurück.',
    abstained: 'Eine Enthaltung ist keine Genehmigung.',
    fallback: (whom) => `Dürfen zu wenige von ihnen entscheiden, werden auch gefragt: ${whom}.`,
    blocked: 'Dürfen zu wenige von ihnen entscheiden, ist der Schritt blockiert, bis es jemand darf.',
    whileActive: 'Genehmigungen von Ausgeschiedenen zählen nicht.',
    carried:
      'Wer einen früheren Schritt genehmigt hat, der ebenso viel geprüft hat, wird nicht noch einmal gefragt.',
    bulk: 'Über mehrere Anträge darf hier mit einer Liste auf einmal entschieden werden.',
    overridden: (whom, reviewers, reasons) =>
      `Im Notfall (${reasons}) dürfen den Schritt erledigen: ${whom}; danach prüfen das: ${reviewers}.`,
    reminded: (after) => `Wer nicht geantwortet hat, wird erinnert nach ${after}.`,
    escalated: (after, whom, instead) =>
      `Ohne Ergebnis nach ${after} werden ${instead ? 'stattdessen' : 'auch'} gefragt: ${whom}.`,
  },
  part: {
    isPart:
      'Ein Baustein: Andere Definitionen nutzen seine Schritte; für sich allein wird damit nichts beantragt.',
    heading: 'Was er erhält',
    otherwise: (value) => `sonst ${value}`,
    used: (id, part) => `${id}: die Schritte des Bausteins ${part}`,
    given: (values) => `Er erhält ${values}.`,
    unknown: 'Welche Schritte das sind, steht hier nicht: Der Baustein lag nicht vor.',
  },
  route: {
    sequence: (id) => `${id}: nacheinander`,
    parallel: (id) => `${id}: nebeneinander`,
    choose: (id) => `${id}: der erste Fall, der zutrifft`,
    case: (condition) => `Wenn gilt: ${condition}:`,
    otherwise: 'Sonst:',
    passed: (reason) => `Niemand weiter wird gefragt. Der Grund: ${reason}`,
    check: (id, ask) => `${id}: Prüfung durch ein anderes System (${ask}).`,
    sent: (values) => `Es erhält ${values}.`,
    within: (duration) => `Es hat für die Antwort eine Frist von ${duration}.`,
    consequence: (answer, then_) => `${verdict[answer]}, ${then[then_]}.`,
  },
  end: {
    approved: 'Sind alle Schritte getan, ist der Antrag genehmigt.',
    due: (within) => `Eine Entscheidung ist zugesagt: binnen ${within} nach der Einreichung.`,
    dueRange: (least, most) => `Ein Antrag darf eine andere Frist verlangen, zwischen ${least} und ${most}.`,
    noDue: 'Keine Frist ist zugesagt.',
    expire: (after) =>
      `Ist nach ${after} seit der Einreichung nicht entschieden, endet der Antrag als abgelaufen. Schweigen genehmigt nie.`,
    noExpire: 'Ein Antrag läuft nicht ab; Schweigen genehmigt nie.',
    zone: (zone, calendar) =>
      `Tage ${calendar === undefined ? '' : `und Arbeitstage des Kalenders ${calendar} `}sind die der Zeitzone ${zone}; Stunden verstreichen.`,
    excluded: (who) =>
      `Niemand entscheidet, auch nicht in Vertretung, über einen Antrag und ist dabei ${who}.`,
    nobodyExcluded: 'Niemand ist davon ausgeschlossen, über den eigenen Antrag zu entscheiden.',
    different: (steps) => `Verschiedene Personen entscheiden ${steps}.`,
    rates: (currency, source, day, oldest) =>
      `Beträge in verschiedenen Währungen werden in ${currency} verglichen, zu den Kursen von ${source} am Tag ${day === null ? 'der Einreichung' : `nach ${day}`}; Kurse nach einem Alter von mehr als ${oldest} gelten als fehlend.`,
    held: 'Fehlt ein Wert, den eine Bedingung braucht, wartet der Antrag, bis er angegeben ist.',
    revised:
      'Eine neue Fassung durchläuft den Weg von vorn; Genehmigungen bleiben, wo sich nichts von ihrem Gegenstand geändert hat.',
    confidential: 'Von einem Antrag erfahren nur die Beteiligten.',
    number: (pattern) =>
      `Die Nummer eines Antrags ist ${pattern}: das Jahr der Einreichung und sein Platz im Protokoll.`,
    observed: (who) => `Von jedem Antrag dürfen auch wissen, ohne damit zu entscheiden: ${who}.`,
    retained: (schedule) => `Anträge werden aufbewahrt nach der Regel ${schedule}.`,
    reopen: (who) =>
      `Einen beendeten Antrag dürfen die antragstellende, die einreichende und die begünstigte Person wieder eröffnen${who === '' ? '' : `, außerdem: ${who}`}.`,
  },
};
