import { readdirSync, readlinkSync } from 'node:fs';

function holds(pid: string, links: readonly string[]): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      try {
        return links.includes(readlinkSync(`/proc/${pid}/fd/${fd}`));
      } catch {
        return false;
      }
    });
  } catch {
    return false;
  }
}

/** @param inodes of sockets @returns the process that has one of them open, as far as we may see it */
export function holderOf(inodes: readonly string[]): string | undefined {
  const links = inodes.map((inode) => `socket:[${inode}]`);
  return readdirSync('/proc').find((entry) => /^\d+$/.test(entry) && holds(entry, links));
}
