/**
 * An address without the name and password in it, and the header that takes their place: fetch refuses an address
 * that holds them.
 * @param address like http://name:password@host:1080
 */
export function splitLogin(address: string): { base: string; headers: Record<string, string> } {
  const url = new URL(address);
  const pair = Buffer.from(`${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`);
  const headers: Record<string, string> = url.username ? { authorization: `Basic ${pair.toString('base64')}` } : {};
  url.username = url.password = '';
  return { base: url.href.replace(/\/$/, ''), headers };
}
