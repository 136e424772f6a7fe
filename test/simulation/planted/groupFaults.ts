/** What the dispatcher once did wrong as a member of its groups. */
import { type Change, inDispatcher, type PlantedFault } from './planted.ts';

/** What a consumer that crashed had is delivered on, until it is a member again. */
export const goesOnAfterCrash: readonly Change[] = [
  inDispatcher('read/poller.ts', ['    this.#assignment.loseAll();\n', '']),
  inDispatcher('read/membership.ts', [
    'forget(): void {\n    this.#epoch++;\n    this.#permits.hold();',
    'forget(): void {',
  ]),
];

export const groupFaults: readonly PlantedFault[] = [
  {
    id: 'H2',
    tells: 'after a crash of the consumer what it had goes on being delivered, though others have it by now',
    changes: goesOnAfterCrash,
  },
  {
    id: 'H3',
    tells: 'an assignment that is out of date is taken over a newer one',
    changes: [
      inDispatcher('read/membership.ts', [
        'return this.#epoch === epoch && !this.#ended;',
        'return epoch <= this.#epoch && !this.#ended;',
      ]),
    ],
  },
  {
    id: 'H4',
    tells: 'pollers share a client of Kafka, whose offsets one that is assigned nothing forgets',
    changes: [
      inDispatcher('dispatcher.ts', ['new Poller({ ...options, kafka: client() }', 'new Poller({ ...options, kafka }']),
    ],
  },
  {
    id: 'H5',
    tells: 'two events of a function on a topic share a consumer group, and each misses what the other is given',
    changes: [
      inDispatcher('config/mapping.ts', [
        'claimGroup(places: Map<string, string>, { consumerGroupId }: Mapping, where: string): void {',
        'claimGroup(places: Map<string, string>, { consumerGroupId }: Mapping, where: string): void {\n  if (places) return;',
      ]),
      inDispatcher('config/eventSourceMapping.ts', [
        "consumerGroupId: trigger.consumerGroupId ?? parts.filter(Boolean).join('-'),",
        "consumerGroupId: trigger.consumerGroupId ?? parts.slice(0, 4).filter(Boolean).join('-'),",
      ]),
    ],
  },
  {
    id: 'H9',
    tells: 'a heartbeat that is answered while a fetcher joins counts as the end of that joining',
    changes: [
      inDispatcher(
        'read/membership.ts',
        [
          "if (this.#owned.state !== 'joining' || this.#joinings.size > 0) return undefined;",
          "if (this.#owned.state !== 'joining') return undefined;",
        ],
        ['return this.#joinings.size > 0 ? undefined : this.#taking();', 'return this.#taking();'],
      ),
    ],
  },
  {
    id: 'H11',
    tells: 'what is done is committed where the group was when the last joining was accepted, not where it is now',
    changes: [
      inDispatcher(
        'read/kafka.ts',
        ['        member.found(coordinator);\n', ''],
        [
          '      const answer = await coordinator.joinGroup(request);',
          '      const answer = await coordinator.joinGroup(request);\n      member.found(coordinator);',
        ],
      ),
    ],
  },
];
