// The sample worker with a handler that keeps its part of the ledger, as src/ccjobs/Torture/EffectLog.cs does: node effects.mjs FILE.
import { openSync, writeSync } from "node:fs";
import { serve } from "./worker.mjs";

const effects = openSync(process.argv[2], "ax");

function note(mark, job) {
  const seconds = Number(process.hrtime.bigint()) / 1e9;
  writeSync(effects, `${mark} ${job.guid} ${job.run} ${job.attempt} ${seconds.toFixed(6)} .\n`);
}

async function work(job) {
  note("begin", job);
  await job.wait(job.arguments.seconds);
  note("end", job);
  if (job.attempt < job.arguments.attempts) throw new Error("An attempt that is meant to fail.");
}

process.stdin.resume().on("end", () => process.exit()); // with its parent
await serve({ "torture.node": work });
