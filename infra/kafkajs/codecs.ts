/** Kafka's four compressions. kafkajs brings gzip alone, and a topic in another one ended its consumers again and again. */
import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import kafkajs from 'kafkajs';
import lz4 from 'lz4-napi';
import snappy from 'snappy';

type Codec = Readonly<{ compress(bytes: Buffer): Buffer; decompress(bytes: Buffer): Buffer }>;

/** Kafka's Java clients cut what they compress by Snappy into blocks: this, two version numbers, and of each its length. */
const blocksMark = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const blocksHead = Buffer.concat([blocksMark, Buffer.from([0, 0, 0, 1, 0, 0, 0, 1])]);

function writeBlocks(bytes: Buffer): Buffer {
  const block = snappy.compressSync(bytes);
  const length = Buffer.alloc(4);
  length.writeInt32BE(block.length);
  return Buffer.concat([blocksHead, length, block]);
}

/** Other clients write one block, without a head. */
function readBlocks(bytes: Buffer): Buffer {
  if (!bytes.subarray(0, blocksMark.length).equals(blocksMark)) return snappy.uncompressSync(bytes) as Buffer;
  const blocks: Buffer[] = [];
  for (let at = blocksHead.length; at < bytes.length; ) {
    const start = at + 4;
    at = start + bytes.readInt32BE(start - 4);
    blocks.push(snappy.uncompressSync(bytes.subarray(start, at)) as Buffer);
  }
  return Buffer.concat(blocks);
}

/** By the numbers that Kafka gives them. They work at once: at most a megabyte or so is waited for, and no thread. */
export const codecs: Readonly<Record<number, Codec>> = {
  1: { compress: (bytes) => gzipSync(bytes), decompress: (bytes) => gunzipSync(bytes) },
  2: { compress: writeBlocks, decompress: readBlocks },
  3: { compress: (bytes) => lz4.compressFrameSync(bytes), decompress: (bytes) => lz4.decompressFrameSync(bytes) },
  4: { compress: (bytes) => zstdCompressSync(bytes), decompress: (bytes) => zstdDecompressSync(bytes) },
};

const known: Record<number, () => object> = kafkajs.CompressionCodecs;
for (const [number, { compress, decompress }] of Object.entries(codecs)) {
  known[Number(number)] = () => ({
    compress: async ({ buffer }: { buffer: Buffer }) => compress(buffer),
    decompress: async (buffer: Buffer) => decompress(buffer),
  });
}
