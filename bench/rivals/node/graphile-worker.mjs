import { Logger, makeWorkerUtils, run } from 'graphile-worker';
import pg from 'pg';
import { job, serve, url, versionOf } from './protocol.mjs';

const logger = new Logger(() => (level, message) => {
  if (level === 'error') console.error(message);
});

// What its documentation on performance advises for many fast jobs, beside what it does if nothing is said.
const settings = {
  default: { concurrentJobs: 20, maxPoolSize: 22 },
  batched: { concurrentJobs: 20, maxPoolSize: 22, localQueue: { size: 500 }, completeJobBatchDelay: 0 },
};

await serve({
  versions: () => `graphile-worker ${versionOf('graphile-worker')}`,

  async setup(server) {
    const utils = await makeWorkerUtils({ connectionString: url(server), logger });
    await utils.migrate();
    await utils.release();
  },

  async producer(server, setting, callers) {
    const pool = new pg.Pool({ connectionString: url(server), max: callers });
    const utils = await makeWorkerUtils({ pgPool: pool, logger });
    return {
      add: () => utils.addJob('noop', job),
      addMany: (count) => utils.addJobs(Array.from({ length: count }, () => ({ identifier: 'noop', payload: job }))),
      close: async () => {
        await utils.release();
        await pool.end();
      },
    };
  },

  async worker(server, setting, onRun) {
    const runner = await run({
      preset: { worker: { connectionString: url(server), logger, ...settings[setting] } },
      noHandleSignals: true,
      taskList: { noop: async () => onRun() },
    });
    return { close: () => runner.stop() };
  },
});
