/** Which addresses are this machine's own. */

const loopback = ['127.0.0.1', 'localhost', '[::1]'];

/** Whether a listener's address, or the host of a URL, is reached from this machine alone. */
export const isLoopback = (host: string): boolean =>
  loopback.includes(host.toLowerCase()) || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);

/** The same address by all of its names, where it is this machine's own. */
export function urlsOf(address: string): URL[] {
  const url = new URL(address);
  if (!isLoopback(url.hostname)) return [url];
  return loopback.map((hostname) => new URL(`${url.protocol}//${hostname}${url.port && `:${url.port}`}`));
}
