/** The records of the lab's topics, as JSON, and what the functions make of them. */
import { z } from 'zod';
import { namesOf } from '../../infra/namesOf.ts';

/** A whole number from 0; other fields are dropped. */
export const counterSchema = z.object({ number: z.number().int().nonnegative() });
/** As `numtest` holds it: `{"number": 0}` and up. */
type Counter = z.infer<typeof counterSchema>;

const [oldest, newest] = [Date.parse('0001-01-01T00:00:00Z'), Date.parse('9999-12-31T23:59:59.999Z')];

function isStorable(text: string): boolean {
  const at = Date.parse(text);
  return at >= oldest && at <= newest;
}

/** A raw post, with whatever else its source puts into it. */
export const postSchema = z.object({
  id: z.string().min(1).max(200),
  created_at: z.string().refine(isStorable, 'is no date of the years 1 to 9999, which is what every store can keep'),
  lang: z.string().max(35),
  // PostgreSQL cannot hold the character NUL in a text, and the stores are to hold the same.
  text: z
    .string()
    .max(100_000)
    .refine((text) => !text.includes('\0'), 'holds the character NUL, which not every store can keep'),
  user: z.object({ screen_name: z.string().max(200), name: z.string().max(500).optional() }),
});
/** Without what the schema does not name. `created_at` is any date that `Date.parse` takes. */
export type Post = z.infer<typeof postSchema>;

/** One message, whatever its kind. */
export type Message = Readonly<{
  /** Without the namespace. */
  topic: string;
  partition: number;
  offset: number;
  /** When it was put into Kafka, ms since 1970. */
  producedAt: number;
  /** Of a counter, the number. */
  text: string;
  /** ms since 1970: when the post was written, or the counter put into Kafka. */
  at: number;
  /** Who wrote it and in which language; a counter has neither. */
  by?: string;
  lang?: string;
}>;

/**
 * The id of a message in every store: its place in Kafka, so that a message delivered again is known, and its time there: in
 * a topic that was made anew another message has the place.
 */
export const messageId = ({ topic, partition, offset, producedAt }: Omit<Message, 'text' | 'at'>): string =>
  `${topic}-${partition}-${offset}-${producedAt}`;

type Kind = Readonly<{
  topic: string;
  schema: z.ZodType;
  /** @param producedAt when Kafka got it, ms since 1970 */
  message(value: never, producedAt: number): Pick<Message, 'text' | 'at' | 'by' | 'lang'>;
}>;

/** The one table of the kinds of message. */
export const kinds = {
  counter: {
    topic: 'numtest',
    schema: counterSchema,
    message: ({ number }: Counter, producedAt) => ({ text: String(number), at: producedAt }),
  },
  posts: {
    topic: 'tweets',
    schema: postSchema,
    message: ({ text, created_at, user, lang }: Post) => ({
      // Half a surrogate pair has no UTF-8, so every store would change it in its own way.
      text: text.toWellFormed(),
      at: Date.parse(created_at),
      by: user.screen_name,
      lang,
    }),
  },
} as const satisfies Record<string, Kind>;

/** As `--message` of the lab and its documents name it. */
export type KindName = keyof typeof kinds;
/** In the table's order, in which the lab's menu offers them. */
export const kindNames = namesOf(kinds);

/** The row of a topic, with its types widened so that code can treat all rows alike. */
export const kindOfTopic = (topic: string): Kind | undefined =>
  kindNames.map((name): Kind => kinds[name]).find((kind) => kind.topic === topic);
