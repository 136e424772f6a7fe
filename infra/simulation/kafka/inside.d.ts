/** The parts of kafkajs that have no types, as far as the simulation uses them. */
declare module 'kafkajs/src/protocol/error.js' {
  const protocol: { errorCodes: readonly { type: string; code: number; retriable: boolean }[] };
  export default protocol;
}
