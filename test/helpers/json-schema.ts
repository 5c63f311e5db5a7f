/** Holds a value against a JSON schema (draft 7), as far as published schemas of file formats use it. */

type Schema = Readonly<Record<string, unknown>>;

/** Where the value breaks the schema, as `path: what`; empty when it keeps to it. */
export function schemaErrors(root: Schema, value: unknown): string[] {
  return check(root, root, value, "$");
}

function asSchema(value: unknown): Schema {
  return value as Schema;
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value;
}

function check(root: Schema, schema: Schema, value: unknown, path: string): string[] {
  const errors: string[] = [];
  const reference = schema["$ref"];
  if (typeof reference === "string") {
    const target = reference
      .replace("#/", "")
      .split("/")
      .reduce<unknown>((node, name) => asSchema(node)[name], root);
    if (target === undefined) throw new Error(`the schema lacks ${reference}`);
    errors.push(...check(root, asSchema(target), value, path));
  }
  const { type, const: only, enum: values } = schema;
  if (typeof type === "string" && typeOf(value) !== type) {
    return [...errors, `${path}: ${typeOf(value)} is no ${type}`];
  }
  if (only !== undefined && value !== only) errors.push(`${path}: is not ${String(only)}`);
  if (Array.isArray(values) && !values.includes(value))
    errors.push(`${path}: not one of ${values}`);
  const choices = schema["anyOf"] ?? schema["oneOf"];
  if (Array.isArray(choices)) {
    const all = choices.map((one) => check(root, asSchema(one), value, path));
    if (all.every((one) => one.length > 0)) errors.push(...(all[0] ?? []), ...(all[1] ?? []));
  }
  if (Array.isArray(value)) {
    const items = schema["items"];
    if (items !== undefined) {
      for (const [i, item] of value.entries()) {
        errors.push(...check(root, asSchema(items), item, `${path}[${i}]`));
      }
    }
  } else if (typeof value === "object" && value !== null) {
    const object = asSchema(value);
    for (const name of (schema["required"] as string[] | undefined) ?? []) {
      if (!(name in object)) errors.push(`${path}: lacks ${name}`);
    }
    for (const [name, one] of Object.entries(asSchema(schema["properties"] ?? {}))) {
      if (name in object)
        errors.push(...check(root, asSchema(one), object[name], `${path}.${name}`));
    }
  }
  return errors;
}
