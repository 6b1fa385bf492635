"""A worker for CloudController.Jobs in Python, standard library only; docs/workers.md tells how it works.

    CCJOBS_URL=http://127.0.0.1:8181 CCJOBS_TOKEN=... python3 worker.py
"""
import http.client, json, os, signal, threading, time, traceback, urllib.error, urllib.request

URL, TOKEN, NAME = os.environ.get("CCJOBS_URL", "http://127.0.0.1:8181"), os.environ["CCJOBS_TOKEN"], f"python:{os.getpid()}"
stopping = threading.Event()  # SIGTERM: take no more jobs, give the present one back


class Failed(Exception): pass  # Failed("AppNotFound", "x"): a name of the error catalogue, and what fills its message
class PollAgain(Exception): pass  # PollAgain(5): something outside is not done yet, look again in 5 s
class Stop(Exception): pass  # raised in a handler that waits: cancelled, the lease is lost, or the worker stops


def call(method, path, body):
    """Sends a request until it is answered, or the worker stops and wants no more jobs. Sent twice, an action has one effect and the same answer."""
    request = urllib.request.Request(URL + path, json.dumps(body).encode(), method=method, headers={
        "Authorization": f"bearer {TOKEN}", "Content-Type": "application/json"})
    while True:
        try:
            try:
                with urllib.request.urlopen(request, timeout=20) as answer:
                    return answer.status, json.load(answer)
            except urllib.error.HTTPError as error:
                if error.code < 500 and error.code != 429:
                    return error.code, json.load(error)
        except (OSError, http.client.HTTPException): pass  # no connection, or it broke: the server restarts, perhaps
        if stopping.is_set() and path == "/v3/leases": return 200, {"resources": []}
        time.sleep(1)


class Job:
    def __init__(self, lease):
        self.lease, self.seconds, self.arguments = lease["lease"], lease["expires_in_seconds"], lease["arguments"]
        self.guid, self.run, self.attempt = lease["job"]["guid"], lease["run"], lease["attempt"]
        self.title = f'{lease["job"]["operation"]} {self.guid} run {self.run}'
        self.report, self.stop, self.lost, self.done = {}, threading.Event(), False, threading.Event()

    def progress(self, percent, message=""):
        self.report["progress"] = {"percent": percent, "message": message}

    def wait(self, seconds):
        """Sleeps, unless the job is to stop."""
        if self.stop.wait(seconds) or stopping.is_set(): raise Stop

    def heartbeats(self):
        """Keeps the lease: a heartbeat at a third of it, with what there is to report."""
        while not self.done.wait(self.seconds / 3):
            report, self.report = self.report, {}
            status, answer = call("PATCH", f"/v3/leases/{self.lease}", report)
            self.lost = status != 200
            if self.lost or answer["cancel_requested"]:
                return self.stop.set()


def run(job, handler):
    """Runs one job and says how it ended."""
    threading.Thread(target=job.heartbeats, daemon=True).start()
    try:
        action, body = "complete", {"result": handler(job)}
    except Failed as failure:
        action, body = "fail", {"errors": [{"name": failure.args[0], "args": list(failure.args[1:])}]}
    except PollAgain as later: action, body = "poll_again", {"seconds": later.args[0]}
    except Stop: action, body = "release", {}  # of a cancelled job this is its end
    except Exception:                 # shown to administrators only
        action, body = "fail", {"errors": [{"detail": traceback.format_exc()}]}
    job.done.set()
    status = 409 if job.lost else call("POST", f"/v3/leases/{job.lease}/actions/{action}", body)[0]
    print(f"{job.title}: {action if status == 200 else 'lease lost' if status == 409 else status}", flush=True)


def steps(job):
    for step in range(job.arguments["steps"]):
        job.progress(100 * step // job.arguments["steps"], f"step {step + 1}")
        job.wait(job.arguments["seconds"])
    return {"steps": job.arguments["steps"]}


def find(job):
    if job.run == 1: raise PollAgain(1)
    raise Failed("AppNotFound", job.arguments["app"])


def serve(handlers):
    """Works until SIGTERM. Handlers by operation: what one returns is the job's result."""
    current = []
    signal.signal(signal.SIGTERM, lambda *_: (stopping.set(), [job.stop.set() for job in current]))
    while not stopping.is_set():
        status, answer = call("POST", "/v3/leases", {"worker": NAME, "operations": list(handlers), "wait_seconds": 5})
        if status != 200:
            raise SystemExit(f"The server refuses this worker: {answer}")
        for lease in answer["resources"]:
            current[:] = [Job(lease)]
            run(current[0], (lambda job: job.wait(0)) if stopping.is_set() else handlers[lease["job"]["operation"]])


if __name__ == "__main__":
    serve({"demo.steps": steps, "demo.find": find})
