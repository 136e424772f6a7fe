/** The inbox as a process: `main.ts <folder> <SMTP port> <HTTP port> <days to keep a letter> [<address>]`. Bound to 127.0.0.1 unless told. */
import { once } from 'node:events';
import { systemClock } from '../clock.ts';
import { messageOf } from '../faults.ts';
import { readDays } from '../letterDays.ts';
import { Mailbox } from './mailbox.ts';
import { smtpSide } from './receive.ts';
import { httpSide } from './show.ts';

const hour = 3_600_000;
const [folder = '', smtpPort, httpPort, days = '', address = '127.0.0.1'] = process.argv.slice(2);
const kept = readDays(days) * 24 * hour;
const mailbox = await Mailbox.open(folder);
const expire = () =>
  mailbox
    .expire(systemClock.now() - kept)
    .catch((error) => console.error(`Old letters could not be removed, which is tried again: ${messageOf(error)}`));
void expire();
systemClock.every(hour, expire);
const smtp = smtpSide(mailbox);
const http = httpSide(mailbox);
smtp.listen(Number(smtpPort), address);
await once(smtp.server, 'listening');
// Last, because it is what tells others that all is ready.
http.listen(Number(httpPort), address);
await once(http, 'listening');
console.log(`${mailbox.size} letters; SMTP on port ${smtpPort}, HTTP on port ${httpPort}`);

process.once('SIGTERM', async () => {
  http.close();
  http.closeAllConnections();
  await new Promise<void>((closed) => smtp.close(closed));
  await mailbox.close();
  process.exit(0);
});
