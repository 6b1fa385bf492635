-- Asks for jobs picked at random from a file of guids.
local requests = {}
local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("seed", threads)
end

function init(args)
  for guid in io.lines(args[1]) do
    requests[#requests + 1] = wrk.format("GET", "/v2/jobs/" .. guid)
  end
  math.randomseed(seed)
end

function request()
  return requests[math.random(#requests)]
end

function done(summary, latency, _)
  local errors = summary.errors
  print(string.format("result %d %d %d %d %d", summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.timeout + errors.status))
end
