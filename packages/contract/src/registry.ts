import { z } from 'zod';

/** Every schema that has a name in the OpenAPI document. */
export const named = z.registry<{ id: string; description: string }>();

/** Names a schema; the name becomes a component of the OpenAPI document and a type of the SDK. */
export const name = <S extends z.ZodType>(id: string, description: string, schema: S): S => {
  named.add(schema, { id, description });
  return schema;
};

export const nameOf = (schema: z.ZodType): string | undefined => named.get(schema)?.id;
