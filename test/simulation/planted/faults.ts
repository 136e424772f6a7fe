/** What the dispatcher once did wrong. Each is put back by a small change, to see that the simulation finds it. */
import { goesOnAfterCrash, groupFaults } from './groupFaults.ts';
import { inDispatcher, inInfra, type PlantedFault } from './planted.ts';

/** What shows only at a limit is planted with a lower one. */
const lowLimit = ['this.#most = most;', 'this.#most = { ...most, records: 5 };'] as const;

export const faults: readonly PlantedFault[] = [
  ...groupFaults,
  {
    id: 'C1',
    tells:
      'a batch that kafkajs hands on late, after it was sent back, is taken for the next one: what is between is skipped',
    changes: [
      inDispatcher(
        'read/receiver.ts',
        ['partition.reset || isStale()', 'partition.reset'],
        ['if (from > partition.next && !this.#leavesNothingOut(partition)) return true;', ''],
      ),
    ],
  },
  {
    id: 'C2',
    tells: 'a partition that is full of records that nobody wants is paused for ever',
    shows: 'nothing moves',
    changes: [
      inDispatcher('read/fetchControl.ts', lowLimit, [
        '    partition.watermark();\n    const share',
        '    const share',
      ]),
      inDispatcher('record/partition.ts', ['    if (this.span > 0) {\n', '    {\n']),
    ],
  },
  {
    id: 'C3',
    tells: 'a log that was cut or made anew is read from where the old one had ended',
    changes: [
      inDispatcher(
        'read/receiver.ts',
        ['!partition || partition.reset ||', '!partition ||'],
        ['if (from < partition.next) return false;', 'if (from < partition.next) return true;'],
      ),
      inDispatcher('read/poller.ts', ['this.#owned.isReset ? this.#lookAgain() : undefined', 'undefined']),
    ],
  },
  {
    id: 'C4',
    tells: 'a header that is called like a member of every object ends the consumer, again and again',
    changes: [
      inDispatcher('record/record.ts', [
        'const headers = headersOf(message);',
        "const headers = headersOf(message);\n    for (const [name] of headers) if (name in {}) throw new TypeError('a function is no header');",
      ]),
    ],
  },
  {
    id: 'C5',
    tells: 'letters that are too large for one request are written in one request, for ever',
    changes: [
      inDispatcher(
        'deliver/topicDestination.ts',
        ['if (chunk.records.length > 0 && chunk.bytes + bytes > this.#most) break;', ''],
        ['if (!isTooLarge(error)) throw error;\n        this.#most', 'if (error) throw error;\n        this.#most'],
      ),
    ],
  },
  {
    id: 'H1',
    tells: 'a batch that ends while kafkajs is stopped ends the process',
    shows: 'the process would have ended',
    changes: [
      inDispatcher('read/fetchControl.ts', lowLimit, [
        '  } catch {\n    return;\n',
        '  } catch (error) {\n    throw error;\n',
      ]),
      ...goesOnAfterCrash,
    ],
  },
  {
    id: 'H6',
    tells: 'an answer that is no JSON abandons its batch',
    changes: [
      inDispatcher('deliver/answer.ts', ['  } catch {\n    return json;\n', '  } catch (error) {\n    throw error;\n']),
      inDispatcher('deliver/attempts.ts', ['await this.#pause(faults, permit).catch(() => undefined);', 'break;']),
    ],
  },
  {
    id: 'H7',
    tells: 'records that are compressed in another way than gzip end the consumer, again and again',
    changes: [
      inInfra('kafkajs/codecs.ts', ['lz4.decompressFrameSync(bytes)', 'Buffer.from(undefined as never, bytes.length)']),
    ],
  },
  {
    id: 'H8',
    tells: 'records that are done keep their memory behind one that is not, and nobody counts it',
    changes: [inDispatcher('record/partition.ts', ['    letGo(record);\n', ''])],
  },
  {
    id: 'H10',
    tells: 'a worker that dies costs every call in it an attempt',
    changes: [inDispatcher('invoke/sandbox.ts', ['together === 1 || cannotLoad ?', 'together > 0 || cannotLoad ?'])],
  },
  {
    id: 'retries',
    tells: 'whoever gets a partition tries its records as if nobody had tried them before',
    shows: 'after all of its',
    changes: [inDispatcher('record/partition.ts', ['this.#earlier.tried.get(offset) ?? untried', 'untried'])],
  },
  {
    id: 'M1',
    tells: 'what interleaved transactions have aborted is delivered',
    changes: [
      inInfra('kafkajs/recordBatches.ts', [
        'aborted.toSorted((a, b) => Number(a.firstOffset) - Number(b.firstOffset))',
        '[...aborted]',
      ]),
    ],
  },
  {
    id: 'M8',
    tells: 'a reader makes the topic anew that somebody has deleted',
    changes: [
      inDispatcher('read/kafka.ts', [
        '    metadataMaxAge,\n    allowAutoTopicCreation: false,',
        '    metadataMaxAge,\n    allowAutoTopicCreation: true,',
      ]),
    ],
  },
  {
    id: 'M11',
    tells: 'the timer of a batching window outlives the end',
    changes: [
      inDispatcher('deliver/batcher.ts', ['this.#closed = true;\n    this.#timer?.cancel();', 'this.#closed = true;']),
    ],
  },
];
