"""The sample worker with a handler that keeps its part of the ledger, as src/ccjobs/Torture/EffectLog.cs does: python3 effects.py FILE."""
import os, sys, threading, time
import worker

effects = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)


def note(mark, job):
    os.write(effects, f"{mark} {job.guid} {job.run} {job.attempt} {time.monotonic():.6f} .\n".encode())


def work(job):
    note("begin", job)
    job.wait(job.arguments["seconds"])
    note("end", job)
    if job.attempt < job.arguments["attempts"]:
        raise RuntimeError("An attempt that is meant to fail.")


def end_with_parent():
    sys.stdin.read()
    os._exit(0)


threading.Thread(target=end_with_parent, daemon=True).start()
worker.serve({"torture.python": work})
