// A worker for CloudController.Jobs in Node 20.3 or later, nothing to install; docs/workers.md tells how it works.
//
//     CCJOBS_URL=http://127.0.0.1:8181 CCJOBS_TOKEN=... node worker.mjs
import { realpathSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";

const url = process.env.CCJOBS_URL ?? "http://127.0.0.1:8181";
const headers = { Authorization: `bearer ${process.env.CCJOBS_TOKEN}`, "Content-Type": "application/json" };
const stopping = new AbortController(); // SIGTERM: take no more jobs, give the present ones back

// new Failed("AppNotFound", "x"): a name of the error catalogue, and what fills its message
class Failed extends Error { constructor(name, ...args) { super(name); this.error = { name, args }; } }
// new PollAgain(5): something outside is not done yet, look again in 5 s
class PollAgain extends Error { constructor(seconds) { super(); this.seconds = seconds; } }

// Sends a request until it is answered, or until the signal says to try no more; one under way is not given up for that, for its answer may hold leases. Sent
// twice, an action has one effect and the same answer.
async function call(method, path, body, signal) {
  for (;;) {
    const late = new AbortController();
    const limit = setTimeout(() => late.abort(), 20_000); // a connection can break and fetch not hear of it
    try {
      const answer = await fetch(url + path, { method, headers, body: JSON.stringify(body), signal: late.signal });
      if (answer.status < 500 && answer.status !== 429) return { status: answer.status, body: await answer.json() };
    } catch { // no connection: the server restarts, perhaps
    } finally { clearTimeout(limit); }
    if (signal?.aborted) throw new Error("stopping");
    await sleep(1000);
  }
}

class Job {
  stopper = new AbortController();
  report = {};
  lost = false;
  constructor({ lease, expires_in_seconds: seconds, arguments: given, run, attempt, job: { guid, operation } }) {
    Object.assign(this, { lease, seconds, run, attempt, guid, arguments: given, title: `${operation} ${guid} run ${run}` });
    this.stop = AbortSignal.any([this.stopper.signal, stopping.signal]);
  }

  progress(percent, message) { this.report.progress = { percent, message }; }
  wait(seconds) { return sleep(seconds * 1000, undefined, { signal: this.stop }); } // throws an AbortError if the job is to stop

  // Keeps the lease: a heartbeat at a third of it, with what there is to report.
  async heartbeats(done) {
    while (await sleep(this.seconds * 1000 / 3, true, { signal: done }).catch(() => false)) {
      const report = this.report;
      this.report = {};
      const { status, body } = await call("PATCH", `/v3/leases/${this.lease}`, report);
      this.lost = status !== 200;
      if (this.lost || body.cancel_requested) return this.stopper.abort();
    }
  }
}

// Runs one job and says how it ended.
async function run(job, handler) {
  let action, body, done = new AbortController();
  job.heartbeats(done.signal);
  try {
    [action, body] = ["complete", { result: await handler(job) }];
  } catch (error) {
    if (error instanceof Failed) [action, body] = ["fail", { errors: [error.error] }];
    else if (error instanceof PollAgain) [action, body] = ["poll_again", { seconds: error.seconds }];
    else if (job.stop.aborted) [action, body] = ["release", {}];       // of a cancelled job this is its end
    else [action, body] = ["fail", { errors: [{ detail: error.stack }] }]; // shown to administrators only
  }
  done.abort();
  const status = job.lost ? 409 : (await call("POST", `/v3/leases/${job.lease}/actions/${action}`, body)).status;
  console.log(`${job.title}: ${status === 200 ? action : status === 409 ? "lease lost" : status}`);
}

// Works until SIGTERM. Handlers by operation: what one returns is the job's result.
export async function serve(handlers) {
  process.on("SIGTERM", () => stopping.abort());
  const request = { worker: `node:${process.pid}`, operations: Object.keys(handlers), max_jobs: 10, wait_seconds: 5 };
  while (!stopping.signal.aborted) {
    const { status, body } = await call("POST", "/v3/leases", request, stopping.signal).catch(() => ({ status: 200, body: { resources: [] } }));
    if (status !== 200) throw new Error(`The server refuses this worker: ${JSON.stringify(body)}`);
    await Promise.all(body.resources.map(lease => run(new Job(lease), handlers[lease.job.operation])));
  }
}

const handlers = {
  "demo.steps": async job => {
    const { steps, seconds } = job.arguments;
    for (let step = 0; step < steps; step++) {
      job.progress(Math.floor(100 * step / steps), `step ${step + 1}`);
      await job.wait(seconds);
    }
    return { steps };
  },
  "demo.find": async job => {
    if (job.run === 1) throw new PollAgain(1);
    throw new Failed("AppNotFound", job.arguments.app);
  },
};
if (process.argv[1] && import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href) await serve(handlers);
