/** The function that sends the e-mails, on the real engines, which fails once as a whole. */
import { type NotifyPorts, notifyPorts } from '../../functions/notifications/connect.ts';
import { notifyFunction } from '../../functions/notifications/notify.ts';

let stumbled = false;

function stumbling(): NotifyPorts {
  const ports = notifyPorts();
  return {
    ...ports,
    sent: {
      ...ports.sent,
      async check(steps) {
        if (stumbled) return ports.sent.check(steps);
        stumbled = true;
        throw Object.assign(new Error('the connection was reset'), { code: 'ECONNRESET' });
      },
    },
  };
}

export const notify = notifyFunction(stumbling);
