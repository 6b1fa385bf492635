import { Queue, Worker } from 'bullmq';
import IORedis from 'ioredis';
import { job, serve, versionOf } from './protocol.mjs';

const concurrency = 100;

const connect = ({ host, port }) => new IORedis({ host, port, maxRetriesPerRequest: null });

async function open(server) {
  const connection = connect(server);
  const queue = new Queue('noop', { connection });
  await queue.waitUntilReady();
  const close = async () => {
    await queue.close();
    await connection.quit();
  };
  return { queue, close };
}

await serve({
  versions: () => `BullMQ ${versionOf('bullmq')}, ioredis ${versionOf('ioredis')}`,

  async setup(server) {
    const connection = connect(server);
    await connection.flushall();
    await connection.quit();
  },

  async producer(server) {
    const { queue, close } = await open(server);
    return {
      add: () => queue.add('noop', job),
      addMany: (count) => queue.addBulk(Array.from({ length: count }, () => ({ name: 'noop', data: job }))),
      close,
    };
  },

  async worker(server, setting, onRun) {
    const connection = connect(server);
    const worker = new Worker('noop', async () => onRun(), { connection, concurrency });
    worker.on('error', console.error);
    await worker.waitUntilReady();
    return {
      close: async () => {
        await worker.close();
        await connection.quit();
      },
    };
  },

  async left(server) {
    const { queue, close } = await open(server);
    const counts = await queue.getJobCounts('wait', 'active', 'delayed', 'prioritized', 'paused');
    await close();
    return Object.values(counts).reduce((sum, count) => sum + count, 0);
  },
});
