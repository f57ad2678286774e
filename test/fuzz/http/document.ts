import { openApiDocument, type RouteId } from '@countersign/contract';

/** What we read of JSON Schema 2020-12: the keywords that the OpenAPI document uses. */
export type Schema = {
  readonly $ref?: string;
  readonly type?: string;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: { readonly [name: string]: Schema };
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly propertyNames?: Schema;
};

export type Parameter = {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly schema: Schema;
};

export type Response = {
  readonly headers?: { readonly [name: string]: { readonly $ref: string } };
  readonly content?: { readonly [mediaType: string]: { readonly schema: Schema } };
};

export type Operation = {
  readonly id: RouteId;
  readonly method: string;
  /** Template: `/v1/approval-requests/{request}`. */
  readonly path: string;
  readonly scoped: boolean;
  readonly parameters: readonly Parameter[];
  /** Of the body; null where there is none. `stream`: any bytes. */
  readonly body: { readonly kind: 'json'; readonly schema: Schema } | { readonly kind: 'stream' } | null;
  readonly examples: readonly unknown[];
  readonly responses: { readonly [status: string]: Response };
};

type Raw = {
  readonly paths: { readonly [path: string]: { readonly [method: string]: RawOperation } };
  readonly components: {
    readonly schemas: { readonly [name: string]: Schema };
    readonly parameters: { readonly [name: string]: Parameter };
    readonly headers: { readonly [name: string]: { readonly schema: Schema } };
  };
};
type RawOperation = {
  readonly operationId: RouteId;
  readonly security: readonly unknown[];
  readonly parameters: readonly (Parameter | { readonly $ref: string })[];
  readonly requestBody?: {
    readonly content: {
      readonly [mediaType: string]: {
        readonly schema: Schema;
        readonly examples?: { readonly [name: string]: { readonly value: unknown } };
      };
    };
  };
  readonly responses: { readonly [status: string]: Response };
};

/** The document as it is published, through JSON: what a stranger would generate from. */
export const document: Raw = JSON.parse(JSON.stringify(openApiDocument()));

const last = (ref: string): string => ref.slice(ref.lastIndexOf('/') + 1);

/** @throws where the document refers to what it does not hold. */
export function schemaOf(schema: Schema): Schema {
  if (schema.$ref === undefined) return schema;
  const found = document.components.schemas[last(schema.$ref)];
  if (found === undefined) throw new Error(`the document lacks ${schema.$ref}`);
  return schemaOf(found);
}

export const headerSchema = (ref: string): Schema | undefined =>
  document.components.headers[last(ref)]?.schema;

function parameterOf(given: Parameter | { readonly $ref: string }): Parameter {
  if (!('$ref' in given)) return given;
  const found = document.components.parameters[last(given.$ref)];
  if (found === undefined) throw new Error(`the document lacks ${given.$ref}`);
  return found;
}

export const operations: readonly Operation[] = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, raw]): Operation => {
    const json = raw.requestBody?.content['application/json'];
    return {
      id: raw.operationId,
      method: method.toUpperCase(),
      path,
      scoped: raw.security.length > 0,
      parameters: raw.parameters.map(parameterOf),
      body: json ? { kind: 'json', schema: json.schema } : raw.requestBody ? { kind: 'stream' } : null,
      examples: Object.values(json?.examples ?? {}).map((one) => one.value),
      responses: raw.responses,
    };
  }),
);
