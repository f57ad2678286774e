type RawRequest = {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
  readonly body?: string | Buffer;
};

export type RawAnswer = {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: { readonly [name: string]: string };
  readonly body: Buffer;
};

export type Transport = (request: RawRequest) => Promise<RawAnswer>;

/** Real HTTP. */
export function overHttp(baseUrl: string): Transport {
  return async ({ method, url, headers, body }) => {
    const payload =
      body === undefined ? {} : { body: typeof body === 'string' ? body : new Uint8Array(body) };
    const response = await fetch(new URL(url, baseUrl), { method, headers, redirect: 'manual', ...payload });
    const bytes = Buffer.from(await response.arrayBuffer());
    return { status: response.status, headers: Object.fromEntries(response.headers), body: bytes };
  };
}
