import { after, afterEach, before } from 'node:test';
import { dashboards } from './dashboards.ts';
import { flows } from './flows.ts';
import { kafka } from './kafka.ts';
import { looks } from './looks.ts';
import { security } from './security.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage | undefined;

before(async () => {
  stage = await openStage();
});
afterEach((test) => stage?.leave('passed' in test && !test.passed ? test.name : undefined));
after(() => stage?.close());

function onStage(): Stage {
  if (!stage) throw new Error('the stage is not open yet');
  return stage;
}

flows(onStage);
kafka(onStage);
dashboards(onStage);
security(onStage);
looks(onStage);
