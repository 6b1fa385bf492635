import PgBoss from 'pg-boss';
import { job, serve, url, versionOf } from './protocol.mjs';

const workers = 20;

const settings = {
  default: {},
  batched: { batchSize: 1_000, pollingIntervalSeconds: 0.5 },
};

async function start(server, max) {
  const boss = new PgBoss({ connectionString: url(server), max, schedule: false });
  boss.on('error', console.error);
  await boss.start();
  return boss;
}

const stop = (boss) => boss.stop({ graceful: true, wait: true, timeout: 10_000 });

await serve({
  versions: () => `pg-boss ${versionOf('pg-boss')}`,

  async setup(server) {
    const boss = await start(server, 2);
    await boss.createQueue('noop');
    await stop(boss);
  },

  async producer(server, setting, callers) {
    const boss = await start(server, Math.max(callers, 2));
    return {
      add: () => boss.send('noop', job),
      addMany: (count) => boss.insert(Array.from({ length: count }, () => ({ name: 'noop', data: job }))),
      close: () => stop(boss),
    };
  },

  // One of these is what listens for a single job; throughput takes as many as it has connections.
  async worker(server, setting, onRun) {
    const boss = await start(server, workers + 2);
    for (let i = 0; i < workers; i++) {
      await boss.work('noop', settings[setting], async (jobs) => jobs.forEach(onRun));
    }
    return { close: () => stop(boss) };
  },
});
