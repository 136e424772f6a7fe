/** A gateway alone in its process, with the settings of the environment. */
import { readSettings } from '../../../functions/settings.ts';
import { startGateway } from '../../../infra/gateway/server.ts';
import { answerParent } from './intakeChild.ts';

const gateway = await startGateway({ settings: readSettings(), address: '127.0.0.1:0', log: console.error });
answerParent(gateway.port, () => gateway.drain(2000));
