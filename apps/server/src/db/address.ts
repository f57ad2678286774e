/** What stands between login and database: a host, several as libpq takes them (34.1.1.2), or nothing before a socket. */
const HOSTS = /^(postgres(?:ql)?:\/\/(?:[^@/?#]*@)?)([^/?#]*)/;
/** `URL` takes neither several hosts nor none. */
const ONE = 'hosts.invalid';

/** The parts of an address other than its hosts, to be changed and put together again. */
export function parseAddress(address: string): { readonly url: URL; unparse(): string } {
  const hosts = HOSTS.exec(address)?.[2] ?? '';
  const url = new URL(address.replace(HOSTS, (_, before: string) => before + ONE));
  return { url, unparse: () => url.href.replace(ONE, () => hosts) };
}

/** One address for each host of `postgres://login@a:5432,b:5433/database`, in their order. */
export function eachHost(address: string): readonly string[] {
  const hosts = HOSTS.exec(address)?.[2] ?? '';
  return hosts.split(',').map((host) => address.replace(HOSTS, (_, before: string) => before + host));
}
