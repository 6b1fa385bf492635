-- Submits a job a request: args are the token and the body.
local submit

function init(args)
  wrk.headers["Authorization"] = "bearer " .. args[1]
  wrk.headers["Content-Type"] = "application/json"
  submit = wrk.format("POST", "/v3/jobs", nil, args[2])
end

function request()
  return submit
end

function done(summary, latency, _)
  local errors = summary.errors
  print(string.format("result %d %d %d %d %d", summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.timeout + errors.status))
end
