/** The functions that are measured. Plain JavaScript, so that every implementation loads the same code. */
import { writeFileSync } from 'node:fs';

const file = process.env.BENCH_RESULT ?? '';
const expected = Number(process.env.BENCH_RECORDS);
const now = () => performance.timeOrigin + performance.now();

let seen = 0;
let first = 0;
let last = 0;
const ages = [];
const result = (more = {}) =>
  writeFileSync(file, JSON.stringify({ records: seen, milliseconds: last - first, ...more }));

/** Gets the event and does nothing: what is left is the way to the function. */
export const nothing = async (event) => {
  first ||= now();
  for (const topic in event.records) seen += event.records[topic].length;
  last = now();
  if (file && seen >= expected) result();
};

/** Sleeps for as many milliseconds as the value says, record by record. */
export const sleep = async (event) => {
  first ||= now();
  for (const records of Object.values(event.records)) {
    for (const { value } of records) {
      const milliseconds = Number(Buffer.from(value, 'base64').toString());
      if (milliseconds > 0) await new Promise((resolve) => setTimeout(resolve, milliseconds));
      seen++;
    }
  }
  last = now();
  if (file && seen >= expected) result();
};

/** How old each record is, by the moment of sending in its value. */
export const age = async (event) => {
  const at = now();
  for (const records of Object.values(event.records)) {
    for (const { value } of records) ages.push(at - Number(Buffer.from(value, 'base64').toString()));
  }
  if (ages.length >= expected) {
    seen = ages.length;
    result({ ages });
  }
};
