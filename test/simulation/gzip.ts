import { gunzipSync, gzipSync } from 'node:zlib';
import kafkajs from 'kafkajs';

const { CompressionCodecs, CompressionTypes } = kafkajs;

/** kafkajs compresses on threads, which no virtual time can wait for: here it does at once. @returns what undoes it */
export function compressAtOnce(): () => void {
  const usual = CompressionCodecs[CompressionTypes.GZIP];
  CompressionCodecs[CompressionTypes.GZIP] = () => ({
    compress: async ({ buffer }: { buffer: Buffer }) => gzipSync(buffer),
    decompress: async (buffer: Buffer) => gunzipSync(buffer),
  });
  return () => {
    CompressionCodecs[CompressionTypes.GZIP] = usual;
  };
}
