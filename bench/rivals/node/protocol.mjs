// How the benchmark speaks with a job queue that runs in a process of its own: a command a line comes in as JSON, an answer a line goes out.
//
// A queue is { versions(), setup(server), producer(server, setting, callers), worker(server, setting, onRun), left?(server) }:
// a producer has add(), addMany(count), close(); a worker has close() and calls onRun first thing in its handler.

import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

export const job = { app: 'db177bbd-36e9-4246-9a11-f9bd0d5975ef', recursive: true, reason: 'cleanup of an old space', by: 'someone12' };

export const url = ({ host, port, user, password, database }) =>
  `postgresql://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${host}:${port}/${database}`;

export const versionOf = (name) => JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, import.meta.url))).version;

// The same clock in every process of the machine.
const now = () => Number(process.hrtime.bigint());

const say = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`);

export async function serve(queue) {
  let producer;
  let worker;
  let returned = [];

  const commands = {
    versions: async () => ({ versions: `${queue.versions()}, Node ${process.versions.node}` }),

    setup: async ({ server }) => {
      await queue.setup(server);
      return {};
    },

    // So many callers submit one job, or one batch, after another, each waiting until it is kept.
    enqueue: async ({ server, setting, jobs, callers, batch }) => {
      const client = await queue.producer(server, setting, callers);
      const submit = batch === 1 ? () => client.add() : () => client.addMany(batch);
      const call = async (left) => {
        while (left.count > 0) {
          left.count -= batch;
          await submit();
        }
      };
      const all = (count) => {
        const left = { count };
        return Promise.all(Array.from({ length: callers }, () => call(left)));
      };

      // Not counted: so much that every connection is there, and that most of what is compiled while it runs has been.
      await all(Math.max(2 * callers * batch, Math.floor(Math.floor(jobs / 4) / batch) * batch));
      const start = now();
      await all(jobs);
      const seconds = (now() - start) / 1e9;
      await client.close();
      return { seconds };
    },

    work: async ({ server, setting, jobs }) => {
      let runs = 0;
      let done;
      const all = new Promise((resolve) => (done = resolve));
      worker = await queue.worker(server, setting, () => {
        if (++runs === jobs) done();
      });
      await all;
      return {};
    },

    listen: async ({ server, setting }) => {
      worker = await queue.worker(server, setting, () => {
        const started = now();
        say({ started });
      });
      return {};
    },

    stop: async () => {
      await worker?.close();
      worker = undefined;
      return {};
    },

    produce: async ({ server, setting }) => {
      producer = await queue.producer(server, setting, 1);
      returned = [];
      return {};
    },

    // Answers nothing, so that nobody wakes while the job is on its way.
    one: async () => {
      await producer.add();
      returned.push(now());
    },

    returned: async () => {
      await producer.close();
      return { returned };
    },

    left: async ({ server }) => ({ left: await queue.left(server) }),
  };

  for await (const line of createInterface({ input: process.stdin })) {
    const command = JSON.parse(line);
    try {
      const answer = await commands[command.do](command);
      if (answer) say(answer);
    } catch (error) {
      say({ error: String(error.stack ?? error) });
    }
  }
  process.exit(0);
}
