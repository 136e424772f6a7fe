/** Who waits, what was given up, and what does not run: an alarm for each trigger and task. */
import type { Resource, Resources } from './template.ts';

type Alarm = Readonly<{
  about: string;
  namespace: string;
  metric: string;
  dimensions: Readonly<Record<string, unknown>>;
  statistic: 'Maximum' | 'Sum' | 'SampleCount';
  comparison: 'GreaterThanThreshold' | 'LessThanThreshold';
  threshold: number;
  minutes: number;
  /** Whether nothing heard is the alarm itself. */
  silence?: true;
}>;

const resourceOf = (alarm: Alarm): Resource => ({
  Type: 'AWS::CloudWatch::Alarm',
  Properties: {
    AlarmDescription: alarm.about,
    Namespace: alarm.namespace,
    MetricName: alarm.metric,
    Dimensions: Object.entries(alarm.dimensions).map(([Name, Value]) => ({ Name, Value })),
    Statistic: alarm.statistic,
    ComparisonOperator: alarm.comparison,
    Threshold: alarm.threshold,
    Period: 60,
    EvaluationPeriods: alarm.minutes,
    TreatMissingData: alarm.silence ? 'breaching' : 'notBreaching',
    AlarmActions: [{ Ref: 'Alarms' }],
    OKActions: [{ Ref: 'Alarms' }],
  },
});

/** Records behind at which somebody should look: a burst of an hour's orders is worked off in less than five minutes. */
const behind = 10_000;

function alarmsOfMapping(id: string, { Topics }: Record<string, unknown>): [string, Alarm][] {
  const of = {
    namespace: 'AWS/Lambda',
    dimensions: { EventSourceMappingUUID: { Ref: id } },
    comparison: 'GreaterThanThreshold',
  } as const;
  const lag: Alarm = {
    ...of,
    about: `${Topics}: more than ${behind} records have waited for five minutes`,
    metric: 'SumOffsetLag',
    statistic: 'Maximum',
    threshold: behind,
    minutes: 5,
  };
  const given: Alarm = {
    ...of,
    about: `${Topics}: a record was given up, and lies among the dead letters`,
    metric: 'OnFailureDestinationDeliveredEventCount',
    statistic: 'Sum',
    threshold: 0,
    minutes: 1,
  };
  return [
    [`${id}Behind`, lag],
    [`${id}GivenUp`, given],
  ];
}

const alarmOfService = (id: string): [string, Alarm] => [
  `${id}Down`,
  {
    about: `${id}: nothing of it has run for three minutes`,
    namespace: 'AWS/ECS',
    metric: 'CPUUtilization',
    dimensions: { ClusterName: { Ref: 'Tasks' }, ServiceName: { 'Fn::GetAtt': [id, 'Name'] } },
    statistic: 'SampleCount',
    comparison: 'LessThanThreshold',
    threshold: 1,
    minutes: 3,
    silence: true,
  },
];

/** @returns the alarms of what the template holds, which tell the topic `Alarms` */
export function alarmsOf(resources: Resources): Resources {
  const alarms = Object.entries(resources).flatMap(([id, { Type, Properties }]) => {
    if (Type === 'AWS::Lambda::EventSourceMapping') return alarmsOfMapping(id, Properties);
    return Type === 'AWS::ECS::Service' ? [alarmOfService(id)] : [];
  });
  return Object.fromEntries(alarms.map(([id, alarm]) => [id, resourceOf(alarm)]));
}
