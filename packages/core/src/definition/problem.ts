/** 1-based; columns count UTF-16 code units, as editors do. */
export type Position = { readonly line: number; readonly column: number };

/**
 * What is wrong with a definition, where, and what to do. `path` names the place in the canonical form, such as
 * `route[2].parallel[0].by`. Without a source text (a stored definition) line and column are 0.
 */
export type DefinitionProblem = Position & {
  readonly code: ProblemCode;
  readonly message: string;
  readonly path: string;
};

export type ProblemCode =
  /** The text is no YAML or JSON, or uses a part of YAML that definitions leave out. */
  | 'syntax'
  | 'too-large'
  | 'alias'
  | 'tag'
  | 'duplicate-key'
  | 'bare-word'
  /** The document's shape. */
  | 'unknown-key'
  | 'missing-key'
  | 'conflicting-keys'
  | 'wrong-type'
  | 'bad-value'
  | 'duplicate'
  /** The document's meaning. */
  | 'bad-condition'
  | 'unknown-name'
  | 'personal-field'
  | 'hidden-field'
  | 'circle'
  | 'nobody-decides'
  | 'no-otherwise'
  | 'never-satisfied'
  | 'never-happens'
  | 'separation-off'
  | 'part-needed'
  /** A matrix: what no row covers, and where only the order of columns says which row decides. */
  | 'gap'
  | 'overlap'
  | 'not-yet';

/** Positions in the source by canonical path. */
export type Positions = ReadonlyMap<string, Position>;

/** The position of a path, or of the nearest enclosing place that stands in the source. */
export function positionOf(positions: Positions, path: string): Position {
  for (let place = path; place !== ''; place = enclosing(place)) {
    const found = positions.get(place);
    if (found) return found;
  }
  return positions.get('') ?? { line: 0, column: 0 };
}

function enclosing(path: string): string {
  const cut = Math.max(path.lastIndexOf('.'), path.lastIndexOf('['));
  return cut < 0 ? '' : path.slice(0, cut);
}

/** As they stand in the source. */
export function inOrder(problems: readonly DefinitionProblem[]): readonly DefinitionProblem[] {
  return problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
}
